"""Guests at the door: the codes by which they are found, and the days on which they were there."""

from __future__ import annotations

from datetime import date, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from events.models import Event, EventStatus, Guest, GuestPresence, GuestState
from events.services.attendance import CODE_DAYS, PresenceRefused, lab_days

# A salt of its own: the number of a guest must not open the registration with that number.
SIGNER = signing.Signer(sep="~", salt="events.door.guest")


def code_of_guest(guest: Guest) -> str:
    """Return what a guest's code for the door says; a new invitation ends it."""
    return SIGNER.sign(f"g{guest.pk}-{guest.nonce[:8]}")


def guest_of(code: str) -> Guest | None:
    """Return whose code it is: nobody's once they do not come, or the event is long over."""
    try:
        pk, part = SIGNER.unsign(code).removeprefix("g").split("-")
    except (signing.BadSignature, ValueError):
        return None
    guests = Guest.objects.filter(pk=pk, state=GuestState.ACCEPTED).exclude(nonce="")
    found = guests.filter(nonce__startswith=part).select_related("event").first()
    if found and found.event.today > found.event.ends_on + timedelta(days=CODE_DAYS):
        return None
    return found


@transaction.atomic
def mark(guest: Guest, *, day: date, by: User, by_code: bool = False) -> tuple[GuestPresence, bool]:
    """Mark a guest as present on a day; twice is once. Returns the mark, and whether it is new.

    Raises PresenceRefused for who does not come, and for a day that is none of the event's or has
    not come.
    """
    guest = Guest.objects.select_for_update(of=("self",)).select_related("event").get(pk=guest.pk)
    event = guest.event
    if guest.state != GuestState.ACCEPTED:
        raise PresenceRefused(_("This guest has not accepted, or comes no more."))
    if event.status != EventStatus.PUBLISHED:
        raise PresenceRefused(_("The event is a draft, or was called off."))
    if day not in lab_days(event):
        raise PresenceRefused(_("This is no day of the event."))
    if day > event.today:
        raise PresenceRefused(_("This day has not come yet."))
    before = guest.presences.filter(day=day, undone_at=None).first()
    if before is not None:
        return before, False
    return guest.presences.create(day=day, by=by, by_code=by_code), True


@transaction.atomic
def undo(guest: Guest, *, day: date, by: User) -> bool:
    """Take a guest's mark of a day back; return whether there was one."""
    Guest.objects.select_for_update().get(pk=guest.pk)
    standing = guest.presences.filter(day=day, undone_at=None)
    return bool(standing.update(undone_at=timezone.now(), undone_by=by))


def guests_on(event: Event, day: date) -> list[tuple[Guest, bool]]:
    """Return who of the guests comes, by name, and whether each is marked on a day: two queries."""
    here = set(
        GuestPresence.objects.filter(guest__event=event, day=day, undone_at=None).values_list(
            "guest", flat=True
        )
    )
    coming = event.guests.filter(state=GuestState.ACCEPTED).order_by("name", "pk")
    return [(guest, guest.pk in here) for guest in coming]
