"""An agenda in the format of frab, pentabarf and pretalx, which Giggity and its like open.

The rules are those of https://github.com/voc/schedule. They know neither sessions without hours,
which are left out, nor cancelled ones, whose title says so. As in the API, cities and organisations
speak: names of people stay on the pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from events.models import Event, known_zone
from events.schedule import Day, Row

# Signs that may stand in a text field, but in no XML.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
NOT_IN_SLUGS = re.compile("[^a-z0-9_]+")
SHORTEST = 4


def as_json(event: Event, days: Iterable[Day], rows: Iterable[Row]) -> bytes:
    """Return schedule.json."""
    told = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": settings.PORTAL_NAME, "url": settings.BASE_URL},
        "schedule": _schedule(event, days, rows),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def as_xml(event: Event, days: Iterable[Day], rows: Iterable[Row]) -> bytes:
    """Return schedule.xml: the same, with what is counted and nested otherwise."""
    schedule = _schedule(event, days, rows)
    conference = schedule["conference"]
    root = ElementTree.Element("schedule")
    ElementTree.SubElement(root, "generator", name=_plain(settings.PORTAL_NAME))
    _add(root, "version", schedule["version"])
    head = ElementTree.SubElement(root, "conference")
    for name in ("acronym", "title", "start", "end"):
        _add(head, name, conference[name])
    _add(head, "days", str(conference["daysCount"]))
    # The published schema knows neither the address of an event's page nor its tracks here; each
    # session names its own.
    _add(head, "timeslot_duration", conference["timeslot_duration"])
    _add(head, "base_url", schedule["base_url"])
    _add(head, "time_zone_name", conference["time_zone_name"])
    for day in conference["days"]:
        part = ElementTree.SubElement(
            root, "day", index=str(day["index"]), date=day["date"], start=day["day_start"],
            end=day["day_end"],
        )  # fmt: skip
        for name, events in day["rooms"].items():
            room = ElementTree.SubElement(part, "room", name=_plain(name))
            for one in events:
                _add_event(room, one)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _schedule(event: Event, days: Iterable[Day], rows: Iterable[Row]) -> dict[str, Any]:
    zone = known_zone(event.time_zone) or ZoneInfo("UTC")
    timed = [row for row in rows if row.starts_at and row.ends_at]
    dates = [day.date for day in days] or [event.starts_on]
    by_day = {day: [row for row in timed if row.date == day] for day in dates}
    tracks = dict.fromkeys(row.track_name for row in timed if row.track_name)
    latest = max([event.changed_at, *(row.changed_at for row in timed)])
    return {
        "version": f"{latest.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "base_url": f"{settings.BASE_URL}/",
        "conference": {
            "acronym": _prefix(event),
            "title": event.title,
            "description": event.summary,
            "start": event.starts_on.isoformat(),
            "end": event.ends_on.isoformat(),
            "daysCount": len(dates),
            "timeslot_duration": "00:05",
            "time_zone_name": event.time_zone,
            "url": settings.BASE_URL + event.get_absolute_url(),
            "tracks": [{"name": name} for name in tracks],
            "rooms": [
                {"name": name, "guid": _guid(event, "rooms", name)}
                for name in dict.fromkeys(_room(row, event) for row in timed)
            ],
            "days": [
                _day(number, day, by_day[day], event, zone)
                for number, day in enumerate(dates, start=1)
            ],
        },
    }


def _day(number: int, day: date, rows: list[Row], event: Event, zone: ZoneInfo) -> dict[str, Any]:
    midnight = datetime.combine(day, time(0), zone)
    starts = min((row.starts_at for row in rows if row.starts_at), default=midnight)
    ends = max((row.ends_at for row in rows if row.ends_at), default=midnight + timedelta(hours=23))
    rooms: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        rooms.setdefault(_room(row, event), []).append(_event(row, event, zone))
    return {
        "index": number,
        "date": day.isoformat(),
        "day_start": starts.astimezone(zone).isoformat(),
        "day_end": ends.astimezone(zone).isoformat(),
        "rooms": rooms,
    }


def _event(row: Row, event: Event, zone: ZoneInfo) -> dict[str, Any]:
    assert row.starts_at  # noqa: S101 - those without hours were left out
    assert row.ends_at  # noqa: S101
    starts = row.starts_at.astimezone(zone)
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    is_off = row.is_cancelled or event.status == "cancelled"
    address = settings.BASE_URL + row.address(event)
    return {
        "id": row.pk,
        "guid": _guid(event, "sessions", row.pk),
        "date": starts.isoformat(),
        "start": f"{starts:%H:%M}",
        "duration": f"{minutes // 60:02}:{minutes % 60:02}",
        "room": _room(row, event),
        "slug": f"{_prefix(event)}-{row.pk}-{_slug(row.slug).strip('_') or 'session'}",
        "url": address,
        "title": _("Cancelled: %s") % row.title if is_off else row.title,
        "subtitle": "",
        "track": row.track_name or "",
        "type": row.kind_name,
        "language": row.language,
        "abstract": row.summary,
        "description": "",
        "persons": [{"name": name} for name in row.bodies],
        "links": [],
    }


def _add_event(room: ElementTree.Element, one: dict[str, Any]) -> None:
    element = ElementTree.SubElement(room, "event", id=str(one["id"]), guid=one["guid"])
    for name, value in one.items():
        if name in {"id", "guid", "persons", "links"}:
            continue
        _add(element, name, value)
    persons = ElementTree.SubElement(element, "persons")
    for person in one["persons"]:
        _add(persons, "person", person["name"])
    ElementTree.SubElement(element, "links")


def _add(element: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(element, name).text = _plain(text)


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _room(row: Row, event: Event) -> str:
    """Name the room; a session without one is where the event is."""
    return row.room or event.place or str(event.get_format_display())


def _guid(event: Event, kind: str, key: object) -> str:
    """Return a name for a row that stays for as long as the row lives."""
    return str(uuid5(NAMESPACE_URL, f"{settings.BASE_URL}/events/{event.pk}/{kind}/{key}"))


def _slug(text: str) -> str:
    return NOT_IN_SLUGS.sub("_", text.lower())


def _prefix(event: Event) -> str:
    slug = _slug(event.slug)
    return slug if len(slug) >= SHORTEST else f"event_{slug}"
