"""Guests from outside: invited by mail, they accept or decline by its link, without an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from secrets import token_hex

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.mails import one_click
from cities.models import MailAddress, User
from events import notifications
from events.models import Event, EventStatus, Guest, GuestPlace, GuestState, Session
from events.services import registrations, signups

KEPT_DAYS = 7


class GuestRefused(Exception):
    """An invitation cannot be sent or answered; the words say why."""


@transaction.atomic
def invite(guest: Guest, *, by: User) -> None:
    """Mail a guest their invitation with a link of its own; a link mailed before ends.

    Raises GuestRefused while the event is hidden, called off or over.
    """
    guest = Guest.objects.select_for_update(of=("self",)).select_related("event").get(pk=guest.pk)
    if not guest.event.may_be_told:
        raise GuestRefused(_("The event is hidden, called off or over: nobody is invited to it."))
    guest.nonce = token_hex(16)
    guest.digest = one_click.digest(notifications.token_of_guest(guest))
    guest.invited_at, guest.invited_by = timezone.now(), by
    if guest.state == GuestState.WITHDRAWN:
        guest.state = GuestState.INVITED
    guest.address = _address_of(guest)
    guest.save()
    notifications.invite_guest(guest)


def find(token: str) -> Guest | None:
    """Return the guest whom a link belongs to, whether it can still be used or not."""
    guests = Guest.objects.select_related("event")
    return guests.filter(digest=one_click.digest(token)).first()


@transaction.atomic
def accept(guest: Guest, sessions: Iterable[int]) -> Guest:
    """Take places in the sessions named, and give back those in others they were invited to.

    Raises GuestRefused when the invitation has ended, no session is named, or one is full: then
    nothing is changed.
    """
    guest = _held(guest)
    wanted = set(sessions)
    places = list(guest.places.select_related("session__day__event").order_by("session"))
    chosen = [place for place in places if place.session_id in wanted]
    if not chosen:
        raise GuestRefused(_("Tick at least one session, or decline."))
    if guest.state != GuestState.ACCEPTED and registrations.seats_left(guest.event) == 0:
        raise GuestRefused(_("All places at the event are taken. Please write to the organisers."))
    for place in chosen:
        _take(place)
    if guest.state != GuestState.ACCEPTED:
        new_calendar_address(guest)
    guest.state, guest.answered_at = GuestState.ACCEPTED, timezone.now()
    guest.save(update_fields=["state", "answered_at"])
    # What is cancelled was not offered: a place there is theirs again if it takes place after all.
    others = [place for place in places if place not in chosen and not place.session.is_cancelled]
    _give_back(others)
    _confirm_address(guest)
    return guest


@transaction.atomic
def decline(guest: Guest) -> Guest:
    """Say no, also after yes: places go to whoever waits longest. Twice is once."""
    guest = _held(guest)
    _leave(guest, GuestState.DECLINED)
    return guest


@transaction.atomic
def change_calendar_address(guest: Guest, *, ends: bool) -> None:
    """Renew or end the address of the calendar of a guest who comes, as they wish.

    Raises GuestRefused for whoever does not come, or no more.
    """
    guest = Guest.objects.select_for_update(of=("self",)).select_related("event").get(pk=guest.pk)
    if guest.state != GuestState.ACCEPTED or guest.event.is_over:
        raise GuestRefused(_("This invitation has ended."))
    if ends:
        end_calendar_address(guest)
    else:
        new_calendar_address(guest)


def new_calendar_address(guest: Guest) -> None:
    """Give a guest's calendar a new address; the one before ends."""
    guest.calendar_nonce = token_hex(16)
    guest.calendar_digest = one_click.digest(calendar_token_of(guest))
    guest.save(update_fields=["calendar_nonce", "calendar_digest"])


def end_calendar_address(guest: Guest) -> None:
    """End the address of a guest's calendar."""
    guest.calendar_nonce, guest.calendar_digest = "", None
    guest.save(update_fields=["calendar_nonce", "calendar_digest"])


def calendar_token_of(guest: Guest) -> str:
    """Work out the token in the address of a guest's calendar, or "" where it has none."""
    if not guest.calendar_nonce:
        return ""
    return one_click.token("events.guest-calendar", guest.pk, guest.calendar_nonce)


