"""Draws what cities.pictures has worked out."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def draw(picture: Any) -> SafeString:
    """The SVG of a picture, from the template that the picture names."""
    return render_to_string(picture.template, {"picture": picture})
