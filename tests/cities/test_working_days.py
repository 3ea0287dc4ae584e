"""Days on which people work: counted, added, and in the right zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cities.models import Holiday
from cities.working_days import Calendar, Calendars
from tests.factories import make_edition

FRIDAY = date(2026, 4, 3)  # Good Friday; Easter Monday is the 6th
EASTER = Calendar.with_holidays("Europe/Brussels", {FRIDAY, date(2026, 4, 6)})
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def one_by_one(calendar, first, last):
    return sum(
        calendar.is_working(first + timedelta(days=number + 1))
        for number in range(max((last - first).days, 0))
    )


@given(days, days, st.sets(days, max_size=60))
def test_days_counted_at_once_are_those_counted_one_by_one(first, last, holidays):
    calendar = Calendar.with_holidays("Europe/Brussels", holidays)
    assert calendar.count(first, last) == one_by_one(calendar, first, last)


@given(days, st.integers(1, 60), st.sets(days, max_size=60))
def test_what_is_added_can_be_counted_and_ends_on_a_working_day(day, number, holidays):
    calendar = Calendar.with_holidays("Europe/Brussels", holidays)
    end = calendar.add(day, number)
    assert calendar.is_working(end)
    assert calendar.count(day, end) == number
    assert calendar.count(day, end - timedelta(days=1)) == number - 1


def test_weekends_and_holidays_are_skipped():
    thursday = date(2026, 4, 2)
    assert EASTER.add(thursday, 1) == date(2026, 4, 7)
    assert EASTER.count(thursday, date(2026, 4, 7)) == 1
    assert EASTER.add(FRIDAY, 0) == date(2026, 4, 7)
    assert EASTER.count(date(2026, 4, 7), thursday) == 0


def test_a_day_begins_where_the_edition_is_at_home():
    late_evening = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    assert Calendar(ZoneInfo("UTC")).day(late_evening) == date(2026, 6, 1)
    assert Calendar(ZoneInfo("Europe/Brussels")).day(late_evening) == date(2026, 6, 2)
    assert Calendar(ZoneInfo("America/Bogota")).day(late_evening) == date(2026, 6, 1)
    # In the night in which clocks change, the day still changes at midnight there.
    assert EASTER.day(datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == date(2026, 10, 25)
    assert EASTER.day(datetime(2026, 10, 25, 22, 30, tzinfo=UTC)) == date(2026, 10, 25)


@pytest.mark.django_db
def test_each_edition_has_its_own_holidays_besides_those_of_all():
    first, second = make_edition(slug="one"), make_edition(slug="two", time_zone="Europe/Lisbon")
    Holiday.objects.create(day=date(2026, 5, 1), name="Labour Day")
    Holiday.objects.create(day=date(2026, 5, 4), name="Of the first", edition=first)
    calendars = Calendars()
    thursday = date(2026, 4, 30)
    assert calendars.of(first.pk).add(thursday, 1) == date(2026, 5, 5)
    assert calendars.of(second.pk).add(thursday, 1) == date(2026, 5, 4)
    assert calendars.of(None).add(thursday, 1) == date(2026, 5, 5)
    assert calendars.of(second.pk).zone == ZoneInfo("Europe/Lisbon")


@pytest.mark.django_db
def test_calendars_take_one_query_whatever_they_hold():
    for number in range(30):
        edition = make_edition(slug=f"edition-{number}")
        Holiday.objects.create(day=date(2026, 5, 1), name="A day", edition=edition)
    with CaptureQueriesContext(connection) as queries:
        calendars = Calendars()
        for pk in calendars._zones:
            calendars.of(pk).add(FRIDAY, 3)
    assert len(queries) == 1
