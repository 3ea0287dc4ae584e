"""Questions to the database that are put into SQL once and asked again with other values.

Django writes the SQL of a question anew each time, which for wide rows takes longer than the
database takes to answer. Where one page asks the same again and again, the SQL is kept:

    BY_SLUG = Prepared(lambda slug: Entry.objects.visible_to(VISITOR).filter(slug=slug))
    BY_SLUG("tree-register")

What is kept is the SQL, never an answer: rows are read each time.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

# Numbers and words that nobody asks for stand for the values, to be found again in the SQL.
FIRST_NUMBER = -9_100_000_000_000_000_000
WORD = "\x1fvalue {}\x1f"
# As SQLite is told a day or a moment.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


@dataclass(frozen=True)
class _Kept:
    """A question as SQL: which of its values are asked for, by place, and how rows are read."""

    sql: str
    values: tuple[Any, ...]
    places: dict[int, int]
    compiler: Any
    shape: QuerySet[Any]


class Prepared:
    """A question whose SQL is kept; called with values, it returns the rows found.

    `ask` takes the values and returns a query set: of models (`select_related` included) or of
    `values_list`. It must be the same question for all values, whoever asks and whenever: it may
    take no time of day, no list of changing length and no `prefetch_related`. `kinds` says of each
    value whether it is an `int` or a `str`.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Any]], *kinds: type[int] | type[str]):
        """Keep the question; its SQL is written when it is first asked."""
        self._ask = ask
        self._marks = [
            FIRST_NUMBER + place if kind is int else WORD.format(place)
            for place, kind in enumerate(kinds)
        ]
        self._kept: dict[str, _Kept] = {}

    def __call__(self, *values: int | str) -> list[Any]:
        """Return the rows found for these values."""
        if len(values) != len(self._marks):
            raise TypeError(f"{len(self._marks)} values are asked for, not {len(values)}.")
        connection = connections[DEFAULT_DB_ALIAS]
        kept = self._kept.get(connection.vendor)
        if kept is None:
            kept = self._kept[connection.vendor] = self._written()
        told = list(kept.values)
        for place, value in kept.places.items():
            told[place] = values[value]
        # Threads share what is kept, and each has a connection of its own.
        compiler = copy.copy(kept.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_more: (kept.sql, tuple(told))
        asked: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            model=kept.shape.model,
            query=SimpleNamespace(get_compiler=lambda *_args, **_more: compiler),
            _known_related_objects={},
        )
        rows: Iterable[Any] = kept.shape._iterable_class(asked)  # type: ignore[assignment]
        return list(rows)

    def _written(self) -> _Kept:
        """Put the question into SQL, and find where its values stand."""
        shape = self._ask(*self._marks)
        if shape._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise TypeError("A prepared question fetches nothing beside its rows.")
        compiler = shape.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        places = {
            place: self._marks.index(value)
            for place, value in enumerate(values)
            if value in self._marks
        }
        if set(places.values()) != set(range(len(self._marks))):
            raise TypeError("A prepared question must ask for each of its values as it is.")
        if any(isinstance(value, date) or MOMENT.match(str(value)) for value in values):
            raise TypeError("A prepared question must not depend on when it is asked.")
        return _Kept(sql, tuple(values), places, compiler, shape)


def padded(values: Sequence[int], length: int) -> list[int]:
    """Return keys in a list of a fixed length: what is missing is a key that no row has."""
    return [*values, *[0] * (length - len(values))]
