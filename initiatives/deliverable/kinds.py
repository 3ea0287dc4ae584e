"""The kinds of chapters that an outline may ask for: a name, words for staff, and who fills it.

A chapter's kind is data, in the outline; this registry says what the portal puts there. Whoever
adds a kind writes one function from facts to blocks and registers it here by decorating it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from initiatives.deliverable.blocks import Block

if TYPE_CHECKING:
    from initiatives.deliverable.facts import Facts

Fill = Callable[["Facts"], list[Block]]


@dataclass(frozen=True)
class Kind:
    """A kind of chapter. One that is internal by nature is never shown to the public."""

    code: str
    label: Any
    fill: Fill
    is_internal: bool = False


_kinds: dict[str, Kind] = {}
SECTION = "section"
"""The kind that begins a part of the document and holds nothing else."""
TEXT = "text"
"""The kind that holds the outline's own words and nothing else."""


def fills(code: str, label: Any, *, internal: bool = False) -> Callable[[Fill], Fill]:
    """Register the function that fills chapters of a kind."""

    def register(fill: Fill) -> Fill:
        _kinds[code] = Kind(code, label, fill, internal)
        return fill

    return register


def find(code: str) -> Kind | None:
    """Return a kind; None when no such kind is known (any more)."""
    return _kinds.get(code)


def choices() -> list[tuple[str, Any]]:
    """Return all kinds with their words, as a form offers them."""
    return [(kind.code, kind.label) for kind in _kinds.values()]
