"""What cities are told: decisions on their entries, questions, and entries that change hands."""

from __future__ import annotations

from cities import mails
from cities.models import CityMembership, User
from marketplace.models import ContactRequest, ReviewEvent, Transfer
from marketplace.notifications.people import about, city_people, programme_staff, submitters


def tell_city(event: ReviewEvent) -> None:
    """Tell those who may submit for the city, and the author, what was decided and why."""
    revision = event.revision
    for person in city_people(revision):
        mails.write(
            "marketplace_decided",
            key=f"decided:{event.pk}",
            to=person,
            template=f"emails/marketplace_{event.after}.txt",
            link=revision.get_absolute_url(),
            about=about(revision.entry),
            revision=revision,
            event=event,
        )


def tell_of_contact(asked: ContactRequest) -> None:
    """Tell those who write for the city what somebody asks, and where to answer; else staff."""
    running = CityMembership.objects.running().filter(city=asked.city_id, role__may_edit=True)
    people = User.objects.filter(pk__in=running.order_by().values("user"), is_active=True)
    for person in list(people) or programme_staff():
        mails.write(
            "marketplace_contact",
            key=contact_key(asked),
            to=person,
            template="emails/marketplace_contact.txt",
            link=asked.get_absolute_url(),
            about=about(asked.entry),
            asked=asked,
        )


def contact_key(asked: ContactRequest) -> str:
    """Return the key of the mails about a question, by which they are deleted with it."""
    return f"contact:{asked.pk}"


def tell_asked_to_take(transfer: Transfer) -> None:
    """Tell those who submit for a city that another one wants to hand an entry over."""
    for person in submitters([transfer.to_city_id]):
        mails.write(
            "marketplace_transfer",
            key=f"transfer-asked:{transfer.pk}",
            to=person,
            template="emails/marketplace_transfer_asked.txt",
            link=transfer.get_absolute_url(),
            about=about(transfer.entry),
            transfer=transfer,
        )


def tell_transfer_answered(transfer: Transfer) -> None:
    """Tell those who submit for either city, but for whoever answered, what came of a transfer."""
    cities = [city for city in (transfer.from_city_id, transfer.to_city_id) if city]
    for person in submitters(cities):
        if person.pk == transfer.answered_by_id:
            continue
        mails.write(
            "marketplace_transfer",
            key=f"transfer-answered:{transfer.pk}",
            to=person,
            template=f"emails/marketplace_transfer_{transfer.state}.txt",
            link=transfer.get_absolute_url(),
            about=about(transfer.entry),
            transfer=transfer,
        )
