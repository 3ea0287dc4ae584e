"""Writes that touch several rows: places at events, and what calendars must learn of."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import City, User
from events import notifications, permissions
from events.models import Event, EventStatus, Registration, RegistrationStatus


class RegistrationRefused(Exception):
    """A place cannot be taken; the words say why."""


@transaction.atomic
def register(event: Event, user: User, city: City | None = None, note: str = "") -> Registration:
    """Take a place, or one on the waiting list when all are taken; return the registration.

    Registering twice is registering once. Raises RegistrationRefused when registration is closed.
    """
    event = _locked(event)
    before = Registration.objects.filter(event=event, user=user).first()
    if before and before.status != RegistrationStatus.CANCELLED:
        return before
    if not permissions.may_register(user, event):
        raise RegistrationRefused(_("Registration for this event is not open."))
    status = RegistrationStatus.CONFIRMED if _free(event) else RegistrationStatus.WAITING
    registration = before or Registration(event=event, user=user)
    registration.city, registration.note = city, note
    # Who gave a place back and wants it again stands at the end of the queue.
    registration.queued_at, registration.cancelled_at = timezone.now(), None
    registration.status = status
    registration.save()
    notifications.tell_where_it_stands(registration)
    return registration


@transaction.atomic
def cancel(registration: Registration) -> Registration:
    """Give a place back; whoever waits longest gets it. Cancelling twice is cancelling once."""
    event = _locked(registration.event)
    registration = Registration.objects.select_related("event", "user").get(pk=registration.pk)
    if registration.status == RegistrationStatus.CANCELLED:
        return registration
    registration.status = RegistrationStatus.CANCELLED
    registration.cancelled_at = timezone.now()
    registration.save(update_fields=["status", "cancelled_at"])
    notifications.tell_where_it_stands(registration)
    fill_places(event)
    return registration


@transaction.atomic
def fill_places(event: Event) -> int:
    """Give free places to those who wait, in their order; return how many moved up.

    Called when somebody cancels and when staff change the number of seats.
    """
    event = _locked(event)
    moved = 0
    waiting = event.registrations.filter(status=RegistrationStatus.WAITING)
    for registration in waiting.select_related("event", "user").order_by("queued_at", "pk"):
        if _has_ended(event) or not _free(event):
            break
        registration.status = RegistrationStatus.CONFIRMED
        registration.save(update_fields=["status"])
        notifications.tell_where_it_stands(registration)
        moved += 1
    return moved


@transaction.atomic
def change_status(event: Event, status: EventStatus) -> Event:
    """Publish an event or call it off; calendars learn of it, and so do those who registered."""
    before = _locked(event).status
    event.status = status
    event.sequence += 1
    event.save(update_fields=["status", "sequence", "changed_at"])
    tell_of_change(event, status_before=before)
    return event


@transaction.atomic
def tell_of_change(event: Event, *, status_before: str, has_moved: bool = False) -> str:
    """Let everybody who has a place or waits be told that an event is called off or has new dates.

    Takes the event as saved, its status before, and whether its days changed. An event that was
    called off and is published again tells its dates once more; one that is over tells nothing.
    Returns what is told: "called_off", "dates", or "" for nothing. The mails are an effect: there
    may be hundreds.
    """
    is_off = event.status == EventStatus.CANCELLED
    was_off = status_before == EventStatus.CANCELLED
    told = ""
    if is_off and not was_off:
        told = notifications.CALLED_OFF
    elif event.status == EventStatus.PUBLISHED and (has_moved or was_off):
        told = notifications.DATES
    if not told or event.is_over or not event.registrations.open().exists():
        return ""
    effects.hand_over(
        "events.tell_registered",
        key=f"event:{event.pk}:{told}:{event.sequence}",
        event=event.pk,
        told=told,
        turn=event.sequence,
    )
    return told


def _has_ended(event: Event) -> bool:
    """Say whether it is too late to give a place: the event is over or called off."""
    return event.is_over or event.status != "published"


def _locked(event: Event) -> Event:
    """Read the event again and hold it: whoever takes or gives a place waits for their turn."""
    return Event.objects.select_for_update().get(pk=event.pk)


def _free(event: Event) -> bool:
    left = seats_left(event)
    return left is None or left > 0


def seats_left(event: Event) -> int | None:
    """Return how many places are free, or None when an event has no limit."""
    if event.capacity is None:
        return None
    taken = event.registrations.filter(status=RegistrationStatus.CONFIRMED).count()
    return max(0, event.capacity - taken)


def ahead_of(registration: Registration) -> int | None:
    """Return how many wait longer than this person, or None when they do not wait."""
    if registration.status != RegistrationStatus.WAITING:
        return None
    waiting = Registration.objects.filter(
        event=registration.event_id, status=RegistrationStatus.WAITING
    )
    earlier = Q(queued_at__lt=registration.queued_at) | Q(
        queued_at=registration.queued_at, pk__lt=registration.pk
    )
    return waiting.filter(earlier).count()
