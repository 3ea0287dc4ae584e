"""A day of an agenda as a table: rooms beside each other, the hours downwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from events.models import Event, Session, known_zone

# Rows are so many minutes each, finer where sessions begin or end in between.
STEP, FINE = 15, 5
FIRST_HOUR, LAST_HOUR = 9, 17


@dataclass
class Cell:
    """A part of a column: sessions, or a free place to put one."""

    start: str
    room: int | None
    rows: int = 1
    cards: list[Session] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A row of the table; `label` at full hours and halves."""

    start: str
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """A day with its rooms."""

    rooms: list[tuple[int | None, str, int | None]]
    lines: list[Line]
    untimed: list[Session]
    elsewhere: list[Session]
    """On this day by name, and on another by the clock."""


def days_of_event(event: Event) -> list[date]:
    """Return every day from the first to the last, those that the agenda names beyond included."""
    length = (event.ends_on - event.starts_on).days
    whole = {event.starts_on + timedelta(days=at) for at in range(min(length, 60) + 1)}
    return sorted(whole | set(event.days.values_list("date", flat=True)))


def grid_of(event: Event, day: date) -> Grid:
    """Return a day; two queries."""
    zone = known_zone(event.time_zone) or ZoneInfo("UTC")
    sessions = Session.objects.filter(day__event=event, day__date=day).select_related("kind")
    by_room: dict[int | None, list[Session]] = defaultdict(list)
    untimed, elsewhere = [], []
    for session in sessions.in_order():
        if not (session.starts_at and session.ends_at):
            untimed.append(session)
        elif session.starts_at.astimezone(zone).date() != day:
            elsewhere.append(session)
        else:
            by_room[session.room_id].append(session)
    rooms = [
        (pk, name, seats) for pk, name, seats in event.rooms.values_list("pk", "name", "capacity")
    ]
    columns = [*rooms, (None, "", None)]
    timed = [session for those in by_room.values() for session in those]
    step = _step(timed)
    begins, ends = _hours(timed, day, zone)
    starts = _starts(begins, ends, step)
    drawn = [_column(by_room[room[0]], room[0], starts, begins, step) for room in columns]
    lines = [
        Line(f"{start:%H:%M}", f"{start:%H:%M}" if start.minute % 30 == 0 else "", cells)
        for start, cells in zip(
            starts,
            ([column[at] for column in drawn if at in column] for at in range(len(starts))),
            strict=True,
        )
    ]
    return Grid(columns, lines, untimed, elsewhere)


def _step(sessions: list[Session]) -> int:
    moments = [moment for one in sessions for moment in (one.starts_at, one.ends_at) if moment]
    return STEP if all(moment.minute % STEP == 0 for moment in moments) else FINE


def _hours(sessions: list[Session], day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the full hours around all sessions of a day, and around a usual one."""
    first = datetime(day.year, day.month, day.day, FIRST_HOUR, tzinfo=zone)
    last = first.replace(hour=LAST_HOUR)
    starts = [one.starts_at.astimezone(zone) for one in sessions if one.starts_at]
    ends = [one.ends_at.astimezone(zone) for one in sessions if one.ends_at]
    begins = min([first, *starts]).replace(minute=0)
    latest = max([last, *ends])
    if latest.date() > day:
        latest = first.replace(hour=23, minute=59)
    if latest.minute:
        latest = latest.replace(minute=0) + timedelta(hours=1)
    return begins, latest


def _starts(begins: datetime, ends: datetime, step: int) -> list[datetime]:
    """Return when each row begins. Clocks may change that day: hours are counted as they pass."""
    zone, now, last = begins.tzinfo, begins.astimezone(timezone.get_default_timezone()), ends
    found = []
    while now < last:
        found.append(now.astimezone(zone))
        now += timedelta(minutes=step)
    return found


def _column(
    sessions: list[Session],
    room: int | None,
    starts: list[datetime],
    begins: datetime,
    step: int,
) -> dict[int, Cell]:
    """Return the cells of a room by their row; sessions that overlap share one."""
    cells: dict[int, Cell] = {}
    last: Cell | None = None
    end = first = 0
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.pk)):
        begin = _row(session.starts_at, begins, step)
        until = min(len(starts), max(begin + 1, -_row(session.ends_at, begins, -step)))
        if last is not None and begin < end:
            end = max(end, until)
            last.rows = end - first
            last.cards.append(session)
            continue
        first, end = begin, until
        last = cells[begin] = Cell(f"{starts[begin]:%H:%M}", room, end - begin, [session])
    taken = {at for begin, cell in cells.items() for at in range(begin, begin + cell.rows)}
    for at, start in enumerate(starts):
        if at not in taken:
            cells[at] = Cell(f"{start:%H:%M}", room)
    return cells


def _row(moment: Any, begins: datetime, step: int) -> int:
    """Return in which row a moment lies; with a negative step, minus the row after it."""
    return int((moment - begins).total_seconds() // 60 // step)
