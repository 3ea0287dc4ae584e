"""Calendars: what people's own calendar programs read."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from events import services
from events.models import Event, EventDay, EventStatus, Room, Session
from tests.factories import make_event, make_session

pytestmark = pytest.mark.django_db


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content
    assert b"\r\n" in text
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    # Strict readers know neither there: libical complains of both.
    assert "METHOD" not in calendar
    assert not any("COMMENT" in zone for zone in calendar.walk("VTIMEZONE"))
    return calendar


def entries(calendar):
    return list(calendar.walk("VEVENT"))


@pytest.mark.parametrize(
    ("zone", "start", "local"),
    [
        ("Europe/Lisbon", datetime(2021, 3, 28, 9, tzinfo=UTC), "10:00"),
        ("Europe/Athens", datetime(2021, 10, 31, 9, tzinfo=UTC), "11:00"),
        ("America/Toronto", datetime(2021, 3, 14, 14, tzinfo=UTC), "10:00"),
        ("America/Phoenix", datetime(2021, 7, 1, 16, tzinfo=UTC), "09:00"),
        ("America/Bogota", datetime(2021, 7, 1, 14, tzinfo=UTC), "09:00"),
    ],
)
def test_a_session_keeps_its_moment_and_brings_the_rules_of_its_zone(client, zone, start, local):
    event = make_event(time_zone=zone, starts_on=start.date(), ends_on=start.date())
    session = make_session(event, starts_at=start, ends_at=start + timedelta(hours=1))

    calendar = read(client, f"{session.get_absolute_url()[:-1]}.ics")

    (entry,) = entries(calendar)
    assert entry.start.astimezone(UTC) == start
    assert f"{entry.start:%H:%M}" == local
    assert entry.end - entry.start == timedelta(hours=1)
    assert [str(part["TZID"]) for part in calendar.walk("VTIMEZONE")] == [zone]


def test_the_second_of_two_equal_hours_is_told_in_utc(client):
    # In Lisbon it is half past one twice that night: at 00:30 and at 01:30 UTC.
    for hour in (0, 1):
        start = datetime(2021, 10, 31, hour, 30, tzinfo=UTC)
        event = make_event(time_zone="Europe/Lisbon", starts_on=start.date(), ends_on=start.date())
        session = make_session(event, starts_at=start, ends_at=start + timedelta(minutes=20))

        (entry,) = entries(read(client, f"{session.get_absolute_url()[:-1]}.ics"))

        assert entry.start.astimezone(UTC) == start
        assert entry["DTSTART"].to_ical() == (b"20211031T013000", b"20211031T013000Z")[hour]


def test_calendars_learn_of_a_renamed_room(client):
    event = make_event()
    make_session(event, room=Room.objects.create(event=event, name="Hall"))
    (before,) = entries(read(client, f"/events/{event.slug}.ics"))
    Room.objects.update(name="Library")
    services.tell_calendars_of_rooms(Room.objects.all())

    (after,) = entries(read(client, f"/events/{event.slug}.ics"))

    assert (before["LOCATION"], after["LOCATION"]) == ("Hall", "Library")
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


def test_the_uid_stays_and_the_sequence_grows_when_a_session_changes(client):
    session = make_session()
    address = f"/events/{session.day.event.slug}.ics"
    (before,) = entries(read(client, address))
    session.title, session.sequence, session.is_cancelled = "New title", 1, True
    session.save()

    (after,) = entries(read(client, address))

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


def test_a_session_without_hours_is_a_note_for_the_day_that_says_so(client):
    session = make_session(starts_at=None, ends_at=None, part_of_day="1morning")

    (entry,) = entries(read(client, f"{session.get_absolute_url()[:-1]}.ics"))

    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2021, 2, 16), date(2021, 2, 17))
    assert "The hour is not published" in entry["DESCRIPTION"]
    assert "morning" in entry["DESCRIPTION"]
    assert entry["TRANSP"] == "TRANSPARENT"


def test_a_day_has_its_sessions_and_an_event_without_any_stands_for_itself(client):
    event = make_event(ends_on=date(2021, 2, 17))
    make_session(event, title="First")
    make_session(event, day=EventDay.objects.create(event=event, date=date(2021, 2, 17)))
    bare = make_event(ends_on=date(2021, 2, 18), status=EventStatus.CANCELLED, sequence=4)

    assert len(entries(read(client, f"/events/{event.slug}.ics"))) == 2
    (first,) = entries(read(client, f"/events/{event.slug}/2021-02-16.ics"))
    (whole,) = entries(read(client, f"/events/{bare.slug}.ics"))

    assert first["SUMMARY"].startswith("First")
    assert (whole["DTSTART"].dt, whole["DTEND"].dt) == (date(2021, 2, 16), date(2021, 2, 19))
    assert (whole["STATUS"], whole["SEQUENCE"]) == ("CANCELLED", 4)
    assert client.get(f"/events/{event.slug}/2021-02-20.ics").status_code == 404
    assert client.get(f"/events/{event.slug}/2021-02-31.ics").status_code == 404


def test_long_and_foreign_words_are_folded_within_75_octets(client):
    session = make_session(title="Ψηφιακός μετασχηματισμός " * 5, summary="Ż" * 300)

    (entry,) = entries(read(client, f"/events/{session.day.event.slug}.ics"))

    assert "Ż" * 300 in entry["DESCRIPTION"]


def test_an_unchanged_calendar_is_answered_with_304_and_a_changed_one_is_not(client):
    session = make_session()
    address = f"/events/{session.day.event.slug}.ics"
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    Session.objects.get().save()
    changed = client.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    Session.objects.all().delete()
    assert client.get(address, headers={"If-None-Match": changed["ETag"]}).status_code == 200
    assert Event.objects.exists()
