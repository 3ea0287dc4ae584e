"""Days and their names from a calendar file (iCalendar, RFC 5545), as milestones to choose from.

What recurs is taken for two years from its beginning. A time counts as the day it is in a zone; a
time that names no zone, or one that nobody knows, is read as it stands.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty

from cities.tables.limits import MEGABYTE, Unreadable

MOST_BYTES = MEGABYTE
MOST_EVENTS = 150
# Beyond so many nobody looks for more: they could not be shown.
MOST_READ = 1_000
RECURS_FOR = timedelta(days=2 * 365)
# What comes more often than once a day is no milestone, and two years of it are very many.
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
PARTS_OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 2_000
# A rule that no day can follow is tried until the year 9999. Once reading has taken so long, what
# recurs is left out for the rest of the file.
LONGEST_READING_S = 3
# Years in which a milestone may lie; others are slips of the program that wrote the file.
YEARS = range(1900, 2201)


@dataclass(frozen=True, order=True)
class CalendarDay:
    """A day with the name and the description of its event."""

    day: date
    title: str
    description: str = field(compare=False)


@dataclass
class FromCalendar:
    """What a file holds: its days in their order, and what was not taken."""

    days: list[CalendarDay]
    without_zone: int = 0
    """How many times name no zone, or one that is not known."""
    too_often: int = 0
    """How many events recur within a day and were left out."""
    undated: int = 0
    """How many events have no date that can be read."""
    left_out: int = 0
    """How many days were too many."""
    unread: int = 0
    """How many events recur and were left out since reading them took too long."""


def read(data: bytes, zone: ZoneInfo) -> FromCalendar:
    """Return the days of a calendar file, each event once for each day on which it begins.

    `zone` says on which day a time falls. Raises Unreadable for what is no calendar.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than %d MB.") % (MOST_BYTES // MEGABYTE))
    found = FromCalendar([])
    days: set[CalendarDay] = set()
    for event in _events(_calendars(data), found):
        day = _day(event, zone, found)
        if day is not None:
            days.add(CalendarDay(day, _title(event), _description(event)))
        if len(days) >= MOST_READ:
            break
    found.days = sorted(days)[:MOST_EVENTS]
    found.left_out = len(days) - len(found.days)
    return found


def _calendars(data: bytes) -> list[Any]:
    try:
        found: list[Any] = list(Calendar.from_ical(data, multiple=True))
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as why:
        raise Unreadable(_no_calendar()) from why
    if not any(calendar.name == "VCALENDAR" for calendar in found):
        raise Unreadable(_no_calendar())
    return found


def _no_calendar() -> str:
    return _(
        "This is no calendar file that can be read. In your calendar, look for “Export” and choose "
        "iCalendar (.ics)."
    )


def _events(calendars: list[Any], found: FromCalendar) -> Iterator[Any]:
    """Yield what takes place: each event, and what recurs again and again."""
    until = time.monotonic() + LONGEST_READING_S
    for calendar in calendars:
        alike: dict[str, list[Any]] = defaultdict(list)
        for number, event in enumerate(calendar.walk("VEVENT")):
            alike[str(event.get("UID", f"without-{number}"))].append(event)
        for events in alike.values():
            if not any("RRULE" in event or "RDATE" in event for event in events):
                yield from (event for event in events if not _is_cancelled(event))
            elif any(_comes_too_often(event) for event in events):
                found.too_often += 1
            elif time.monotonic() > until:
                found.unread += 1
            elif any(_never_goes_on(event) for event in events):
                found.undated += 1
            else:
                yield from _recurrences(calendar, events, found)


def _recurrences(calendar: Any, events: list[Any], found: FromCalendar) -> Iterator[Any]:
    begins = [start for event in events if (start := _start(event)) is not None]
    if len(begins) < len(events):
        found.undated += 1
        return
    # With its exceptions and the zones it names, but without the other events of the file.
    alone = Calendar()
    alone.subcomponents = [*calendar.walk("VTIMEZONE"), *events]
    first = min(_plain_day(start) for start in begins)
    try:
        for event in recurring_ical_events.of(alone).between(first, first + RECURS_FOR):
            if not _is_cancelled(event):
                yield event
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
        found.undated += 1


def _rules(event: Event) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _never_goes_on(event: Event) -> bool:
    """Say whether a rule stands still: RFC 5545 wants an interval of one or more."""
    return any(
        not isinstance(step, int) or step < 1
        for rule in _rules(event)
        for step in rule.get("INTERVAL", [])
    )


def _comes_too_often(event: Event) -> bool:
    for rule in _rules(event):
        if {str(part).upper() for part in rule.get("FREQ", [])} & TOO_OFTEN:
            return True
        if any(len(rule.get(part, [])) > 1 for part in PARTS_OF_A_DAY):
            return True
    return False


def _is_cancelled(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _start(event: Event) -> date | datetime | None:
    """Return when an event begins; None where its file names no day that a milestone can have."""
    try:
        value = getattr(event.get("DTSTART"), "dt", None)
    except BrokenCalendarProperty:
        return None
    return value if isinstance(value, date) and value.year in YEARS else None


def _plain_day(start: date | datetime) -> date:
    return start.date() if isinstance(start, datetime) else start


def _day(event: Event, zone: ZoneInfo, found: FromCalendar) -> date | None:
    start = _start(event)
    if start is None:
        found.undated += 1
        return None
    if not isinstance(start, datetime):
        return start
    if start.tzinfo is None:
        found.without_zone += 1
        return start.date()
    return start.astimezone(zone).date()


def _title(event: Event) -> str:
    title = " ".join(_text(event, "SUMMARY").split())
    return title[:LONGEST_TITLE] or _("Without a name")


def _description(event: Event) -> str:
    text = _text(event, "DESCRIPTION")
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"


def _text(event: Event, name: str) -> str:
    """Return a text without signs that steer machines; calendars hold some."""
    text = str(event.get(name, ""))
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").strip()
