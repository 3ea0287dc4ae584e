"""Draws the blocks of a deliverable on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What a run of a city's own words may be wrapped in.
WRAPS = {"bold": "<strong>{}</strong>", "italic": "<em>{}</em>"}


@register.filter
def cell(words: str) -> SafeString:
    """A cell of a table: its lines as a list where it has several."""
    lines = [line for line in str(words).splitlines() if line.strip()]
    if len(lines) < 2:
        return format_html("{}", words)
    return format_html(
        "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((one,) for one in lines))
    )


@register.filter
def runs(pieces: list[dict[str, Any]]) -> SafeString:
    """Running text with emphasis and addresses, as markdown.py returns it."""
    return format_html_join("", "{}", ((_run(piece),) for piece in pieces))


@register.filter
def drawing(svg: str) -> SafeString:
    """A picture that drawing.py made from templates of ours, which escape what they are given."""
    return mark_safe(svg)  # noqa: S308


@register.simple_tag
def below(level: int, steps: int) -> int:
    """The level of a heading so many steps below a chapter's; HTML knows six."""
    return min(6, level + steps)


@register.simple_tag
def labelled_cells(columns: list[str], row: list[str]) -> list[tuple[str, str]]:
    """Pair each cell of a row with the words of its column."""
    return list(zip(columns, row, strict=False))


def _run(piece: dict[str, Any]) -> SafeString:
    told = format_html("{}", piece["text"])
    for name, wrap in WRAPS.items():
        if piece[name]:
            told = format_html(wrap, told)
    if piece["url"]:
        told = format_html('<a href="{}" rel="nofollow">{}</a>', piece["url"], told)
    return told
