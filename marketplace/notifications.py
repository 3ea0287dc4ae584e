"""Who is told what about a review, by mail. Each is written with the change that causes it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import City, CityMembership, User
from cities.permissions import is_programme_staff
from marketplace.models import ContactRequest, Entry, Review, ReviewEvent, Revision
from marketplace.permissions import is_reviewer

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def about(entry: Entry) -> str:
    """Name an entry as what a mail is about; staff find the mails by it."""
    return f"marketplace.entry:{entry.pk}"


def tell_reviewer(review: Review) -> None:
    """Ask a reviewer for a review, with the link to it and its due date."""
    mails.write(
        "marketplace_assigned",
        key=f"review-asked:{review.pk}",
        to=review.reviewer,
        template="emails/marketplace_assigned.txt",
        link=review.get_absolute_url(),
        about=about(review.revision.entry),
        review=review,
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
    for person in programme_staff():
        mails.write(
            "marketplace_no_reviewer",
            key=f"no-reviewer:{revision.pk}",
            to=person,
            template="emails/marketplace_no_reviewer.txt",
            link=reverse("admin:marketplace_revision_change", args=[revision.pk]),
            about=about(revision.entry),
            revision=revision,
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


def tell_overdue(reviews: Iterable[Review], day: date) -> None:
    """Tell staff, in one mail a day, which reviews are late."""
    late = list(reviews)
    if not late:
        return
    for person in programme_staff():
        mails.write(
            "marketplace_overdue",
            key=f"reviews-overdue:{day:%Y-%m-%d}",
            to=person,
            template="emails/marketplace_overdue.txt",
            link=reverse("admin:marketplace_review_changelist") + "?late=yes",
            reviews=late,
            day=day,
        )


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
    return list(User.objects.filter(is_staff=True, is_active=True))
