"""Places in sessions: taken, given back, and passed on to whoever waits longest."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cities import clock
from cities.models import User
from events import notifications, permissions
from events.audiences import those_meant
from events.models import (
    Audience,
    Event,
    EventStatus,
    GuestPlace,
    Registration,
    RegistrationStatus,
    Session,
    SignUp,
)


class SignUpRefused(Exception):
    """A place in a session cannot be taken; the words say why."""


@transaction.atomic
def sign_up(session: Session, user: User) -> SignUp:
    """Take a place in a session, or one on its waiting list. Twice is once.

    Raises SignUpRefused for whoever has no place at the event, and where nothing can be taken.
    """
    _hold_place_at_event(session, user)
    session = _locked(session)
    before = SignUp.objects.filter(session=session, user=user).first()
    if before and before.status != RegistrationStatus.CANCELLED:
        return before
    if not permissions.takes_sign_ups(session):
        raise SignUpRefused(_("This session takes no sign-ups."))
    if not permissions.is_admitted(user, session.day.event):
        raise SignUpRefused(
            _("Register for the event first: places in sessions are for those who come.")
        )
    if not permissions.is_of_audience(user, session):
        raise SignUpRefused(_("This session is for others: %s.") % Audience(session.audience).label)
    # Who waits comes first, whatever let a place stand free: nobody passes them.
    _fill(session)
    place = before or SignUp(session=session, user=user)
    # Who gave a place back and wants it again stands at the end of the queue.
    place.queued_at, place.cancelled_at = _end_of_queue(session), None
    is_full = places_left(session) == 0
    place.status = RegistrationStatus.WAITING if is_full else RegistrationStatus.CONFIRMED
    place.save()
    return place


@transaction.atomic
def leave(place: SignUp) -> SignUp:
    """Give a place in a session back; whoever waits longest gets it. Twice is once."""
    session = _locked(place.session)
    place = SignUp.objects.get(pk=place.pk)
    if place.status == RegistrationStatus.CANCELLED:
        return place
    place.status = RegistrationStatus.CANCELLED
    place.cancelled_at = clock.not_before(place.queued_at, clock.now())
    place.save(update_fields=["status", "cancelled_at"])
    _fill(session)
    return place


@transaction.atomic
def leave_all(event: Event, user: User) -> None:
    """Give back every place in sessions of an event to which somebody does not come."""
    places = SignUp.objects.open().filter(session__day__event=event, user=user)
    for place in places.select_related("session").order_by("session"):
        leave(place)


@transaction.atomic
def fill_session(session: Session) -> int:
    """Give new places of a session to those who wait; return how many moved up.

    To be called after any change of it: of its places, its audience or hours, or when it takes
    place after all.
    """
    return _fill(_locked(session))


def places_left(session: Session) -> int | None:
    """Return how many places of a session are free, or None where their number has no limit."""
    if session.capacity is None:
        return None
    taken = session.sign_ups.filter(status=RegistrationStatus.CONFIRMED).count()
    taken += GuestPlace.objects.filter(session=session, is_taken=True).count()
    return max(0, session.capacity - taken)


def waits_behind(place: SignUp) -> int | None:
    """Return how many wait longer than this person, or None when they do not wait."""
    if place.status != RegistrationStatus.WAITING:
        return None
    waiting = SignUp.objects.filter(session=place.session_id).waiting()
    return waiting.filter(queued_at__lt=place.queued_at).count()


def _fill(session: Session) -> int:
    event, moved = session.day.event, 0
    if event.is_over or event.status != EventStatus.PUBLISHED or session.is_cancelled:
        return 0
    if session.has_ended(clock.now()):
        return 0
    left = places_left(session)
    for place in _meant(session, left):
        place.status = RegistrationStatus.CONFIRMED
        place.save(update_fields=["status"])
        notifications.tell_place_in_session(place, session)
        moved += 1
    return moved


def _meant(session: Session, most: int | None) -> list[SignUp]:
    """Return so many of those who wait for a session, the longest first; without a limit all.

    Who is not of its audience any more goes on waiting, and others pass them.
    """
    waiting = session.sign_ups.waiting().select_related("user")
    if session.audience == Audience.PUBLIC or most == 0:
        return list(waiting[:most])
    places = list(waiting)
    meant = those_meant(session, [place.user for place in places])
    return [place for place in places if place.user_id in meant][:most]


def _end_of_queue(session: Session) -> datetime:
    """Return a moment after all at which somebody signed up; to be asked while it is held."""
    last = session.sign_ups.aggregate(last=Max("queued_at"))["last"]
    return clock.not_before(last, clock.now())


def _hold_place_at_event(session: Session, user: User) -> None:
    """Hold somebody's place at the event, so that it is not given back while one in it is taken.

    Registration before session, as `cancel` holds them, which holds the event before both. Only
    confirmed ones: those who wait move up while sessions are held, and would be waited for.
    """
    places = Registration.objects.filter(user=user, status=RegistrationStatus.CONFIRMED)
    list(places.filter(event=session.day.event_id).order_by().select_for_update())


def _locked(session: Session) -> Session:
    """Read a session again and hold it: whoever takes or gives a place waits for their turn.

    Its key stays free: who holds a round, and puts a group in the session, waits for nobody.
    """
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("day__event")
    return held.get(pk=session.pk)
