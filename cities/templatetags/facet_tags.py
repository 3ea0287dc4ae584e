"""The boxes of a filter. There are a hundred on a page, so no template is drawn for each."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

# Its id follows the value, so that htmx finds the focus again.
BOX = (
    '<li><label for="facet-{name}-{value}">'
    '<input class="ds-input" type="{kind}" id="facet-{name}-{value}" name="{name}"'
    ' value="{value}"{checked}> <span class="facet-label">{label}</span>'
)
COUNT = ' <span class="count"><span class="ds-sr-only">{results} </span>{count}</span>'


@register.simple_tag
def facet_options(group: Any, options: Iterable[Any]) -> SafeString:
    """Draw boxes of a group (name; optional: single) for options (value, label, count, selected).

    A count of None is not shown.
    """
    name, kind = group["name"], "radio" if group.get("single") else "checkbox"
    results = str(_("Results:"))
    boxes = [
        _box(name, kind, option["value"], option["label"], is_ticked=bool(option["selected"]))
        + _count(option["count"], results)
        for option in options
    ]
    # Each box was escaped where it was made.
    return mark_safe("".join(boxes))  # noqa: S308


@lru_cache(maxsize=5_000, typed=True)
def _box(name: str, kind: str, value: Any, label: Any, *, is_ticked: bool) -> str:
    """Draw a box as far as its label: the same on every page, whatever is counted."""
    checked = mark_safe(" checked") if is_ticked else ""
    return format_html(BOX, name=name, value=value, kind=kind, checked=checked, label=label)


@lru_cache(maxsize=5_000)
def _count(count: int | None, results: str) -> str:
    """Draw the number of a box and its end."""
    if count is None:
        return "</label></li>"
    return format_html(COUNT, results=results, count=number_format(count)) + "</label></li>"
