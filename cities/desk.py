"""What a signed-in person has to do: each app says its part, the desk shows them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cities.models.gathering import read_together


@dataclass(frozen=True)
class DeskItem:
    """One thing to do or to know: words, a link, and by when (None: whenever)."""

    title: str
    url: str
    kind: str
    """What sort of thing it is, in words: "Review", "Milestone", "KPI"."""
    detail: str = ""
    due_on: date | None = None
    action: str = ""
    """The words of the link when it is an act: "Continue the draft"."""
    takes_place: bool = False
    """Say that `due_on` is the day of a meeting: nothing has to be done by then."""
    late_words: str = ""
    """How it stands when its day has passed, where that says more than "Late"."""

    @property
    def is_late(self) -> bool:
        """Say whether its day has passed."""
        return self.due_on is not None and self.due_on < timezone.localdate()


@dataclass(frozen=True)
class DeskSection:
    """A heading of the desk with its items, and the words for when there are none."""

    title: str
    items: list[DeskItem] = field(default_factory=list)
    empty: str = ""
    more_url: str = ""
    more_label: str = ""


@dataclass(frozen=True)
class DeskPart:
    """What an app adds to a desk: the rows it asks for, and the sections that they make.

    All parts of a desk are read in one query, whatever their number.
    """

    rows: tuple[QuerySet[Any], ...]
    shown: Callable[..., Iterable[DeskSection]]
    """Takes a list for each of `rows`."""


def sections_of(parts: Iterable[DeskPart]) -> list[DeskSection]:
    """Return the sections of parts, in their order: one query, and what a part asks further."""
    known = list(parts)
    found = iter(read_together(*(rows for part in known for rows in part.rows)))
    return [
        section for part in known for section in part.shown(*[next(found) for _rows in part.rows])
    ]
