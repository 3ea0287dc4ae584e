"""Agendas for conference apps: by the rules of the format, and the same names each time.

The rules are those of https://github.com/voc/schedule: `schedule.xsd` beside this file, and for
schedule.json what stands below.
"""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from events.models import EventDay, EventStatus, Room, Session, Talk, Track
from tests.factories import make_city, make_event, make_session, make_user

pytestmark = pytest.mark.django_db
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
DAY = r"\d{4}-\d\d-\d\d"
DURATION = r"\d{1,2}:\d\d"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ADDRESS = r"https?://.*"
ANY = r"(?s).*"
# The judge of schedule.xml, which is not ours: libxml2, by the rules in the file.
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("schedule.xsd")))


def check(xml):
    """Hold a schedule against the schema; return its events."""
    SCHEMA.assertValid(etree.fromstring(xml))
    root = ElementTree.fromstring(xml)
    days = root.findall("day")
    assert [day.get("index") for day in days] == [str(at + 1) for at in range(len(days))]
    return root.findall("day/room/event")


# Of schedule.json: each name that may stand there with its rule, and those that may be missing.
TEXT, WHOLE = ANY, int
IN_CONFERENCE = {
    "acronym": r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?", "title": TEXT, "description": TEXT,
    "start": DAY, "end": DAY, "daysCount": WHOLE, "timeslot_duration": DURATION,
    "time_zone_name": r"([A-Z][a-z]+/[A-Z][a-z]+|UTC).*", "url": ADDRESS, "tracks": list,
    "rooms": list, "days": list,
}  # fmt: skip
IN_DAY = {"index": WHOLE, "date": DAY, "day_start": MOMENT, "day_end": MOMENT, "rooms": dict}
IN_EVENT = {
    "id": WHOLE, "guid": UUID, "date": MOMENT, "start": r"[0-2]\d:[0-5]\d",
    "duration": r"[0-9]+:[0-9]{2}", "room": TEXT, "slug": r"[a-z0-9_-]+[a-z0-9]", "url": ADDRESS,
    "title": TEXT, "subtitle": TEXT, "track": TEXT, "type": TEXT, "language": TEXT,
    "abstract": TEXT, "description": TEXT, "persons": list, "links": list,
}  # fmt: skip


def check_json(told):
    """Hold schedule.json against the rules; return its events."""
    assert set(told) == {"$schema", "generator", "schedule"}
    assert re.fullmatch(ADDRESS, told["generator"]["url"])
    schedule = told["schedule"]
    assert set(schedule) == {"version", "base_url", "conference"}
    conference = schedule["conference"]
    obeys(conference, IN_CONFERENCE)
    assert conference["daysCount"] == len(conference["days"])
    for room in conference["rooms"]:
        obeys(room, {"name": TEXT, "guid": UUID})
    assert all(set(track) == {"name"} for track in conference["tracks"])
    events = []
    for number, day in enumerate(conference["days"], start=1):
        obeys(day, IN_DAY)
        assert day["index"] == number
        events += [(name, one) for name, those in day["rooms"].items() for one in those]
    for name, event in events:
        obeys(event, IN_EVENT)
        assert event["room"] == name
        assert all(set(person) == {"name"} for person in event["persons"])
    return [event for _name, event in events]


def obeys(told, rules):
    assert set(told) == set(rules)
    for name, rule in rules.items():
        if isinstance(rule, type):
            assert isinstance(told[name], rule), name
        else:
            assert re.fullmatch(rule, told[name]), (name, told[name])


def read(client, slug="lab"):
    """Both files of an event."""
    xml = client.get(f"/events/{slug}/schedule.xml")
    told = client.get(f"/events/{slug}/schedule.json")
    assert xml["Content-Type"] == "application/xml; charset=utf-8"
    assert told["Content-Type"] == "application/json"
    events, same = check(xml.content), check_json(told.json())
    assert [int(event.get("id")) for event in events] == [event["id"] for event in same]
    return events, told.json()["schedule"]["conference"]


@pytest.fixture
def lab():
    return make_event(slug="lab", ends_on=date(2021, 2, 17))


def test_a_session_is_told_with_its_moment_room_track_and_who_speaks(lab, client):
    session = make_session(
        lab,
        slug="Open-Data",
        title="Open <data> & more",
        summary="Two\nlines",
        language="fr",
        room=Room.objects.create(event=lab, name="Hall"),
        track=Track.objects.create(event=lab, name="Skills"),
        ends_at=datetime(2021, 2, 16, 10, 30, tzinfo=UTC),
    )
    Talk.objects.create(session=session, title="A", city=make_city(name="Porto"))
    Talk.objects.create(session=session, title="B", speaker=make_user(name="Ana Silva"))

    (event,), conference = read(client)

    told = {part.tag: part.text for part in event}
    assert told["title"] == "Open <data> & more"
    assert (told["date"], told["start"], told["duration"]) == (
        "2021-02-16T10:00:00+01:00", "10:00", "01:30",
    )  # fmt: skip
    assert (told["room"], told["track"], told["language"]) == ("Hall", "Skills", "fr")
    assert told["slug"] == f"event_lab-{session.pk}-open_data"
    assert told["url"].endswith(session.get_absolute_url())
    assert [person.text for person in event.find("persons")] == ["Porto"]
    (day,) = conference["days"]
    (same,) = day["rooms"]["Hall"]
    assert same["persons"] == [{"name": "Porto"}]
    assert {name: same[name] for name in ("date", "duration", "guid", "abstract")} == {
        "date": told["date"],
        "duration": "01:30",
        "guid": event.get("guid"),
        "abstract": "Two\nlines",
    }
    assert conference["time_zone_name"] == "Europe/Brussels"
    assert conference["daysCount"] == 1


