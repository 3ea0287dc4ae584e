"""A new event from one there is already: its plan on other days, and nobody in it yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import models, transaction

from cities.models import Edition
from events.models import Event, EventDay, EventStatus, Room, Session, Track, known_zone

Row = TypeVar("Row", bound=models.Model)
# What is planned of a session. What came out of it, who spoke and how it was joined is its own.
OF_SESSION = [
    "slug", "title", "kind", "summary", "part_of_day", "position", "parallel", "theme", "audience",
    "language", "capacity",
]  # fmt: skip
OF_EVENT = [
    "kind", "summary", "description", "time_zone", "format", "place", "city", "country",
    "capacity", "places_per_city",
]  # fmt: skip


@transaction.atomic
def copy_event(
    event: Event, *, title: str, slug: str, starts_on: date, edition: Edition | None
) -> Event:
    """Return a draft with the same days, tracks, rooms, sessions and blocks, so many days later.

    Clock times stay what they are where the event is, whatever the clocks do in between. People,
    places, talks, groups, figures and what was written afterwards stay with the event they are of;
    so do moderators, who would read what people think of the new sessions. The edition says whom
    sessions are for; in another one, they are not those of the action groups of the last.
    """
    shift = starts_on - event.starts_on
    zone = known_zone(event.time_zone) or ZoneInfo("UTC")
    new = Event.objects.create(
        **{name: getattr(event, name) for name in OF_EVENT},
        title=title,
        slug=slug,
        edition=edition,
        status=EventStatus.DRAFT,
        starts_on=starts_on,
        ends_on=event.ends_on + shift,
        registration_opens_at=_shifted(event.registration_opens_at, shift, zone),
        registration_closes_at=_shifted(event.registration_closes_at, shift, zone),
        feedback_until=event.feedback_until + shift if event.feedback_until else None,
    )
    new.organisers.set(event.organisers.all())
    tracks = {one.pk: again(one, event=new) for one in Track.objects.filter(event=event)}
    rooms = {one.pk: again(one, event=new) for one in Room.objects.filter(event=event)}
    days = {
        one.pk: again(one, event=new, date=one.date + shift)
        for one in EventDay.objects.filter(event=event)
    }
    planned = Session.objects.filter(day__event=event, is_cancelled=False)
    for session in planned.select_related("group", "day__event").in_order():
        _copy_session(session, shift, zone, days[session.day_id], tracks, rooms)
    return new


def _copy_session(
    session: Session,
    shift: timedelta,
    zone: ZoneInfo,
    day: EventDay,
    tracks: dict[int, Track],
    rooms: dict[int, Room],
) -> None:
    starts = _shifted(session.starts_at, shift, zone)
    ends = _shifted(session.ends_at, shift, zone)
    if starts and ends and session.starts_at and session.ends_at and ends <= starts:
        # An hour that the clocks leave out lay between them.
        ends = starts + (session.ends_at - session.starts_at)
    new = Session.objects.create(
        **{name: getattr(session, name) for name in OF_SESSION},
        day=day,
        starts_at=starts,
        ends_at=ends,
        track=tracks.get(session.track_id or 0),
        room=rooms.get(session.room_id or 0),
        group=session.group if day.event.edition_id == session.day.event.edition_id else None,
    )
    for block in session.agenda_items.all():
        new.agenda_items.create(
            position=block.position, title=block.title, minutes=block.minutes, note=block.note
        )


def _shifted(moment: datetime | None, shift: timedelta, zone: ZoneInfo) -> datetime | None:
    """Return a moment some days later at the same clock time in a zone."""
    if moment is None:
        return None
    # Days are added to what the clock on the wall says; what it is in UTC follows from that.
    return (moment.astimezone(zone) + shift).astimezone(UTC)


def again(row: Row, **changes: object) -> Row:
    """Save a row once more as a new one, with some of it changed."""
    fields = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)._default_manager.create(**{**fields, **changes})
