"""Who is told what about events, by mail."""

from __future__ import annotations

from django.urls import reverse

from cities import mails
from events.models import Event, Registration, RegistrationStatus

TEMPLATES = {
    RegistrationStatus.CONFIRMED: "emails/events_registration_confirmed.txt",
    RegistrationStatus.WAITING: "emails/events_registration_waiting.txt",
    RegistrationStatus.CANCELLED: "emails/events_registration_cancelled.txt",
}
CALLED_OFF = "called_off"
DATES = "dates"
CHANGES = {
    CALLED_OFF: "emails/events_cancelled.txt",
    DATES: "emails/events_dates.txt",
}


def tell_where_it_stands(registration: Registration) -> None:
    """Mail a person whether they have a place, wait for one, or gave it back."""
    status = RegistrationStatus(registration.status)
    # Somebody may register, cancel and register again: each turn is an event of its own.
    turn = registration.cancelled_at or registration.queued_at
    mails.write(
        f"registration-{status.value}",
        key=f"registration:{registration.pk}:{status.value}:{turn.timestamp()}",
        to=registration.user,
        template=TEMPLATES[status],
        link=reverse("events:register", kwargs={"slug": registration.event.slug}),
        event=registration.event,
        registration=registration,
    )


def tell_registered(event: Event, told: str, turn: int) -> int:
    """Mail everybody who has a place or waits that an event is called off, or its new dates.

    `turn` is the event's version for calendars at the change: each change is told once. Returns
    how many people are meant.
    """
    people = event.registrations.open().select_related("user")
    for registration in people:
        mails.write(
            f"event-{told.replace('_', '-')}",
            key=f"event:{event.pk}:{told}:{turn}",
            to=registration.user,
            template=CHANGES[told],
            link=event.get_absolute_url(),
            event=event,
        )
    return len(people)