def test_signs_that_xml_forbids_are_left_out(lab, client):
    make_session(lab, title="Bell\x07 and \x0btab", summary="\ufffe")

    (event,), _conference = read(client)

    assert event.find("title").text == "Bell and tab"


def test_names_stay_when_a_session_changes(lab, client):
    make_session(lab, title="Before")
    (before,), _conference = read(client)
    Session.objects.update(title="After", starts_at=datetime(2021, 2, 16, 8, tzinfo=UTC))

    (after,), _conference = read(client)

    assert (after.get("id"), after.get("guid")) == (before.get("id"), before.get("guid"))
    assert after.find("slug").text == before.find("slug").text


def test_a_cancelled_session_says_so_and_one_without_hours_is_left_out(lab, client):
    make_session(lab, title="Off", is_cancelled=True)
    make_session(lab, title="Sometime", starts_at=None, ends_at=None)

    (event,), _conference = read(client)

    assert event.find("title").text == "Cancelled: Off"
    lab.status = EventStatus.CANCELLED
    lab.save()
    Session.objects.update(is_cancelled=False)
    assert [one.find("title").text for one in read(client)[0]] == ["Cancelled: Off"]


def test_an_event_without_days_and_a_day_without_sessions_are_valid(client):
    make_event(slug="bare")
    events, conference = read(client, "bare")
    assert events == []
    assert [day["date"] for day in conference["days"]] == ["2021-02-16"]


@pytest.mark.parametrize(
    ("zone", "first", "told"),
    [
        ("Europe/Lisbon", date(2021, 3, 27), ["09:00:00+00:00", "09:00:00+01:00"]),
        ("Europe/Brussels", date(2021, 3, 27), ["09:00:00+01:00", "09:00:00+02:00"]),
        ("Europe/Athens", date(2021, 10, 30), ["09:00:00+03:00", "09:00:00+02:00"]),
        ("America/Toronto", date(2021, 3, 13), ["09:00:00-05:00", "09:00:00-04:00"]),
        # Phoenix and Medellín leave their clocks alone.
        ("America/Phoenix", date(2021, 3, 13), ["09:00:00-07:00", "09:00:00-07:00"]),
        ("America/Bogota", date(2021, 3, 13), ["09:00:00-05:00", "09:00:00-05:00"]),
    ],
)
def test_each_day_has_the_offset_its_clocks_have(client, zone, first, told):
    days = [first, first + timedelta(days=1)]
    event = make_event(slug="lab", time_zone=zone, starts_on=days[0], ends_on=days[1])
    for day in days:
        starts = datetime.combine(day, time(9), ZoneInfo(zone)).astimezone(UTC)
        make_session(
            event,
            day=EventDay.objects.create(event=event, date=day),
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
        )

    events, conference = read(client)

    expected = [f"{day}T{clock}" for day, clock in zip(days, told, strict=True)]
    assert [event.find("date").text for event in events] == expected
    assert [day["day_start"] for day in conference["days"]] == expected
    assert {event.find("start").text for event in events} == {"09:00"}


def test_programs_are_answered_in_a_constant_number_of_queries_and_with_304(lab, client):
    addresses = [f"/events/lab{end}" for end in (".ics", "/schedule.xml", "/schedule.json")]
    counts = []
    for more in (2, 20):
        for _number in range(more):
            session = make_session(lab)
            Talk.objects.create(session=session, title="Talk", city=make_city())
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                first = client.get(address)
            counts.append(len(queries))
            again = client.get(address, headers={"If-None-Match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
    assert counts[:3] == counts[3:]
    assert max(counts) <= 4
    known = {address: client.get(address)["ETag"] for address in addresses}
    Session.objects.filter(pk=session.pk).update(title="Other")
    for address, etag in known.items():
        changed = client.get(address, headers={"If-None-Match": etag})
        assert changed.status_code == 200
        assert b"Other" in changed.content


def test_a_session_tells_search_engines_of_itself(lab, client):
    session = make_session(
        lab, title="</script>", room=Room.objects.create(event=lab, name="Hall"), is_cancelled=True
    )
    Talk.objects.create(session=session, title="A", city=make_city(name="Porto"))
    lab.format, lab.place = "on_site", "Town hall"
    lab.save()

    html = client.get(session.get_absolute_url()).content.decode()

    told = json.loads(re.search(r'ld\+json">(.*?)</script>', html)[1])
    assert told["name"] == "</script>"
    assert told["startDate"] == "2021-02-16T10:00:00+01:00"
    assert told["eventStatus"] == "https://schema.org/EventCancelled"
    assert told["location"]["name"] == "Hall, Town hall"
    assert told["performer"] == [{"@type": "Organization", "name": "Porto"}]
    assert told["superEvent"]["name"] == lab.title
