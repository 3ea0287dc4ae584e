"""Events as iCalendar (RFC 5545): a session, a day, an event, or what a person has chosen.

A UID stays the same for as long as the row lives, so a calendar that reads the address again moves
its entry instead of doubling it. SEQUENCE adds the versions of session and event, both of which
only grow: a change to either is a change to the entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from events.models import Event, EventFormat, EventStatus, PartOfDay, known_zone
from events.schedule import Row

CONTENT_TYPE = "text/calendar; charset=utf-8"
# RFC 5545, 3.1 and 3.3.11: of control characters, texts hold tabs and written line breaks alone.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


def calendar_of(event: Event, rows: Iterable[Row]) -> bytes:
    """Return a calendar of these sessions of an event; without sessions, of the event itself."""
    entries = [session_entry(event, row) for row in rows] or [_event_entry(event)]
    return written(event.title, event.time_zone, entries)


def written(name: str, zone: str, entries: Iterable[icalendar.Event]) -> bytes:
    """Return a calendar with its name, and the zone that readers may show it in."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.PORTAL_NAME}//ICC portal//EN")
    calendar.add("version", "2.0")
    # No METHOD: it would make each entry an invitation (RFC 5546) that needs an organiser.
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("x-wr-timezone", one_line(zone))
    for entry in entries:
        calendar.add_component(entry)
    # The zone's rules travel along, since a reader may not know the zone or its latest rules. It
    # is enough to tell those of these years.
    years = [entry.start.year for entry in calendar.events] or [1970]
    calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    for rules in calendar.timezones:
        # The library notes there for which years; strict readers know no comments at this place.
        rules.pop("COMMENT", None)
    return calendar.to_ical()


def session_entry(event: Event, row: Row) -> icalendar.Event:
    """Return a session as an entry of a calendar."""
    words = [row.summary]
    if row.starts_at and row.ends_at:
        when = moments(row.starts_at, row.ends_at, event)
    else:
        when = _whole_days(row.date, row.date)
        part = str(PartOfDay(row.part_of_day).label)
        words.append(
            _("The hour is not published; it is known only: %(part)s.") % {"part": part.lower()}
        )
    return entry_of(
        uid=f"session-{row.pk}",
        summary=f"{row.title} ({event.title})",
        words=words,
        url=row.address(event),
        location=row.room or _place(event),
        cancelled=row.is_cancelled or event.status == EventStatus.CANCELLED,
        sequence=event.sequence + row.sequence,
        changed_at=max(event.changed_at, row.changed_at),
        **when,
    )


def moments(starts_at: datetime, ends_at: datetime, event: Event) -> dict[str, Any]:
    """Return start and end as calendars are told them: in the event's zone.

    An hour that clocks show twice means the first of the two in a calendar; the second is told
    in UTC.
    """
    zone = known_zone(event.time_zone) or UTC
    local = {"dtstart": starts_at.astimezone(zone), "dtend": ends_at.astimezone(zone)}
    return {
        name: moment.astimezone(UTC)
        if moment.replace(fold=0).utcoffset() != moment.utcoffset()
        else moment
        for name, moment in local.items()
    }


def _event_entry(event: Event) -> icalendar.Event:
    return entry_of(
        uid=f"event-{event.pk}",
        summary=event.title,
        words=[event.summary, event.dates_note],
        url=event.get_absolute_url(),
        location=_place(event),
        cancelled=event.status == EventStatus.CANCELLED,
        sequence=event.sequence,
        changed_at=event.changed_at,
        **_whole_days(event.starts_on, event.ends_on),
    )


def _whole_days(first: date, last: date) -> dict[str, Any]:
    # RFC 5545: the end of an entry of whole days is the day after.
    return {"dtstart": first, "dtend": last + timedelta(days=1)}


def _place(event: Event) -> str:
    if event.place:
        return event.place
    if event.format == EventFormat.ONLINE:
        return str(EventFormat.ONLINE.label)
    return event.city.name if event.city else ""


def entry_of(
    *,
    uid: str,
    words: list[str],
    url: str,
    location: str,
    cancelled: bool,
    changed_at: datetime,
    **rest: Any,
) -> icalendar.Event:
    """Return an entry; `rest` are properties by name, dtstart, dtend, summary and sequence."""
    entry = icalendar.Event()
    host = urlsplit(settings.BASE_URL).hostname
    entry.add("uid", f"{uid}@{host}")
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    for name, value in rest.items():
        entry.add(name, one_line(value) if isinstance(value, str) else value)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if isinstance(rest["dtstart"], date) and not hasattr(rest["dtstart"], "hour"):
        # A note for the day: it must not make people look busy.
        entry.add("transp", "TRANSPARENT")
    address = f"{settings.BASE_URL}{url}"
    text = "\n\n".join(filter(None, [*words, address]))
    entry.add("description", "\n".join(CONTROLS.sub("", line) for line in text.splitlines()))
    entry.add("url", address)
    if location:
        entry.add("location", one_line(location))
    return entry


def one_line(text: str) -> str:
    """Return a name without line breaks, which an import may bring: lists show one line of it."""
    return " ".join(CONTROLS.sub(" ", text).split())
