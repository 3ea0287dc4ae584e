"""Where an event takes place: those concerned are told when that changes, as of new dates."""

from __future__ import annotations

from collections.abc import Collection

from cities import effects
from events import notifications
from events.models import Event, EventStatus

# What people must know to come.
WHERE = {"place", "city", "format"}


def where_of(event: Event) -> str:
    """Return where an event is, to compare with where it was."""
    return f"{event.format}|{event.city_id or ''}|{event.place}"


def tell_if_elsewhere(event: Event, changed: Collection[str], *, status_before: str) -> bool:
    """Let everybody who has a place, waits or has a part be told where a public event takes place
    from now on; return whether anybody is. To be called with the event as saved, which counted a
    new version for calendars."""
    was_public = status_before == EventStatus.PUBLISHED
    if not (WHERE & set(changed) and was_public and event.may_be_told):
        return False
    if not notifications.concerns_anybody(event):
        return False
    effects.hand_over(
        "events.tell_registered",
        key=f"event:{event.pk}:{notifications.ELSEWHERE}:{event.sequence}",
        event=event.pk,
        told=notifications.ELSEWHERE,
        turn=event.sequence,
        where=where_of(event),
    )
    return True
