"""Events as iCalendar (RFC 5545): a session, a day or a whole event, for people's own calendars.

A UID stays the same for as long as the row lives, so a calendar that reads the address again moves
its entry instead of doubling it. SEQUENCE adds the versions of session and event, both of which
only grow: a change to either is a change to the entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from events.models import Event, EventFormat, EventStatus, Session

CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar_of(event: Event, sessions: Iterable[Session]) -> bytes:
    """Return a calendar of these sessions of an event; without sessions, of the event itself.

    Takes sessions whose `day` and `day.event` are fetched.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.PORTAL_NAME}//ICC portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", event.title)
    calendar.add("x-wr-timezone", event.time_zone)
    entries = [_session_entry(event, session) for session in sessions]
    for entry in entries or [_event_entry(event)]:
        calendar.add_component(entry)
    # The zone's rules travel along, since a reader may not know the zone or its latest rules.
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _session_entry(event: Event, session: Session) -> icalendar.Event:
    words = [session.summary]
    if session.starts_at and session.ends_at:
        zone = ZoneInfo(event.time_zone)
        when: dict[str, Any] = {
            "dtstart": session.starts_at.astimezone(zone),
            "dtend": session.ends_at.astimezone(zone),
        }
    else:
        when = _whole_days(session.day.date, session.day.date)
        part = session.get_part_of_day_display()
        words.append(
            _("The hour is not published; it is known only: %(part)s.") % {"part": part.lower()}
        )
    cancelled = session.is_cancelled or event.status == EventStatus.CANCELLED
    return _entry(
        uid=f"session-{session.pk}",
        summary=f"{session.title} ({event.title})",
        words=words,
        url=session.get_absolute_url(),
        location=session.room or _place(event),
        cancelled=cancelled,
        sequence=event.sequence + session.sequence,
        changed_at=max(event.changed_at, session.changed_at),
        **when,
    )


def _event_entry(event: Event) -> icalendar.Event:
    return _entry(
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


def _entry(
    *,
    uid: str,
    words: list[str],
    url: str,
    location: str,
    cancelled: bool,
    changed_at: datetime,
    **rest: Any,
) -> icalendar.Event:
    entry = icalendar.Event()
    host = urlsplit(settings.BASE_URL).hostname
    entry.add("uid", f"{uid}@{host}")
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    for name, value in rest.items():
        entry.add(name, value)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if isinstance(rest["dtstart"], date) and not hasattr(rest["dtstart"], "hour"):
        # A note for the day: it must not make people look busy.
        entry.add("transp", "TRANSPARENT")
    address = f"{settings.BASE_URL}{url}"
    text = "\n\n".join(filter(None, [*words, address]))
    entry.add("description", text)
    entry.add("url", address)
    if location:
        entry.add("location", location)
    return entry
