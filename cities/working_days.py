"""Working days: Monday to Friday without the holidays of an edition, where the edition is at home.

calendars = Calendars()
calendar = calendars.of(edition.pk)
due_on = calendar.add(calendar.day(now), 10)
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import CharField, IntegerField, Value

from cities.models import Edition, Holiday

SATURDAY = 5
ONE_DAY = timedelta(days=1)
# Where no edition says another one.
ZONE = "Europe/Brussels"


@dataclass(frozen=True)
class Calendar:
    """The working days of one edition: its zone, and the weekdays on which nobody works."""

    zone: ZoneInfo
    holidays: tuple[date, ...] = ()

    @classmethod
    def with_holidays(cls, zone: str, holidays: set[date]) -> Calendar:
        """Return a calendar; holidays that fall on a weekend change nothing."""
        return cls(ZoneInfo(zone), tuple(sorted(day for day in holidays if _is_weekday(day))))

    def day(self, moment: datetime) -> date:
        """Return the day a moment falls on where the edition is at home."""
        return moment.astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        """Say whether people of the programme work on a day."""
        return _is_weekday(day) and self._holidays_until(day) == self._holidays_until(day - ONE_DAY)

    def add(self, day: date, days: int) -> date:
        """Return the working day that comes `days` working days after a day.

        The day itself does not count. With none to add: the day, or the next one people work on.
        """
        left = days
        while left > 0 or not self.is_working(day):
            day += ONE_DAY
            left -= self.is_working(day)
        return day

    def count(self, first: date, last: date) -> int:
        """Return how many working days come after `first`, up to `last`; 0 when it is earlier."""
        if last <= first:
            return 0
        weeks, rest = divmod((last - first).days, 7)
        single = sum(_is_weekday(first + timedelta(days=number + 1)) for number in range(rest))
        return 5 * weeks + single - self._holidays_until(last) + self._holidays_until(first)

    def between(self, start: datetime, end: datetime) -> int:
        """Return the working days from one moment to another, as `count` does."""
        return self.count(self.day(start), self.day(end))

    def _holidays_until(self, day: date) -> int:
        return bisect_right(self.holidays, day)


class Calendars:
    """The calendars of all editions, read with one query."""

    def __init__(self) -> None:
        """Read editions' zones and all holidays."""
        of_editions = Edition.objects.order_by().values_list("pk", "time_zone", "holidays__day")
        of_none = Holiday.objects.filter(edition=None).order_by()
        no_edition = (Value(None, IntegerField()), Value("", CharField()))
        found = list(of_editions.union(of_none.values_list(*no_edition, "day"), all=True))
        self._zones = {edition: zone for edition, zone, _day in found if edition}
        self._holidays = [(edition, day) for edition, _zone, day in found if day]
        self._made: dict[int | None, Calendar] = {}

    def of(self, edition: int | None) -> Calendar:
        """Return the calendar of an edition by its key; of no edition: all holidays there are."""
        if edition not in self._made:
            off = {day for of, day in self._holidays if edition is None or of in {None, edition}}
            zone = self._zones.get(edition, ZONE) if edition else ZONE
            self._made[edition] = Calendar.with_holidays(zone, off)
        return self._made[edition]


def _is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY
