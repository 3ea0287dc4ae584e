"""Draws what cities.pictures has worked out."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cities.escaping import escaped
from cities.pictures.gantt_rows import Label
from cities.templatetags import drawing

register = template.Library()
BOLD = ' font-weight="600"'


@register.simple_tag
def draw(picture: Any) -> SafeString:
    """The SVG of a picture, from the template that the picture names."""
    return render_to_string(picture.template, {"picture": picture})


@register.simple_tag
def marker(**inputs: Any) -> SafeString:
    """A point of a picture; takes what _marker.svg.html takes. Maps and charts repeat a few."""
    return drawing.draw("components/pictures/_marker.svg.html", **{"title": "", **inputs})


@register.simple_tag
def labels(labels: Iterable[Label]) -> SafeString:
    """The names of a chart's rows, written without a template each: there may be hundreds."""
    told = [
        f'<text class="pic-words" x="{unlocal(one.x)}" y="{unlocal(one.y)}"'
        f"{BOLD if one.is_bold else ''}>{escaped(one.text)}</text>"
        for one in labels
    ]
    # Every part is a number, or escaped where it is put in.
    return SafeString("".join(told))


@register.filter(is_safe=True)
def unlocal(number: float) -> str:
    """A number as SVG reads it, whatever the language: 3.5, never 3,5."""
    return f"{float(number):g}" if abs(float(number)) < 1e5 else str(number)


@register.filter(is_safe=True)
def shift(number: float, by: float) -> str:
    """The same, moved by some units."""
    return unlocal(round(float(number) + float(by), 1))
