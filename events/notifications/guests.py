"""Guests from outside: their invitation, with a link that only the sent mail holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.mails import one_click
from cities.mails.writing import keep_for_address, render
from cities.models import Mail
from events.models import Event, Guest, GuestState, known_zone

KIND = "event-guest"
# Stands in the kept text where the link will be: a copy of the database holds no usable link.
LINK_HERE = "[the link to your invitation]"

mails.register(
    KIND,
    label=_("Invitations of guests"),
    about=_("Somebody from outside is invited to sessions of an event, or not expected any more."),
    may_be_off=False,
    may_wait=False,
)


def token_of_guest(guest: Guest) -> str:
    """Work out the token of the link that was mailed last."""
    return one_click.token("events.guest", guest.pk, guest.nonce)


def invite_guest(guest: Guest) -> None:
    """Mail a guest what they are invited to, and the link by which they answer.

    Nobody confirmed this address: it is written to this once, by staff who know its person.
    """
    if guest.address is None:
        return
    places = guest.places.select_related("session__day").order_by("session__starts_at")
    words = render(
        "emails/events_guest.txt",
        guest.language,
        LINK_HERE,
        guest=guest,
        event=guest.event,
        sessions=[place.session for place in places],
        zone=known_zone(guest.event.time_zone),
    )
    keep_for_address(
        guest.address,
        f"guest:{guest.nonce}:{guest.pk}",
        kind=KIND,
        about=f"events.event:{guest.event_id}",
        **words,
    )


def tell_withdrawn(guest: Guest) -> None:
    """Mail a guest who had accepted that they are not expected any more; once an invitation."""
    if guest.address is None:
        return
    mails.write_to_address(
        KIND,
        key=f"guest-withdrawn:{guest.nonce}:{guest.pk}",
        address=guest.address,
        template="emails/events_guest_withdrawn.txt",
        link=guest.event.get_absolute_url(),
        about=f"events.event:{guest.event_id}",
        event=guest.event,
        guest=guest,
    )


def tell_guests(
    event: Event,
    *,
    kind: str,
    key: str,
    template: str,
    by_guest: Mapping[int, Sequence[Any]] | None = None,
    **context: Any,
) -> None:
    """Mail guests who accepted: all of an event, or those with changes of their own."""
    guests = Guest.objects.filter(event=event, state=GuestState.ACCEPTED, address__isnull=False)
    for guest in guests.select_related("address"):
        if guest.address is None or (by_guest is not None and guest.pk not in by_guest):
            continue
        mails.write_to_address(
            kind,
            key=f"{key}:guest:{guest.pk}",
            address=guest.address,
            template=template,
            link=event.get_absolute_url(),
            about=f"events.event:{event.pk}",
            event=event,
            person=guest,
            changes=by_guest[guest.pk] if by_guest else [],
            **context,
        )


def _text_with_link(mail: Mail) -> str:
    guest = Guest.objects.filter(pk=mail.key.rpartition(":")[2]).first()
    if guest is None or guest.nonce != mail.key.split(":")[1]:
        return mail.text
    path = reverse("events:guest", kwargs={"token": token_of_guest(guest)})
    return mail.text.replace(LINK_HERE, settings.BASE_URL + path)


mails.complete_when_sent(KIND, _text_with_link)
