"""Calendars: what people's own calendar programs read."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.utils import timezone

from events import services
from events.calendars import one_line, written
from events.models import Event, EventDay, EventStatus, Room, Session
from events.own_calendars import own_calendar
from tests.factories import (
    make_asker,
    make_city,
    make_event,
    make_lab,
    make_meeting,
    make_meeting_expert,
    make_meeting_round,
    make_peer_round,
    make_session,
    make_user,
)

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


ODD = "One\ntwo\r\nthree\rfour\x0bfive\u2028six\x85seven\x00"
JOINED = "One two three four five six seven"


def test_line_breaks_in_any_text_are_joined_where_names_stand_and_kept_in_descriptions(client):
    # Imports may bring them; PostgreSQL keeps no NUL, so that none comes from there.
    odd = ODD.replace("\x00", "")
    event = make_event(title=odd, place=odd, summary=odd, dates_note=odd, format="on_site")
    (whole,) = entries(read(client, f"/events/{event.slug}.ics"))
    session = make_session(event, title=odd, summary=odd)
    calendar = read(client, f"/events/{event.slug}.ics")
    (entry,) = entries(calendar)

    assert str(calendar["X-WR-CALNAME"]) == JOINED
    assert (whole["SUMMARY"], whole["LOCATION"]) == (JOINED, JOINED)
    assert (entry["SUMMARY"], entry["LOCATION"]) == (f"{JOINED} ({JOINED})", JOINED)
    lines = JOINED.replace(" ", "\n")
    assert entry["DESCRIPTION"].startswith(f"{lines}\n\nhttp")
    assert whole["DESCRIPTION"].startswith(f"{lines}\n\n{lines}\n\nhttp")
    Session.objects.update(room=Room.objects.create(event=event, name=odd))
    (entry,) = entries(read(client, f"{session.get_absolute_url()[:-1]}.ics"))
    assert entry["LOCATION"] == JOINED


def test_line_breaks_in_groups_and_talks_are_joined_in_a_persons_calendar():
    event = make_lab(title="A\nlab", status="published")
    person = make_user(name="Ana\nSilva")
    round = make_meeting_round(1, event=event, published=True)
    slot = round.slots.get()
    expert = make_meeting_expert(round, slot, user=person)
    expert.offers.update(room="Upper\r\nhall")
    make_meeting(make_asker(round, expert, city=make_city(name="Vila\nNova")), expert, slot)
    peers = make_peer_round(3, event=event, state="published", published_at=timezone.now())
    session = peers.sessions.get()
    Session.objects.filter(pk=session.pk).update(title="Peer\nreview")
    guide = peers.guides.create(user=person)
    group = peers.groups.create(number=1, session=session, guide=guide, label="Room\n7")
    for position, entry in enumerate(peers.entries.all(), start=1):
        group.seats.create(entry=entry, position=position)

    calendar = icalendar.Calendar.from_ical(own_calendar(person))

    told = [str(entry[name]) for entry in entries(calendar) for name in ("SUMMARY", "LOCATION")]
    assert not calendar.errors
    assert not any("\n" in text or "\r" in text for text in told)
    assert "Room 7" in told
    assert "Upper hall" in told
    assert any("Vila Nova" in text and "Ana Silva" in text for text in told)
    assert any("Peer review (A lab)" in text for text in told)


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\x00", "\x1f", "\u2029"])
def test_a_name_has_one_line_whatever_stands_in_it(sign):
    assert one_line(f"One{sign}two") == "One two"
    written_down = written(f"One{sign}two", "UTC", [])
    assert b"X-WR-CALNAME:One two\r\n" in written_down
