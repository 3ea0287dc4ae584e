"""Moving a session in the plan of an event."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Event, Session
from events.services import signups
from events.services.group_turns import hold_rounds, sessions_changed
from events.services.session_addresses import free_address


class MoveRefused(Exception):
    """A session cannot be moved; the words say why."""


@transaction.atomic
def move(
    session: Session,
    *,
    day: date,
    starts_at: datetime,
    minutes: int,
    room: int | None,
    seen: str = "",
) -> bool:
    """Put a session elsewhere; return whether anything changed.

    Raises MoveRefused where somebody saved it after it was `seen`: they may have moved it as well.
    """
    # The event first, as whoever gives a place back holds both; its rounds before the session is
    # written, as whoever puts a group in it holds them.
    Event.objects.select_for_update(no_key=True).get(pk=session.day.event_id)
    held = Session.objects.select_for_update(of=("self",), no_key=True)
    session = held.select_related("day__event").get(pk=session.pk)
    if seen and seen != session.changed_at.isoformat():
        words = _("Somebody changed “%s” meanwhile; it was left where they put it.")
        raise MoveRefused(words % session.title)
    ends_at = starts_at + timedelta(minutes=minutes)
    before = (session.day.date, session.starts_at, session.ends_at, session.room_id)
    if before == (day, starts_at, ends_at, room):
        return False
    event = session.day.event
    hold_rounds(event)
    session.day, _made = event.days.get_or_create(date=day)
    session.starts_at, session.ends_at, session.room_id = starts_at, ends_at, room
    session.slug = free_address(session)
    session.sequence += 1
    session.save()
    # One that was over may lie ahead again.
    signups.fill_session(session)
    # An open form of the whole event learns that one of its sessions is another now.
    event.save(update_fields=["changed_at"])
    sessions_changed([session])
    return True
