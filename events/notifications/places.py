"""The kinds of mails about events, and those about places."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from events.models import Event, Registration, RegistrationStatus, Session, SignUp
from events.notifications.guests import tell_guests
from events.notifications.involved import involved_in

TEMPLATES = {
    RegistrationStatus.CONFIRMED: "emails/events_registration_confirmed.txt",
    RegistrationStatus.WAITING: "emails/events_registration_waiting.txt",
    RegistrationStatus.CANCELLED: "emails/events_registration_cancelled.txt",
}
CALLED_OFF = "called_off"
DATES = "dates"
ELSEWHERE = "elsewhere"
CHANGES = {
    CALLED_OFF: "emails/events_cancelled.txt",
    DATES: "emails/events_dates.txt",
    ELSEWHERE: "emails/events_elsewhere.txt",
}

# What may not wait for a daily mail can be of today: a place, a room, a talk.
mails.register(
    "registration-confirmed",
    label=_("Your place at an event"),
    about=_("You have a place at an event, at once or because one became free."),
    may_be_off=False,
    may_wait=False,
)
mails.register(
    "registration-waiting",
    label=_("Your place on a waiting list"),
    about=_("All places of an event are taken, and you wait for one."),
    may_be_off=False,
)
mails.register(
    "registration-cancelled",
    label=_("A place you gave back"),
    about=_("Confirms that you gave your place at an event back."),
)
mails.register(
    "session-place",
    label=_("Your place in a session"),
    about=_("A place in a session you waited for became free, and is yours."),
    may_be_off=False,
    may_wait=False,
)
mails.register(
    "event-called-off",
    label=_("Events that are called off"),
    about=_("An event for which you registered, or in which you have a part, does not take place."),
    may_be_off=False,
    may_wait=False,
)
mails.register(
    "event-dates",
    label=_("Events with new dates"),
    about=_("An event for which you registered, or in which you have a part, was moved."),
    may_be_off=False,
    may_wait=False,
)
mails.register(
    "event-elsewhere",
    label=_("Events that take place elsewhere"),
    about=_("An event for which you registered, or in which you have a part, has another place."),
    may_be_off=False,
    may_wait=False,
)
mails.register(
    "peer-group",
    label=_("Your peer-review group"),
    about=_("With whom your city sits in a group, where and when, or that this has changed."),
    may_be_off=False,
    may_wait=False,
)
mails.register(
    "one-to-one",
    label=_("One-to-one talks"),
    about=_("A talk of yours or of your city was arranged or called off."),
    may_be_off=False,
    may_wait=False,
)


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
        about=f"events.event:{registration.event_id}",
        event=registration.event,
        registration=registration,
    )


def tell_place_in_session(place: SignUp, session: Session) -> None:
    """Mail somebody who waited that they have a place in a session."""
    mails.write(
        "session-place",
        key=f"sign-up:{place.pk}:{place.queued_at.timestamp()}",
        to=place.user,
        template="emails/events_session_place.txt",
        link=session.get_absolute_url(),
        about=f"events.session:{session.pk}",
        session=session,
        event=session.day.event,
    )


def tell_registered(event: Event, told: str, turn: int, *, was_emptied: bool = False) -> int:
    """Mail everybody who has a place, waits or has a part that an event is called off, or its new
    dates or place.

    `turn` is the event's version for calendars at the change: each change is told once. Where what
    people need there `was_emptied`, who registered is asked for it again. Returns how many people
    are meant.
    """
    registered = event.registrations.open().select_related("user")
    people = dict.fromkeys(involved_in(event), False)
    people |= dict.fromkeys((one.user for one in registered), True)
    for person, is_registered in people.items():
        mails.write(
            f"event-{told.replace('_', '-')}",
            key=f"event:{event.pk}:{told}:{turn}",
            to=person,
            template=CHANGES[told],
            link=event.get_absolute_url(),
            about=f"events.event:{event.pk}",
            event=event,
            is_registered=is_registered,
            was_emptied=was_emptied,
        )
    tell_guests(
        event,
        kind=f"event-{told.replace('_', '-')}",
        key=f"event:{event.pk}:{told}:{turn}",
        template=CHANGES[told],
        is_registered=True,
    )
    return len(people)
