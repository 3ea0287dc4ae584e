"""Who comes to an event and its sessions, and what that lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cities import clock
from cities.models import Actor
from events.audiences import those_meant
from events.models import (
    Audience,
    Event,
    EventFormat,
    EventStatus,
    Guest,
    GuestState,
    Presence,
    Registration,
    RegistrationStatus,
    Session,
    SignUp,
)


def registration_is_open(event: Event) -> bool:
    """Say whether places are given now: published, not over, within the dates for registering.

    An event that names no opening has no registration: it was loaded to be read.
    """
    if event.status != EventStatus.PUBLISHED or event.registration_opens_at is None:
        return False
    now = clock.now()
    return (
        event.registration_opens_at <= now
        and not clock.has_passed(event.registration_closes_at, now)
        and not event.has_ended(now)
    )


def may_register(user: Actor, event: Event) -> bool:
    """Say whether this person may take a place now."""
    return bool(user.is_authenticated and user.is_active and registration_is_open(event))


def is_admitted(user: Actor, event: Event) -> bool:
    """Say whether somebody has a place at an event."""
    if not (user.is_authenticated and user.is_active):
        return False
    return event.registrations.filter(user=user, status=RegistrationStatus.CONFIRMED).exists()


def takes_sign_ups(session: Session) -> bool:
    """Say whether places in a session are given now."""
    event = session.day.event
    return (
        session.capacity is not None
        and not session.is_cancelled
        and event.status == EventStatus.PUBLISHED
        and not session.has_ended(clock.now())
    )


def is_of_audience(user: Actor, session: Session) -> bool:
    """Say whether a session is for somebody: staff, who speaks or moderates, and its audience."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.pk in those_meant(session, [user])


def reads_materials(user: Actor, session: Session) -> bool:
    """Say whether somebody is shown the materials and the recording of a session."""
    return session.audience == Audience.PUBLIC or is_of_audience(user, session)


def keeps_the_door(user: Actor, event: Event) -> bool:
    """Say whether somebody marks who is there: staff, and helpers until the event is over."""
    return Event.objects.with_door_for(user).filter(pk=event.pk).exists()


def has_code(registration: Registration) -> bool:
    """Say whether somebody shows a code at the door: with a place, on site, until the end."""
    return registration.status == RegistrationStatus.CONFIRMED and _reads_codes(registration.event)


def guest_has_code(guest: Guest) -> bool:
    """Say whether a guest shows a code at the door: they come, on site, until the end."""
    return guest.state == GuestState.ACCEPTED and _reads_codes(guest.event)


def _reads_codes(event: Event) -> bool:
    is_on_site = event.format != EventFormat.ONLINE
    return event.status == EventStatus.PUBLISHED and is_on_site and not event.is_over


def has_certificate(registration: Registration) -> bool:
    """Say whether attendance is certified: somebody was there, and the last day has begun."""
    event = registration.event
    has_ended = event.status == EventStatus.PUBLISHED and event.ends_on <= event.today
    return has_ended and registration.presences.standing().exists()


def feedback_is_open(session: Session, moment: datetime | None = None) -> bool:
    """Say whether people can say what they thought: it began, and the end is not past.

    Without a moment it is asked for now.
    """
    event = session.day.event
    if session.is_cancelled or event.status != EventStatus.PUBLISHED:
        return False
    moment = moment or clock.now()
    return has_begun(session, moment) and not event.feedback_has_ended(moment)


def has_begun(session: Session, moment: datetime) -> bool:
    """Say whether a session has begun; without an hour, whether its day has."""
    if session.starts_at is not None:
        return session.starts_at <= moment
    return session.day.date <= moment.astimezone(session.day.event.zone).date()


def feedback_is_over(event: Event) -> bool:
    """Say whether no answer can be given or changed any more, so that results can be told."""
    return event.feedback_has_ended(clock.now())


@dataclass(frozen=True)
class TookPart:
    """Where somebody was at an event, and in which of its sessions they have a place."""

    event: Event
    has_place: bool
    """Whether they did not give the one at the event back."""
    days: frozenset[date]
    sessions: frozenset[int]
    places: frozenset[int]

    def in_session(self, session: Session) -> bool:
        """Say whether they took part in one of its sessions.

        On site that is being marked on its day; online nobody is at a door. Of a session with a
        number of places, it takes one of those, or a mark in the session itself. Whoever gave the
        place at the event back was where they were marked, and nowhere else.
        """
        if session.pk in self.sessions:
            return True
        if session.capacity is not None and session.pk not in self.places:
            return False
        if session.day.date in self.days:
            return True
        return self.has_place and self.event.format != EventFormat.ON_SITE


def took_part(user: Actor, event: Event) -> TookPart | None:
    """Return where somebody was at an event; None for whoever has no place, and was not there."""
    if not (user.is_authenticated and user.is_active):
        return None
    has_place = is_admitted(user, event)
    marks = Presence.objects.standing().filter(
        registration__user=user.pk, registration__event=event
    )
    seen = list(marks.values_list("day", "session"))
    if not (has_place or seen):
        return None
    places = SignUp.objects.filter(
        user=user.pk, session__day__event=event, status=RegistrationStatus.CONFIRMED
    )
    return TookPart(
        event,
        has_place,
        frozenset(day for day, _session in seen),
        frozenset(session for _day, session in seen if session),
        frozenset(places.values_list("session", flat=True)),
    )


def may_give_feedback(user: Actor, session: Session) -> bool:
    """Say whether somebody can say now what they thought of a session."""
    if not feedback_is_open(session):
        return False
    part = took_part(user, session.day.event)
    return part is not None and part.in_session(session)


def reads_feedback(user: Actor, session: Session) -> bool:
    """Say whether somebody is shown what people thought: staff, and who moderates the session."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.is_staff or session.moderators.filter(pk=user.pk).exists()


def runs_polls(user: Actor, session: Session) -> bool:
    """Say whether somebody prepares and runs polls in a session: staff, and who moderates it."""
    return reads_feedback(user, session)


def takes_place(session: Session) -> bool:
    """Say whether neither a session was cancelled nor its event called off."""
    return not session.is_cancelled and session.day.event.status != EventStatus.CANCELLED


def may_join(user: Actor, session: Session) -> bool:
    """Say whether somebody is shown how to join: staff, and who of its audience has a place.

    Nobody is where it does not take place.
    """
    if not user.is_authenticated or not takes_place(session):
        return False
    if user.is_staff:
        return True
    if not is_admitted(user, session.day.event) or not is_of_audience(user, session):
        return False
    places = SignUp.objects.filter(user=user, session=session, status=RegistrationStatus.CONFIRMED)
    return session.capacity is None or places.exists()
