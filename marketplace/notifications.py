"""Who is told what about a review, by mail. Each is written with the change that causes it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import City, CityMembership, User
from cities.permissions import is_programme_staff
from marketplace.models import (
    AskedFor,
    ContactRequest,
    Entry,
    Review,
    ReviewEvent,
    Revision,
    SavedSearch,
    Transfer,
)
from marketplace.models.conflicts import in_conflict, people_in_conflict_over
from marketplace.permissions import is_reviewer

if TYPE_CHECKING:
    from collections.abc import Sequence

# As the column of a mail.
LONGEST_LINK = 300
mails.register(
    "marketplace_decided",
    label=_("Decisions about your entries"),
    about=_("What a review of your city's profile or solution came to, and why."),
    may_be_off=False,
)
mails.register(
    "marketplace_contact",
    label=_("Questions about your entries"),
    about=_("Somebody wrote to your city about something it offers."),
)
mails.register(
    "marketplace_assigned",
    label=_("Reviews you are asked for"),
    about=_("An entry waits for your review, and until when."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_reminder",
    label=_("Reminders of your reviews"),
    about=_("The due date of a review you were asked for is near."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_no_reviewer",
    label=_("Entries without a reviewer"),
    about=_("No reviewer without a conflict of interest was found for an entry."),
    concerns=is_programme_staff,
)
mails.register(
    "marketplace_overdue",
    label=_("Reviews that are late"),
    about=_("Once a day, which reviews are late."),
    concerns=is_programme_staff,
)
mails.register(
    "marketplace_reassigned",
    label=_("Reviews given to somebody else"),
    about=_("A review you were asked for was late, and somebody else was asked."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_opinion",
    label=_("Second opinions"),
    about=_("A second opinion on an entry you review is there."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_waiting",
    label=_("Entries that wait for staff"),
    about=_("An entry waits for you to ask a reviewer, or to decide."),
    concerns=is_programme_staff,
)
mails.register(
    "marketplace_escalated",
    label=_("Reviews that wait too long"),
    about=_("Something under review is late by more than the process allows."),
    concerns=is_programme_staff,
)
mails.register(
    "saved_search",
    label=_("Saved searches"),
    about=_("Something new in the marketplace fits a search that you saved."),
)

mails.register(
    "marketplace_transfer",
    label=_("Entries that change hands"),
    about=_("A city wants to hand an entry over to yours, or yours was answered."),
    may_be_off=False,
)


def _in_conflict(user: User) -> Q:
    """Say which mails tell of a review that this person has a conflict of interest over."""
    entries = Revision.objects.filter(in_conflict(user)).order_by()
    number = Cast("entry", CharField())
    named = Concat(Value("marketplace.entry:"), number, output_field=CharField())
    return Q(about__in=entries.annotate(named=named).values("named"))


mails.hide("marketplace", _in_conflict)


def about(entry: Entry) -> str:
    """Name an entry as what a mail is about; staff find the mails by it."""
    return f"marketplace.entry:{entry.pk}"


def tell_reviewer(review: Review, note: str = "") -> None:
    """Ask a reviewer for a review, or an opinion, with the link to it and its due date."""
    mails.write(
        "marketplace_assigned",
        key=f"review-asked:{review.pk}",
        to=review.reviewer,
        template="emails/marketplace_assigned.txt",
        link=review.get_absolute_url(),
        about=about(review.revision.entry),
        review=review,
        revision=review.revision,
        is_opinion=review.asked_for == AskedFor.OPINION,
        note=note,
    )


def tell_asked_to_take(transfer: Transfer) -> None:
    """Tell those who submit for a city that another one wants to hand an entry over."""
    for person in _submitters([transfer.to_city_id]):
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
    for person in _submitters(cities):
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


def tell_replaced(review: Review) -> None:
    """Tell a reviewer that somebody else was asked instead."""
    mails.write(
        "marketplace_reassigned",
        key=f"review-replaced:{review.pk}",
        to=review.reviewer,
        template="emails/marketplace_reassigned.txt",
        link=reverse("marketplace:review-desk"),
        about=about(review.revision.entry),
        review=review,
        revision=review.revision,
    )


def tell_of_opinion(review: Review) -> None:
    """Tell those who still owe a review that a second opinion is there."""
    owed = Review.objects.open().filter(revision=review.revision, asked_for=AskedFor.REVIEW)
    for other in owed.select_related("reviewer"):
        mails.write(
            "marketplace_opinion",
            key=f"opinion-given:{review.pk}",
            to=other.reviewer,
            template="emails/marketplace_opinion.txt",
            link=other.get_absolute_url(),
            about=about(review.revision.entry),
            revision=review.revision,
        )


def tell_city(event: ReviewEvent) -> None:
    """Tell those who may submit for the city, and the author, what was decided and why."""
    revision = event.revision
    for person in _city_people(revision):
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


def tell_nobody_is_free(revision: Revision) -> None:
    """Tell staff, once for a revision, that no reviewer without a conflict was found."""
    _tell_staff(revision, "no_reviewer", key=f"no-reviewer:{revision.pk}")


def tell_waits_for_staff(revision: Revision) -> None:
    """Tell staff, once for a revision, that it passed the checks and they go on by hand."""
    _tell_staff(revision, "waiting", key=f"waits-for-staff:{revision.pk}")


def tell_reviews_are_in(revision: Revision) -> None:
    """Tell staff, once for a revision, that its reviews are given and they can decide."""
    _tell_staff(revision, "waiting", key=f"reviews-in:{revision.pk}", reviews_in=True)


def escalate(revision: Revision, late_days: int) -> None:
    """Tell staff, once for each stage of a revision, that it is late by so many working days."""
    key = f"escalated:{revision.pk}:{revision.state}:{revision.stage_due_on:%Y%m%d}"
    _tell_staff(revision, "escalated", key=key, late_days=late_days)


def _tell_staff(revision: Revision, kind: str, *, key: str, **context: Any) -> None:
    """Write a mail on a revision to the staff who have no conflict of interest over it."""
    conflicted = people_in_conflict_over(revision).order_by().values("pk")
    for person in _staff().exclude(pk__in=conflicted):
        mails.write(
            f"marketplace_{kind}",
            key=key,
            to=person,
            template=f"emails/marketplace_{kind}.txt",
            link=reverse("admin:marketplace_revision_change", args=[revision.pk]),
            about=about(revision.entry),
            revision=revision,
            **context,
        )


def remind(review: Review) -> None:
    """Remind a reviewer, once for a review, that its due date is near."""
    mails.write(
        "marketplace_reminder",
        key=f"review-reminder:{review.pk}",
        to=review.reviewer,
        template="emails/marketplace_reminder.txt",
        link=review.get_absolute_url(),
        about=about(review.revision.entry),
        review=review,
        revision=review.revision,
    )


def tell_overdue(day: date) -> None:
    """Tell staff, in one mail a day, which reviews are late; each of what they may know of."""
    for person in _staff():
        late = list(
            Review.objects.visible_to(person)
            .open()
            .filter(due_on__lt=day)
            .select_related("reviewer", "revision__entry__city")
            .order_by("due_on", "pk")
        )
        if not late:
            continue
        mails.write(
            "marketplace_overdue",
            key=f"reviews-overdue:{day:%Y-%m-%d}",
            to=person,
            template="emails/marketplace_overdue.txt",
            link=reverse("admin:marketplace_review_changelist") + "?late=yes",
            reviews=late,
            day=day,
        )


def tell_of_new(search: SavedSearch, found: Sequence[tuple[Entry, list[str]]], key: str) -> None:
    """Write one mail of a saved search: what is new, why it fits, and where it stands.

    `found` are live entries with the reasons, in words; `key` names the day or week.
    """
    told: dict[str, Any] = {
        "key": key,
        "template": "emails/saved_search.txt",
        "link": search.get_absolute_url()[:LONGEST_LINK],
        "unsubscribe_url": search.get_stop_url(),
        "search": search,
        "items": [
            {
                "entry": entry,
                "revision": entry.live_revision,
                "place": str(entry.city or entry.owner_note),
                "reasons": reasons,
                "url": settings.BASE_URL + entry.get_absolute_url(),
            }
            for entry, reasons in found
        ],
    }
    if search.user is not None:
        mails.write("saved_search", to=search.user, **told)
    elif search.address is not None:
        mails.write_to_address("saved_search", address=search.address, **told)


def _city_people(revision: Revision) -> list[User]:
    """Return who may submit for the city, and the author unless they left its team."""
    entry = revision.entry
    if entry.city_id is None:
        return [revision.author] if revision.author else []
    running = CityMembership.objects.running().filter(city=entry.city_id).order_by()
    asked = Q(pk__in=running.filter(role__may_submit=True).values("user"))
    if revision.author_id:
        asked |= Q(pk=revision.author_id) & Q(pk__in=running.values("user"))
    return list(User.objects.filter(asked, is_active=True))


def people_of(city: City) -> list[User]:
    """Return who may submit in a city's name: they answer for it."""
    running = CityMembership.objects.running().filter(city=city, role__may_submit=True).order_by()
    return list(User.objects.filter(pk__in=running.values("user"), is_active=True))


def programme_staff() -> list[User]:
    """Return the programme's staff."""
    return list(_staff())


def _staff() -> QuerySet[User]:
    return User.objects.filter(is_staff=True, is_active=True).order_by("pk")


def _submitters(cities: list[int]) -> list[User]:
    """Return who may submit for one of these cities."""
    running = CityMembership.objects.running().filter(city__in=cities, role__may_submit=True)
    people = running.order_by().values("user")
    return list(User.objects.filter(pk__in=people, is_active=True))
