"""The agenda of an event: its days, what runs side by side, and the clock times of each block."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from cities.models import Actor
from events.models import AgendaItem, Event, EventDay, Session, Talk, known_zone


@dataclass(frozen=True)
class Span:
    """From when until when, in one time zone. `zone` is how that zone is written then ("CEST")."""

    starts: datetime
    ends: datetime
    zone: str


@dataclass(frozen=True)
class TimedItem:
    """A block of a session; `starts` and `ends` where the minutes of all before it are known."""

    item: AgendaItem
    talks: list[Talk]
    starts: datetime | None
    ends: datetime | None


@dataclass(frozen=True)
class Entry:
    """A session as the agenda shows it: in the event's zone and, where it differs, the reader's."""

    session: Session
    span: Span | None
    reader: Span | None
    items: list[TimedItem]
    talks: list[Talk]
    """Talks that belong to no block."""

    @property
    def cities(self) -> list[str]:
        """Name the cities and organisations that speak, each once, in order."""
        talks = [talk for item in self.items for talk in item.talks] + self.talks
        names = [str(talk.city or talk.organisation or "") for talk in talks]
        return list(dict.fromkeys(filter(None, names)))


@dataclass
class Slot:
    """Entries that run side by side, or a single one.

    Where no hours are known, `part` is the part of the day, told once for those that share it.
    """

    entries: list[Entry] = field(default_factory=list)
    part: str = ""

    @property
    def is_parallel(self) -> bool:
        """Say whether several run at once."""
        return len(self.entries) > 1

    @property
    def shares_times(self) -> bool:
        """Say whether all of them begin and end together, so that saying it once is enough."""
        return len({entry.span for entry in self.entries}) == 1


@dataclass(frozen=True)
class AgendaDay:
    """A day with its slots in order."""

    day: EventDay
    slots: list[Slot]


def reader_zone(user: Actor) -> ZoneInfo | None:
    """Return the time zone a signed-in person lives in, or None when nobody knows it."""
    return known_zone(user.time_zone) if user.is_authenticated else None


def agenda_of(event: Event, days: Iterable[EventDay], reader: ZoneInfo | None) -> list[AgendaDay]:
    """Return the days of an event with all that happens; three queries."""
    sessions = (
        Session.objects.filter(day__event=event)
        .in_order()
        .select_related("kind", "theme", "group", "track", "room")
        .prefetch_related("agenda_items", talks_of_sessions())
    )
    by_day: dict[int, list[Session]] = defaultdict(list)
    days_by_id = {day.pk: day for day in days}
    for day in days:
        day.event = event
    for session in sessions:
        session.day = days_by_id[session.day_id]
        by_day[session.day_id].append(session)
    return [AgendaDay(day, _slots(by_day[day.pk], event, reader)) for day in days]


def talks_of_sessions() -> Prefetch:
    """Fetch the talks of sessions with who speaks."""
    talks = Talk.objects.order_by("position", "pk")
    return Prefetch("talks", talks.select_related("speaker", "organisation", "city"))


def entry_of(session: Session, event: Event, reader: ZoneInfo | None) -> Entry:
    """Return a session with its times; takes its items and talks from what was fetched."""
    span = own = None
    zone = known_zone(event.time_zone) or ZoneInfo("UTC")
    if session.starts_at and session.ends_at:
        span, own = spans_of(session.starts_at, session.ends_at, zone, reader)
    talks = list(session.talks.all())
    return Entry(
        session=session,
        span=span,
        reader=own,
        items=_timed(session.agenda_items.all(), talks, span),
        talks=[talk for talk in talks if talk.item_id is None],
    )


def _slots(sessions: Iterable[Session], event: Event, reader: ZoneInfo | None) -> list[Slot]:
    slots: list[Slot] = []
    side_by_side: dict[str, Slot] = {}
    for session in sessions:
        slot = side_by_side.get(session.parallel) if session.parallel else None
        if slot is None:
            slot = Slot()
            slots.append(slot)
            side_by_side[session.parallel] = slot
        slot.entries.append(entry_of(session, event, reader))
    told = ""
    for slot in slots:
        first = slot.entries[0]
        part = "" if first.span else str(first.session.get_part_of_day_display())
        slot.part = part if part != told else ""
        told = part
    return slots


def usual_audience(days: Iterable[AgendaDay]) -> tuple[str, bool]:
    """Return the audience that most sessions have ("" without sessions), and if all have it."""
    found = Counter(
        entry.session.audience for day in days for slot in day.slots for entry in slot.entries
    )
    return (found.most_common(1)[0][0] if found else ""), len(found) < 2


def _timed(
    items: Iterable[AgendaItem], talks: Iterable[Talk], span: Span | None
) -> list[TimedItem]:
    """Let the clock run through the blocks; it stops at the first without minutes.

    Minutes are added to the moment, not to the wall clock, so a change of clocks is right.
    """
    by_item: dict[int, list[Talk]] = defaultdict(list)
    for talk in talks:
        if talk.item_id:
            by_item[talk.item_id].append(talk)
    now = span.starts if span else None
    timed = []
    for item in items:
        starts, ends = now, None
        if now and item.minutes:
            ends = _later(now, item.minutes)
        timed.append(TimedItem(item, by_item[item.pk], starts, ends))
        now = ends
    return timed


def _later(moment: datetime, minutes: int) -> datetime:
    zone = moment.tzinfo
    return (moment.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)).astimezone(zone)


def spans_of(
    starts: datetime, ends: datetime, zone: ZoneInfo, reader: ZoneInfo | None
) -> tuple[Span, Span | None]:
    """Return two moments in the event's zone and, where its clocks differ, in the reader's."""
    span = _span(starts, ends, zone)
    own = _span(starts, ends, reader) if reader and _differs(span, reader) else None
    return span, own


def _span(starts: datetime, ends: datetime, zone: ZoneInfo) -> Span:
    starts, ends = starts.astimezone(zone), ends.astimezone(zone)
    return Span(starts, ends, zone_words(starts))


def zone_words(moment: datetime) -> str:
    """Return how a moment's zone is written: "CEST", or "UTC-05:00" where it has no letters."""
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment.isoformat()[-6:]}"


def _differs(span: Span, zone: tzinfo) -> bool:
    return span.starts.utcoffset() != span.starts.astimezone(zone).utcoffset()
