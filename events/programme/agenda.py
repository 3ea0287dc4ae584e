"""Sessions with their blocks and talks."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from cities.models import City, Organisation, Theme
from cities.programme import Loading, Record, person
from events.models import (
    AgendaItem,
    EventDay,
    PartOfDay,
    Room,
    Session,
    SessionKind,
    Talk,
    ThematicActionGroup,
    Track,
)

Place = TypeVar("Place", Track, Room)
PARTS = {
    "morning": PartOfDay.MORNING,
    "afternoon": PartOfDay.AFTERNOON,
    "unknown": PartOfDay.UNKNOWN,
}


def load_sessions(loading: Loading, record: Record, day: EventDay, zone: ZoneInfo) -> None:
    """Load the sessions of a day, in the order of the file."""
    for position, item in enumerate(record.children("sessions")):
        item.label = f"{record.label} › {item.get('slug') or position + 1}"
        session, is_new = _load_session(loading, item, day, zone, position)
        # Blocks and talks come with their session, and are left alone afterwards.
        blocks, talks = item.children("agenda"), item.children("talks")
        if is_new:
            _load_blocks(loading, item, blocks, session)
            _load_talks(loading, talks, session, None)
        item.close()


def _load_session(
    loading: Loading, record: Record, day: EventDay, zone: ZoneInfo, position: int
) -> tuple[Session, bool]:
    part = record.text("part_of_day", "unknown")
    if part not in PARTS:
        raise record.wrong("part_of_day", f"“{part}” is none of: {', '.join(PARTS)}.")
    starts, ends = record.clock("starts_at"), record.clock("ends_at")
    return loading.put(
        Session,
        record,
        {"day": day, "slug": record.need("slug")},
        title=record.text("title"),
        kind=loading.find(SessionKind, record, "kind"),
        summary=record.text("summary"),
        takeaways=record.text("takeaways"),
        starts_at=datetime.combine(day.date, starts, zone) if starts else None,
        ends_at=datetime.combine(day.date, ends, zone) if ends else None,
        part_of_day=PARTS[part],
        position=position,
        parallel=record.text("parallel"),
        theme=loading.find_or_none(Theme, record, "theme"),
        group=loading.find_or_none(ThematicActionGroup, record, "group"),
        audience=record.text("audience", "cities"),
        track=_named(loading, record, Track, day, "track"),
        room=_named(loading, record, Room, day, "room"),
        **loading.marks(record),
    )


def _named(
    loading: Loading, record: Record, model: type[Place], day: EventDay, name: str
) -> Place | None:
    """Return the track or room of the event that a session names, or None."""
    if not record.get(name):
        return None
    return loading.put(model, record, {"event": day.event, "name": record.text(name)})[0]


def _load_blocks(loading: Loading, record: Record, blocks: list[Record], session: Session) -> None:
    _check_minutes(record, [item.whole("minutes") for item in blocks], session)
    for position, item in enumerate(blocks):
        block = loading.create(
            AgendaItem,
            item,
            session=session,
            position=position,
            title=item.text("title"),
            minutes=item.whole("minutes"),
            note=item.text("note"),
            **loading.marks(item),
        )
        _load_talks(loading, item.children("talks"), session, block)
        item.close()


def _check_minutes(record: Record, minutes: list[int | None], session: Session) -> None:
    """Raise when blocks with minutes do not fill their session exactly."""
    if not minutes or None in minutes or session.starts_at is None or session.ends_at is None:
        return
    total = sum(filter(None, minutes))
    length = (session.ends_at - session.starts_at).total_seconds() / 60
    if total != length:
        raise record.wrong(
            "agenda", f"its blocks last {total} minutes and the session {length:.0f}; mend one."
        )


def _load_talks(
    loading: Loading, talks: list[Record], session: Session, block: AgendaItem | None
) -> None:
    for position, item in enumerate(talks):
        speaker = item.get("speaker") and loading.accounts
        loading.create(
            Talk,
            item,
            session=session,
            item=block,
            position=position,
            title=item.text("title"),
            speaker=person(loading, item, "speaker") if speaker else None,
            organisation=loading.find_or_none(Organisation, item, "organisation"),
            city=loading.find_or_none(City, item, "city"),
            country=item.text("country"),
            summary=item.text("summary"),
            **loading.marks(item),
        )
        item.close()
