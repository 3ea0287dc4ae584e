"""A day of the plan as a grid: where sessions stand, moving them, and who plans there as well."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.admin.agenda_grid import grid_of
from events.models import Session
from tests import factories as make
from tests.factories.labs import DAY, make_lab
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_there():
    cache.clear()


@pytest.fixture
def staff(client):
    person = make.make_staff(name="Sam Staff")
    client.force_login(person)
    return person


@pytest.fixture
def lab():
    return make_lab(slug="lab", time_zone="Europe/Lisbon", ends_on=DAY + timedelta(days=1))


def at(event, hour, minute=0, minutes=60, **fields):
    starts = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=UTC)
    return make_session(
        event, starts_at=starts, ends_at=starts + timedelta(minutes=minutes), **fields
    )


def page_of(event, **more):
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/admin/events/event/plan/?event={event.pk}{query}"


def moving(moved, **fields):
    return {
        "act": "move", "session": moved.pk, "day": DAY.isoformat(), "start": "14:30",
        "minutes": 45, "room": "", "seen": moved.changed_at.isoformat(), **fields,
    }  # fmt: skip


def drawn(grid):
    """Each card by its title, with when its cell begins, its room and its rows."""
    return {
        card.title: (line.start, cell.room, cell.rows)
        for line in grid.lines
        for cell in line.cells
        for card in cell.cards
    }


def test_sessions_stand_in_their_room_at_their_hour(lab):
    hall = lab.rooms.create(name="Hall")
    at(lab, 9, title="Opening", room=hall)
    at(lab, 9, 30, 30, title="Elsewhere")
    at(lab, 12, title="One", room=hall)
    at(lab, 12, 30, 60, title="Two", room=hall)
    make_session(lab, title="Some time", starts_at=None, ends_at=None)

    grid = grid_of(lab, DAY)

    # Lisbon is an hour ahead of UTC in June.
    assert drawn(grid) == {
        "Opening": ("10:00", hall.pk, 4),
        "Elsewhere": ("10:30", None, 2),
        # What overlaps shares a place.
        "One": ("13:00", hall.pk, 6),
        "Two": ("13:00", hall.pk, 6),
    }
    assert [one.title for one in grid.untimed] == ["Some time"]
    # Every row has each column once, counting cells that reach into it.
    covered = {}
    for at_row, line in enumerate(grid.lines):
        for cell in line.cells:
            for row in range(at_row, at_row + cell.rows):
                covered.setdefault(row, []).append(cell.room)
    assert all(
        sorted(map(str, rooms)) == sorted([str(hall.pk), "None"]) for rooms in covered.values()
    )
    assert len(covered) == len(grid.lines)


@pytest.mark.parametrize(
    ("zone", "day", "rows"),
    [
        # 1 to 3 o'clock is one hour in spring and three in autumn; then on to 17.
        ("Europe/Brussels", date(2027, 3, 28), 15),
        ("Europe/Brussels", date(2027, 10, 31), 17),
        ("America/Toronto", date(2027, 3, 14), 15),
        ("America/Phoenix", date(2027, 3, 14), 16),
        ("America/Bogota", date(2027, 3, 14), 16),
    ],
)
def test_on_days_when_clocks_change_rows_are_the_hours_that_pass(zone, day, rows):
    lab = make_lab(time_zone=zone, starts_on=day, ends_on=day)
    starts = datetime(day.year, day.month, day.day, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    make_session(lab, title="Early", starts_at=starts, ends_at=starts + timedelta(hours=1))

    grid = grid_of(lab, day)

    assert len(grid.lines) == rows * 4
    assert drawn(grid) == {"Early": ("01:00", None, 4)}


def test_a_session_is_moved_by_the_form_and_stays_where_it_was_put(lab, staff, client):
    hall = lab.rooms.create(name="Hall")
    session = at(lab, 9, title="Opening", slug="opening")
    filled = client.get(page_of(lab, session=session.pk)).context["form"].initial
    assert (str(filled["start"]), filled["minutes"]) == ("10:00:00", 60)
    next_day = (DAY + timedelta(days=1)).isoformat()

    page = client.post(page_of(lab), moving(session, room=hall.pk, day=next_day), follow=True)

    assert "“Opening” moved to 14:30." in page.content.decode()
    session.refresh_from_db()
    assert session.starts_at == datetime(2090, 6, 2, 13, 30, tzinfo=UTC)
    assert (session.minutes, session.room, session.sequence) == (45, hall, 1)
    assert (session.day.date.isoformat(), session.slug) == (next_day, "opening")


def test_whoever_moves_what_another_moved_meanwhile_is_told(lab, staff, client):
    session = at(lab, 9, title="Opening")
    form = moving(session)
    session.save()

    page = client.post(page_of(lab), form, follow=True).content.decode()

    assert "Somebody changed “Opening” meanwhile" in page
    session.refresh_from_db()
    assert session.starts_at.hour == 9


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("start", "", "Fill this in."),
        ("start", "25:00", "Enter a valid time."),
        ("minutes", "0", "greater than or equal to 5"),
        ("day", "2090-07-01", "Select a valid choice"),
        ("room", "999", "Select a valid choice"),
        ("session", "x", "Select a valid choice"),
    ],
)
def test_a_bad_move_is_told_beside_its_field_and_keeps_what_was_typed(
    lab, staff, client, field, value, words
):
    session = at(lab, 9)

    page = client.post(page_of(lab), moving(session, **{field: value}))

    assert page.status_code == 200
    assert words in page.content.decode()
    assert page.context["form"]["minutes"].value() == ("0" if field == "minutes" else "45")


def test_an_hour_that_clocks_jump_over_is_refused(staff, client):
    day = date(2090, 3, 26)
    lab = make_lab(time_zone="Europe/Brussels", starts_on=day, ends_on=day)
    session = make_session(lab, starts_at=None, ends_at=None)

    page = client.post(page_of(lab), moving(session, day=day.isoformat(), start="02:30"))

    assert "Clocks jump over this hour" in page.content.decode()


def test_two_planners_are_told_about_each_other(lab, staff, client):
    session = at(lab, 9, title="Opening")
    client.get(page_of(lab))
    client.force_login(make.make_staff(name="Olga Other"))

    page = client.get(page_of(lab))
    assert "Also planning here now: Sam Staff" in page.content.decode()
    since = page.context["stamp"]
    client.force_login(staff)
    client.post(page_of(lab), moving(session))
    client.force_login(make.make_staff(name="Third Person"))

    told = client.get("/admin/events/event/plan/others/", {"event": lab.pk, "since": since}).json()
    assert told["others"] == "Also planning here now: Olga Other, Sam Staff"
    assert "Sam Staff" in told["news"]
    assert "“Opening” moved to 14:30" in told["news"]
    # Whoever did it needs no news of it.
    client.force_login(staff)
    own = client.get("/admin/events/event/plan/others/", {"event": lab.pk, "since": since}).json()
    assert own["news"] == ""


def test_the_page_takes_as_many_queries_for_many_sessions_as_for_one(lab, staff, client):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(lab))
        return len(queries)

    at(lab, 9, room=lab.rooms.create(name="A"), capacity=3)
    client.get(page_of(lab))
    once = asked()
    for number in range(6):
        at(lab, 9 + number, room=lab.rooms.create(name=f"Room {number}"), capacity=3)

    assert asked() == once
    assert Session.objects.count() == 7
