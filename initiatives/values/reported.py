"""What a reported value is once it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - the field is called date
from decimal import Decimal

from initiatives.models import Qualifier, ValueKind


@dataclass(frozen=True)
class Reported:
    """A value with its kind; the fields are those of a Measurement."""

    kind: ValueKind
    as_reported: str
    number: Decimal | None = None
    qualifier: Qualifier = Qualifier.EXACT
    base_year: int | None = None
    text: str = ""
    """For text the words themselves; for a number the words that stood behind it."""
    date: Date | None = None
    yes: bool | None = None


@dataclass(frozen=True)
class Reading:
    """What a report may mean, best first. Its text, kept as it is, is always the last."""

    readings: tuple[Reported, ...]
    is_certain: bool

    @property
    def best(self) -> Reported:
        """Return what it most likely means."""
        return self.readings[0]
