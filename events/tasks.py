"""Work for the worker: telling those who registered what became of an event."""

from __future__ import annotations

from cities import effects
from events import notifications
from events.models import Event, EventStatus

# What is true of an event for as long as it is worth telling.
STILL = {
    notifications.CALLED_OFF: EventStatus.CANCELLED,
    notifications.DATES: EventStatus.PUBLISHED,
}


@effects.does("events.tell_registered")
def tell_registered(*, event: int, told: str, turn: int) -> None:
    """Mail everybody who has a place or waits, unless staff have changed their mind since."""
    found = Event.objects.filter(pk=event, status=STILL[told]).first()
    if found is not None:
        notifications.tell_registered(found, told, turn)
