"""What a signed-in person has to do: each app says its part, the desk shows them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.utils import timezone

from cities.models import CityMembership, User
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
        """Say whether its day has passed; of a meeting it only says when that began."""
        is_over = self.due_on is not None and self.due_on < timezone.localdate()
        return is_over and not self.takes_place


@dataclass(frozen=True)
class Pile:
    """What there is of one kind, the most pressing first, as far as it is shown."""

    things: list[list[DeskItem]]
    """Of a thing more than one may have to be said."""
    in_all: int
    more: Callable[[int], str]
    """Returns the words for so many more of them: "3 more milestones"."""

    @property
    def items(self) -> list[DeskItem]:
        """Return what is shown."""
        return [item for thing in self.things for item in thing]

    @property
    def beyond(self) -> str:
        """Say how many more there are; "" when all are shown."""
        left_out = self.in_all - len(self.things)
        return self.more(left_out) if left_out > 0 else ""

    def cut(self, most: int) -> Pile:
        """Return it with so many things at most."""
        return replace(self, things=self.things[:most])


def shared(piles: Sequence[Pile], *, room: int) -> list[Pile]:
    """Return piles cut so that they fill the room together.

    Each has a turn before any has another, so that many of one kind push out none of the others.
    """
    shown = [0] * len(piles)
    while room:
        waiting = [at for at, pile in enumerate(piles) if shown[at] < len(pile.things)]
        if not waiting:
            break
        for at in waiting[:room]:
            shown[at] += 1
        room -= len(waiting[:room])
    return [pile.cut(most) for pile, most in zip(piles, shown, strict=True)]


@dataclass(frozen=True)
class OwnCities:
    """The keys of the cities somebody acts for today, by what their roles let them do there.

    A desk asks for them once: put into each of its questions, they would take longer to be asked
    for than all the answers.
    """

    all: frozenset[int] = frozenset()
    edited: frozenset[int] = frozenset()
    submitted: frozenset[int] = frozenset()
    """Those in whose name they may submit and publish."""

    @classmethod
    def of(cls, user: User) -> OwnCities:
        """Return a person's cities: one query."""
        running = CityMembership.objects.running().filter(user=user).order_by()
        known = list(running.values_list("city", "role__may_edit", "role__may_submit"))
        return cls(
            frozenset(city for city, _edits, _submits in known),
            frozenset(city for city, edits, _submits in known if edits),
            frozenset(city for city, _edits, submits in known if submits),
        )


@dataclass(frozen=True)
class DeskSection:
    """A heading of the desk with its items, and the words for when there are none."""

    title: str
    items: list[DeskItem] = field(default_factory=list)
    empty: str = ""
    more_url: str = ""
    more_label: str = ""
    beyond: list[str] = field(default_factory=list)
    """What else there is and found no room, in words."""
    key: str = ""
    """Under which name a desk shows all of it."""


@dataclass(frozen=True)
class DeskPart:
    """What an app adds to a desk: the rows it asks for, and the sections that they make.

    All parts of a desk are read in one query, whatever their number.
    """

    rows: tuple[QuerySet[Any], ...]
    shown: Callable[..., Iterable[DeskSection]]
    """Takes a list for each of `rows`."""


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Tell with each row how many there are in all, before they are cut."""
    return rows.annotate(in_all=Window(Count("pk")))


def in_all(rows: Sequence[Any]) -> int:
    """Return how many rows there are in all, of some that were `counted`."""
    return rows[0].in_all if rows else 0


def left_out(rows: Sequence[Any], more: Callable[[int], str]) -> list[str]:
    """Return the words for how many rows were cut off, of some that were `counted`."""
    beyond = in_all(rows) - len(rows)
    return [more(beyond)] if beyond > 0 else []


def sections_of(parts: Iterable[DeskPart]) -> list[DeskSection]:
    """Return the sections of parts, in their order: one query, and what a part asks further."""
    known = list(parts)
    found = iter(read_together(*(rows for part in known for rows in part.rows)))
    return [
        section for part in known for section in part.shown(*[next(found) for _rows in part.rows])
    ]
