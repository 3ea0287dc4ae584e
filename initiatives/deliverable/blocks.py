"""What a chapter is made of, as plain data that every renderer draws.

A block is a dictionary with a `type`. Words are plain; a cell or an item may hold several lines.
Only the words that a city wrote in Markdown carry runs: pieces with emphasis or an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

Block = dict[str, Any]


def lines(words: str) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in words.splitlines() if line.strip()]


def paragraphs(words: str) -> list[Block]:
    """Return a text as a block, or no block when it is empty."""
    found = lines(words)
    return [{"type": "text", "paragraphs": found}] if found else []


def heading(text: str, *, anchor: str = "", internal: bool = False) -> Block:
    """Return a heading within a chapter; what follows up to the next one belongs to it."""
    return {"type": "heading", "text": text, "anchor": anchor, "internal": internal}


def subheading(text: str) -> Block:
    """Return a heading below a heading."""
    return {"type": "subheading", "text": text}


def listing(items: Iterable[str], *, ordered: bool = False, caption: str = "") -> list[Block]:
    """Return a list as a block, or no block when it is empty."""
    found = [item for item in items if item]
    if not found:
        return []
    return [{"type": "list", "items": found, "ordered": ordered, "caption": caption}]


def pairs(items: Iterable[tuple[Any, Any]], caption: str = "") -> list[Block]:
    """Return labels with their lines; those without any are left out."""
    kept = []
    for label, value in items:
        told = lines(value) if isinstance(value, str) else [str(one) for one in value if one]
        if told:
            kept.append({"label": str(label), "lines": told})
    return [{"type": "pairs", "items": kept, "caption": caption}] if kept else []


def table(
    caption: str,
    columns: Sequence[Any],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Sequence[int] = (),
    widths: Sequence[float] = (),
) -> list[Block]:
    """Return a table as a block; columns in which nothing stands are left out.

    A table of which one column is left is a list.
    """
    if not rows:
        return []
    kept = [
        place
        for place in range(len(columns))
        if place == 0 or any(row[place].strip() for row in rows)
    ]
    if kept == [0]:
        return listing((row[0] for row in rows), caption=caption)
    shares = list(widths) or [1.0] * len(columns)
    return [
        {
            "type": "table",
            "caption": caption,
            "columns": [str(columns[place]) for place in kept],
            "rows": [[row[place] for place in kept] for row in rows],
            "numeric": [at for at, place in enumerate(kept) if place in numeric],
            "widths": [shares[place] for place in kept],
        }
    ]


def columns(groups: Iterable[tuple[Any, Sequence[str]]]) -> list[Block]:
    """Return lists that stand side by side, each below its heading; empty ones are left out."""
    kept = [{"heading": str(label), "items": list(items)} for label, items in groups if items]
    return [{"type": "columns", "columns": kept}] if kept else []


def steps(items: Sequence[dict[str, str]]) -> list[Block]:
    """Return what comes one after the other: label, when, text."""
    return [{"type": "steps", "items": list(items)}] if items else []


def photo(caption: str, file: Any, address: str) -> Block:
    """Return a picture that somebody took, by the name under which its file is kept."""
    return {
        "type": "photo",
        "caption": caption,
        "alt": file.shows,
        "kept": file.file.name,
        "address": address,
        "width": file.width,
        "height": file.height,
        "missing": _("The photograph cannot be shown: its file is gone or damaged."),
    }


def link(label: str, url: str) -> list[Block]:
    """Return an address with its words."""
    return [{"type": "link", "label": label, "url": url}] if url else []
