"""Who is told what about a review: reviewers, and the programme's staff."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from cities import mails
from marketplace.models import (
    AskedFor,
    ChangeWish,
    Review,
    ReviewRound,
    Revision,
    RevisionState,
)
from marketplace.notifications.people import about, staff, staff_without_conflict
from marketplace.permissions import has_conflict


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


def tell_replaced(review: Review) -> None:
    """Tell a reviewer that somebody else was asked instead."""
    _tell_not_needed(review, "replaced")


def tell_review_is_over(review: Review) -> None:
    """Tell a reviewer that it was decided without their review, or its city took it back."""
    is_taken_back = review.revision.state == RevisionState.WITHDRAWN
    _tell_not_needed(review, "over", is_taken_back=is_taken_back, is_decided=not is_taken_back)


def tell_round_is_over(review: Review) -> None:
    """Tell a reviewer that the next round began without their review."""
    _tell_not_needed(review, "round-over", is_round_over=True)


def _tell_not_needed(review: Review, why: str, **words: Any) -> None:
    mails.write(
        "marketplace_reassigned",
        key=f"review-{why}:{review.pk}",
        to=review.reviewer,
        template="emails/marketplace_reassigned.txt",
        link=reverse("marketplace:review-desk"),
        about=about(review.revision.entry),
        review=review,
        revision=review.revision,
        **words,
    )


def tell_given_back(review: Review) -> None:
    """Tell staff, where they ask by hand, that a reviewer gave a review back, and why."""
    key = f"review-given-back:{review.pk}"
    _tell_staff(review.revision, "waiting", key=key, given_back=review)


def tell_opinion_is_declined(review: Review) -> None:
    """Tell whoever asked for a second opinion that it was given back; not who is in conflict."""
    revision = review.revision
    asking = revision.events.filter(action="consult", at__lte=review.asked_at)
    last = asking.select_related("actor").order_by("at", "pk").last()
    asker = last.actor if last else None
    if asker is None or not asker.is_active or has_conflict(asker, revision):
        return
    own = Review.objects.open().filter(revision=revision, reviewer=asker).first()
    desk = reverse("marketplace:review-desk")
    mails.write(
        "marketplace_opinion",
        key=f"opinion-declined:{review.pk}",
        to=asker,
        template="emails/marketplace_opinion.txt",
        link=own.get_absolute_url() if own else desk,
        about=about(revision.entry),
        revision=revision,
        declined=review,
    )


def tell_of_opinion(review: Review) -> None:
    """Tell those who still owe a review that a second opinion is there."""
    owed = Review.objects.open().filter(revision=review.revision, asked_for=AskedFor.REVIEW)
    for other in owed.select_related("reviewer"):
        if has_conflict(other.reviewer, review.revision):
            continue
        mails.write(
            "marketplace_opinion",
            key=f"opinion-given:{review.pk}",
            to=other.reviewer,
            template="emails/marketplace_opinion.txt",
            link=other.get_absolute_url(),
            about=about(review.revision.entry),
            revision=review.revision,
        )


def tell_of_wish(wish: ChangeWish) -> None:
    """Tell those who owe a review what its city wants to change; staff, where nobody does."""
    revision = wish.revision
    told: dict[str, Any] = {
        "key": f"wish:{wish.pk}",
        "template": "emails/marketplace_wish.txt",
        "about": about(revision.entry),
        "revision": revision,
        "wish": wish,
    }
    owed = [
        review
        for review in Review.objects.open().filter(revision=revision).select_related("reviewer")
        if not has_conflict(review.reviewer, revision)
    ]
    for review in owed:
        link = review.get_absolute_url()
        mails.write("marketplace_wish", to=review.reviewer, link=link, **told)
    for person in [] if owed else staff_without_conflict(revision):
        link = reverse("admin:marketplace_revision_change", args=[revision.pk])
        mails.write("marketplace_wish", to=person, link=link, **told)


def tell_nobody_is_free(revision: Revision) -> None:
    """Tell staff, once for a round of a revision, that no reviewer without a conflict was found."""
    _tell_staff(revision, "no_reviewer", key=f"no-reviewer:{_round(revision)}")


def tell_waits_for_staff(revision: Revision) -> None:
    """Tell staff, once for a round of a revision, that they go on by hand."""
    _tell_staff(revision, "waiting", key=f"waits-for-staff:{_round(revision)}")


def tell_reviews_are_in(last: Review, further: ReviewRound | None) -> None:
    """Tell staff, once for each review that completes a round, that it is for them to go on.

    `further` is the round that would follow. The link leads to where they decide.
    """
    _tell_staff(
        last.revision,
        "waiting",
        key=f"reviews-in:{last.revision_id}:{last.pk}",
        link=last.get_absolute_url(),
        reviews_in=True,
        further=further,
    )


def _round(revision: Revision) -> str:
    """Return what tells a round of a revision from others, in keys of mails."""
    first = f"{revision.pk}"
    return first if revision.round_number == 1 else f"{first}:round:{revision.round_number}"


def escalate(revision: Revision, late_days: int) -> None:
    """Tell staff, once for each stage of a revision, that it is late by so many working days."""
    key = f"escalated:{revision.pk}:{revision.state}:{revision.stage_due_on:%Y%m%d}"
    _tell_staff(revision, "escalated", key=key, late_days=late_days)


def _tell_staff(revision: Revision, kind: str, *, key: str, link: str = "", **context: Any) -> None:
    """Write a mail on a revision to the staff who have no conflict of interest over it."""
    for person in staff_without_conflict(revision):
        mails.write(
            f"marketplace_{kind}",
            key=key,
            to=person,
            template=f"emails/marketplace_{kind}.txt",
            link=link or reverse("admin:marketplace_revision_change", args=[revision.pk]),
            about=about(revision.entry),
            revision=revision,
            **context,
        )


def tell_overdue(day: date) -> None:
    """Tell staff, in one mail a day, which reviews are late; each of what they may know of."""
    for person in staff():
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
