"""The boxes of a filter. There are a hundred on a page, so no template is drawn for each."""

from collections.abc import Iterable
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
    ' value="{value}"{checked}> <span class="facet-label">{label}</span>{count}</label></li>'
)
COUNT = ' <span class="count"><span class="ds-sr-only">{results} </span>{count}</span>'


@register.simple_tag
def facet_options(group: Any, options: Iterable[Any]) -> SafeString:
    """Draw boxes of a group (name; optional: single) for options (value, label, count, selected).

    A count of None is not shown.
    """
    kind = "radio" if group.get("single") else "checkbox"
    checked, results = mark_safe(" checked"), _("Results:")
    boxes = [
        format_html(
            BOX,
            name=group["name"],
            value=option["value"],
            kind=kind,
            checked=checked if option["selected"] else "",
            label=option["label"],
            count=""
            if option["count"] is None
            else format_html(COUNT, results=results, count=number_format(option["count"])),
        )
        for option in options
    ]
    # Each box was escaped where it was made.
    return mark_safe("".join(boxes))  # noqa: S308
