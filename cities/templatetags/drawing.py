"""Components drawn once for the same inputs: a list shows the same cards and filters to many."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# A card takes some two kilobytes, the filters of a page thirty.
MOST_REMEMBERED = 1_000
_drawn: dict[Hashable, SafeString] = {}


@register.simple_tag
def draw(name: str, **inputs: Any) -> SafeString:
    """Draw components/<name> as `{% include … only %}` does; the same inputs are drawn once.

    For components made of their inputs alone: words, numbers, lists and dictionaries of them. What
    asks for the request or for rows must be included.
    """
    key = (name, get_language(), _frozen(inputs))
    if known := _drawn.get(key):
        return known
    # A template escapes what it is given.
    html = mark_safe(get_template(f"components/{name}").render(inputs))  # noqa: S308
    if len(_drawn) >= MOST_REMEMBERED:
        _drawn.clear()
    _drawn[key] = html
    return html


def _frozen(value: Any) -> Hashable:
    """Return inputs as a key. What is escaped already differs from the same words that are not."""
    if type(value) is str:
        return value
    if isinstance(value, dict):
        return tuple((name, _frozen(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, Promise):
        return str(value)
    return (type(value), value)
