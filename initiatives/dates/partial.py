"""What a date is that is known roughly: a span of days and its precision."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from initiatives.models import Precision

# From fine to coarse: a span from a day to a month is known to the month.
COARSER = [Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.YEAR]


class Dated(Protocol):
    """Whatever has the columns of a partial date: a milestone, for one."""

    precision: str
    starts_on: date | None
    ends_on: date | None
    project_month: int | None
    date_text: str


class Measured(Protocol):
    """Whatever says as of when it holds: a measurement, for one."""

    as_of: date | None
    as_of_precision: str
    period_starts_on: date | None


class Aimed(Protocol):
    """Whatever says by when it shall be reached: a target, for one."""

    precision: str
    due_on: date | None
    due_until: date | None
    due_text: str


@dataclass(frozen=True)
class PartialDate:
    """A date or a span. `ends_on` is None when the end is open ("from September 2021")."""

    precision: Precision
    starts_on: date | None = None
    ends_on: date | None = None
    project_month: int | None = None
    text: str = ""
    """The words as they were typed."""

    @property
    def places_on_the_calendar(self) -> bool:
        """Say whether it has a day, and not just an order or a month of the project."""
        return self.starts_on is not None

    def same_as(self, other: PartialDate) -> bool:
        """Say whether both mean the same span, whatever the words were."""
        mine = (self.precision, self.starts_on, self.ends_on, self.project_month)
        return mine == (other.precision, other.starts_on, other.ends_on, other.project_month)


def of_day(day: date) -> PartialDate:
    """Return a date known to the day."""
    return PartialDate(Precision.DAY, day, day)


def in_order_only(text: str = "") -> PartialDate:
    """Return a date of which only its place in the order is known."""
    return PartialDate(Precision.ORDER, text=text)


def read(dated: Dated) -> PartialDate:
    """Return the partial date that a row's columns hold."""
    return PartialDate(
        Precision(dated.precision),
        dated.starts_on,
        dated.ends_on,
        dated.project_month,
        dated.date_text,
    )


def read_as_of(measured: Measured) -> PartialDate | None:
    """Return as of when a value holds, or its period; None when that is not known."""
    if measured.as_of is None:
        return None
    last = unit_from(measured.as_of_precision, measured.as_of)
    if measured.period_starts_on is None:
        return last
    return PartialDate(last.precision, measured.period_starts_on, last.ends_on)


def read_by(aimed: Aimed) -> PartialDate | None:
    """Return by when a target shall be reached; None where it does not say."""
    if aimed.due_on is None:
        return None
    unit = unit_from(aimed.precision, aimed.due_on)
    if aimed.due_until in {None, unit.ends_on}:
        return replace(unit, text=aimed.due_text)
    return PartialDate(unit.precision, aimed.due_on, aimed.due_until, text=aimed.due_text)


def by_columns(when: PartialDate | None) -> dict[str, Any]:
    """Return what a target keeps of a date by which it shall be reached: the unread `read_by`."""
    return {
        "precision": when.precision if when else Precision.YEAR,
        "due_on": when.starts_on if when else None,
        "due_until": when.ends_on if when else None,
        "due_text": when.text if when else "",
    }


def ends(when: PartialDate) -> bool:
    """Say whether it is a date of the calendar that ends: "from 2025" does not say by when."""
    return when.starts_on is not None and when.ends_on is not None


def last_unit(partial: PartialDate) -> date | None:
    """Return the first day of the last day, month, quarter or year of a span."""
    end = partial.ends_on or partial.starts_on
    if end is None or partial.precision == Precision.DAY:
        return end
    if partial.precision == Precision.MONTH:
        return end.replace(day=1)
    if partial.precision == Precision.QUARTER:
        return date(end.year, (end.month - 1) // 3 * 3 + 1, 1)
    return date(end.year, 1, 1)


def unit_from(precision: str, starts_on: date) -> PartialDate:
    """Return the day, month, quarter or year that begins on a day."""
    year, month = starts_on.year, starts_on.month
    if precision == Precision.MONTH:
        return month_span(year, month)
    if precision == Precision.QUARTER:
        return quarter_span((month + 2) // 3, year)
    if precision == Precision.YEAR:
        return PartialDate(Precision.YEAR, date(year, 1, 1), date(year, 12, 31))
    return of_day(starts_on)


def month_span(year: int, month: int) -> PartialDate:
    """Return a month, from its first day to its last."""
    last = calendar.monthrange(year, month)[1]
    return PartialDate(Precision.MONTH, date(year, month, 1), date(year, month, last))


def quarter_span(number: int, year: int) -> PartialDate:
    """Return a quarter, from its first day to its last."""
    last = month_span(year, number * 3).ends_on
    return PartialDate(Precision.QUARTER, date(year, number * 3 - 2, 1), last)
