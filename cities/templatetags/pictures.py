"""Draws what cities.pictures has worked out."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cities.templatetags import drawing

register = template.Library()


@register.simple_tag
def draw(picture: Any) -> SafeString:
    """The SVG of a picture, from the template that the picture names."""
    return render_to_string(picture.template, {"picture": picture})


@register.simple_tag
def marker(**inputs: Any) -> SafeString:
    """A point of a picture; takes what _marker.svg.html takes. Maps and charts repeat a few."""
    return drawing.draw("components/pictures/_marker.svg.html", **{"title": "", **inputs})


@register.filter(is_safe=True)
def unlocal(number: float) -> str:
    """A number as SVG reads it, whatever the language: 3.5, never 3,5."""
    return f"{float(number):g}" if abs(float(number)) < 1e5 else str(number)


@register.filter(is_safe=True)
def shift(number: float, by: float) -> str:
    """The same, moved by some units."""
    return unlocal(round(float(number) + float(by), 1))
