"""The titles of the sources that records name by their keys."""

from typing import Any

from django import template

from cities.models import Source

register = template.Library()


@register.simple_tag(takes_context=True)
def sources_of(context: template.Context, record: Any) -> list[dict[str, str]]:
    """Return the sources of a Sourced record, each with key and title; an unknown key is both.

    All titles are read at once and kept with the request, so that a page full of records asks
    the database once.
    """
    keys = record.source_keys
    if not keys:
        return []
    titles = _titles(getattr(context, "request", None))
    return [{"key": key, "title": titles.get(key, key)} for key in keys]


def _titles(request: Any) -> dict[str, str]:
    kept = getattr(request, "source_titles", None)
    if kept is None:
        kept = dict(Source.objects.order_by().values_list("key", "title"))
        if request is not None:
            request.source_titles = kept
    return kept
