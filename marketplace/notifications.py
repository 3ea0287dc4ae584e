"""Who is told what about a review, by mail. Each is written with the change that causes it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from cities import mails
from cities.models import CityMembership, User
from marketplace.models import Review, ReviewEvent, Revision

if TYPE_CHECKING:
    from collections.abc import Iterable


def tell_reviewer(review: Review) -> None:
    """Ask a reviewer for a review, with the link to it and its due date."""
    mails.write(
        "marketplace_assigned",
        key=f"review-asked:{review.pk}",
        to=review.reviewer,
        template="emails/marketplace_assigned.txt",
        link=review.get_absolute_url(),
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
            revision=revision,
            event=event,
        )


def tell_nobody_is_free(revision: Revision) -> None:
    """Tell staff, once for a revision, that no reviewer without a conflict was found."""
    for person in _staff():
        mails.write(
            "marketplace_no_reviewer",
            key=f"no-reviewer:{revision.pk}",
            to=person,
            template="emails/marketplace_no_reviewer.txt",
            link=reverse("admin:marketplace_revision_change", args=[revision.pk]),
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
        review=review,
        revision=review.revision,
    )


def tell_overdue(reviews: Iterable[Review], day: date) -> None:
    """Tell staff, in one mail a day, which reviews are late."""
    late = list(reviews)
    if not late:
        return
    for person in _staff():
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


def _staff() -> list[User]:
    return list(User.objects.filter(is_staff=True, is_active=True))