def holder_of_calendar(token: str) -> Guest | None:
    """Return whose calendar a token opens: nobody's when it ended, or they do not come."""
    guests = Guest.objects.select_related("event__city").exclude(event__status=EventStatus.DRAFT)
    return guests.filter(calendar_digest=one_click.digest(token), state=GuestState.ACCEPTED).first()


@transaction.atomic
def withdraw(guest: Guest) -> None:
    """End an invitation; its link opens nothing any more, and who had accepted is told."""
    event = Event.objects.select_for_update().get(pk=guest.event_id)
    guest = Guest.objects.select_for_update().get(pk=guest.pk)
    guest.event = event
    if guest.state == GuestState.ACCEPTED and event.may_be_told:
        notifications.tell_withdrawn(guest)
    _leave(guest, GuestState.WITHDRAWN)


def forget() -> int:
    """Delete who did not come a week after their event, and forget the addresses of the others."""
    last = timezone.localdate() - timedelta(days=KEPT_DAYS)
    gone = Guest.objects.filter(event__ends_on__lt=last)
    addresses = MailAddress.objects.filter(pk__in=gone.values("address"))
    number = addresses.delete()[0]
    gone.filter(state=GuestState.ACCEPTED).update(
        email="", digest=None, nonce="", calendar_nonce="", calendar_digest=None
    )
    return number + gone.exclude(state=GuestState.ACCEPTED).delete()[0]


def _address_of(guest: Guest) -> MailAddress:
    """Return the row by which mails to a guest are kept; unconfirmed ones are deleted in time."""
    purpose = f"events.guest:{guest.pk}"
    about = {"language": guest.language, "agreed_text": ""}
    # Nobody confirms it by a link of its own: answering the invitation does.
    about["token_hash"] = one_click.digest(f"{purpose}:{token_hex(16)}")
    return MailAddress.objects.get_or_create(address=guest.email, purpose=purpose, defaults=about)[
        0
    ]


def _confirm_address(guest: Guest) -> None:
    """Whoever answers by the link reads mail at the address, and wants to know of changes."""
    address = _address_of(guest)
    if address.confirmed_at is None:
        address.confirmed_at = timezone.now()
        address.agreed_text = _("I come, and am told when something changes.")
        address.save(update_fields=["confirmed_at", "agreed_text"])
    Guest.objects.filter(pk=guest.pk).update(address=address)


def _leave(guest: Guest, state: GuestState) -> None:
    came = guest.state == GuestState.ACCEPTED
    guest.state, guest.answered_at = state, timezone.now()
    guest.save(update_fields=["state", "answered_at"])
    end_calendar_address(guest)
    _give_back(list(guest.places.select_related("session__day__event").order_by("session")))
    if came:
        registrations.fill_places(guest.event)


def _held(guest: Guest) -> Guest:
    """Read event and guest again and hold them. Raises GuestRefused when it is too late."""
    event = Event.objects.select_for_update().get(pk=guest.event_id)
    guest = Guest.objects.select_for_update(of=("self",)).select_related("address").get(pk=guest.pk)
    guest.event = event
    if not guest.is_open:
        raise GuestRefused(_("This invitation has ended."))
    return guest


def _take(place: GuestPlace) -> None:
    session = Session.objects.select_for_update(no_key=True).get(pk=place.session_id)
    if place.is_taken:
        return
    if session.is_cancelled:
        raise GuestRefused(_("“%s” is cancelled.") % session.title)
    # Whoever waits comes first, also where a place became free and nobody noticed.
    signups.fill_session(session)
    if session.capacity is not None and not signups.places_left(session):
        raise GuestRefused(_("All places in “%s” are taken.") % session.title)
    place.is_taken = True
    place.save(update_fields=["is_taken"])


def _give_back(places: list[GuestPlace]) -> None:
    for place in places:
        if place.is_taken:
            place.is_taken = False
            place.save(update_fields=["is_taken"])
            if place.session.capacity is not None:
                signups.fill_session(place.session)


def shows_sessions(guest: Guest) -> bool:
    """Say whether the link still shows what a guest was invited to: until the event is over."""
    if guest.state == GuestState.WITHDRAWN or guest.event.status == EventStatus.DRAFT:
        return False
    return guest.is_open or (guest.state == GuestState.ACCEPTED and not guest.event.is_over)
