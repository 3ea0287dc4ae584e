"""Days on an axis of months: each month is one unit wide, whatever its days."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from cities.pictures.scales import Tick

MONTHS = 12
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_of(day: date) -> int:
    """The number of a day's month, counted from the year 0."""
    return day.year * MONTHS + day.month - 1


def days_in_month(day: date) -> int:
    """How many days a day's month has."""
    # A chart of hundreds of rows asks thousands of times, and the library names a weekday as well.
    return 29 if day.month == 2 and isleap(day.year) else DAYS[day.month - 1]


@dataclass(frozen=True)
class MonthScale:
    """Whole months, from `low` to before `high`, between two places."""

    low: int
    high: int
    left: float
    right: float

    @classmethod
    def over(cls, days: Sequence[date], left: float, right: float) -> "MonthScale":
        """The scale that holds all these days."""
        low, high = (month_of(min(days)), month_of(max(days)) + 1) if days else (0, 1)
        return cls(low, high, left, right)

    def __call__(self, day: date, *, after: bool = False) -> float:
        """The place of a day's beginning, or of its end."""
        part = month_of(day) + (day.day - 1 + after) / days_in_month(day) - self.low
        return round(self.left + (self.right - self.left) * part / (self.high - self.low), 1)

    def holds(self, day: date) -> bool:
        """Whether a day lies on the scale."""
        return self.low <= month_of(day) < self.high

    def ticks(self, steps: Sequence[int], most: int) -> tuple[Tick, ...]:
        """A mark on every month, quarter or year, as many as have room."""
        span = self.high - self.low
        step = next(step for step in steps if span / step <= most)
        shown = "Y" if step >= MONTHS else "M Y"
        return tuple(
            Tick(
                round(self.left + (self.right - self.left) * (month - self.low) / span, 1),
                date_format(date(month // MONTHS, month % MONTHS + 1, 1), shown),
            )
            for month in range(self.low, self.high)
            if month % step == 0
        )
