"""Who is told what about events, by mail."""

from __future__ import annotations

from django.urls import reverse

from cities import mails
from events.models import Registration, RegistrationStatus

TEMPLATES = {
    RegistrationStatus.CONFIRMED: "emails/events_registration_confirmed.txt",
    RegistrationStatus.WAITING: "emails/events_registration_waiting.txt",
    RegistrationStatus.CANCELLED: "emails/events_registration_cancelled.txt",
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
