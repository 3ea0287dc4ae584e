"""Who may do what with an event. They answer; callers raise."""

from __future__ import annotations

from django.utils import timezone

from cities.models import Actor
from events.models import Event, EventStatus


def registration_is_open(event: Event) -> bool:
    """Say whether places are given now: published, not over, within the dates for registering.

    An event that names no opening has no registration: it was loaded to be read.
    """
    now = timezone.now()
    return (
        event.status == EventStatus.PUBLISHED
        and not event.is_over
        and event.registration_opens_at is not None
        and event.registration_opens_at <= now
        and (event.registration_closes_at is None or now < event.registration_closes_at)
    )


def may_register(user: Actor, event: Event) -> bool:
    """Say whether this person may take a place now."""
    return bool(user.is_authenticated and user.is_active and registration_is_open(event))
