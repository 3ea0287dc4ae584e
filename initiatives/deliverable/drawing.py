"""Pictures of a deliverable: SVG as text, what it shows in words, its table, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.template.loader import get_template

from cities.pictures.plans import LOOKS, Look
from initiatives.deliverable.blocks import Block
from initiatives.pictures import Figure

FOLDER = "components/pictures/"
# Around these a page puts nothing.
ALONE = {"radar.svg.html", "grid.svg.html"}


def block_of(figure: Figure, widths: Sequence[float] = (), **native: Any) -> Block:
    """Return a figure as a block.

    `native` is what slides draw themselves, a chart or a plan; and the `share` of the page's width
    that a small one takes, in per cent.
    """
    picture = figure.picture
    narrow = getattr(picture, "narrow", None)
    return {
        "type": "picture",
        "id": picture.id,
        "caption": figure.caption,
        "alt": picture.description or figure.caption,
        "svg": svg(picture),
        "svg_narrow": svg(narrow) if narrow else "",
        "legend": [
            {"words": words, "kind": kind, "state": _state(look), **asdict(look)}
            for words, look, kind in getattr(picture, "legend", ())
        ],
        "columns": [_words(column) for column in figure.columns],
        "rows": [[_words(cell) for cell in row] for row in figure.rows],
        "widths": list(widths) or [1.0] * len(figure.columns),
        **native,
    }


def svg(picture: Any) -> str:
    """Return the drawing of a picture alone, without what a page puts around it."""
    name = picture.template.removeprefix(FOLDER)
    inner = name if name in ALONE else f"_{name}"
    drawn = get_template(FOLDER + inner).render({"picture": picture})
    return drawn[drawn.index("<svg") : drawn.rindex("</svg>") + len("</svg>")]


def _state(look: Look) -> str:
    return next((name for name, one in LOOKS.items() if one == look), "")


def _words(cell: Any) -> str:
    """Return a column or cell of components/table.html in words."""
    if isinstance(cell, dict):
        return str(cell.get("label") or cell.get("text") or "")
    return str(cell)
