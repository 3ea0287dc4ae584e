"""Writes to reviews: who is asked, what they say, how a review ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from cities.working_days import Calendars
from marketplace import notifications
from marketplace.models import (
    ConflictOfInterest,
    Criterion,
    Review,
    ReviewState,
    Revision,
    RevisionState,
    Score,
)
from marketplace.models.conflicts import people_in_conflict
from marketplace.permissions import has_conflict, is_reviewer, reviewers
from marketplace.services.processes import process_for
from marketplace.services.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_REVIEW = [ReviewState.ASKED, ReviewState.STARTED]


# ── who reviews ──────────────────────────────────────────────────────────────────────────────────
def choose_reviewer(revision: Revision) -> User | None:
    """Return who shall review: whoever reviewed the entry before, else who has least to do.

    Nobody who was asked for this revision already, wrote it, or has a conflict of interest.
    """
    entry = revision.entry
    author = [revision.author_id] if revision.author_id else []
    return (
        reviewers()
        .exclude(pk__in=revision.reviews.order_by().values("reviewer"))
        .exclude(pk__in=people_in_conflict(entry.city).order_by().values("pk"))
        .exclude(pk__in=author)
        .annotate(
            reviewed_before=Count(
                "reviews",
                filter=Q(reviews__revision__entry=entry, reviews__state=ReviewState.GIVEN),
                distinct=True,
            ),
            load=Count(
                "reviews",
                filter=Q(
                    reviews__state__in=OPEN_REVIEW,
                    reviews__revision__state=RevisionState.IN_REVIEW,
                ),
                distinct=True,
            ),
        )
        .order_by("-reviewed_before", "load", "pk")
        .first()
    )


@transaction.atomic
def assign(revision: Revision, reviewer: User) -> Review:
    """Ask somebody to review a revision, and mail them; return the review they owe.

    Raises Refused for people who are no reviewers, have a conflict, or were asked already.
    """
    if not is_reviewer(reviewer):
        raise Refused(_("{person} is not a reviewer.").format(person=reviewer))
    if reviewer.pk == revision.author_id:
        raise Refused(_("{person} wrote this revision.").format(person=reviewer))
    refuse_conflict(reviewer, revision)
    if revision.reviews.filter(reviewer=reviewer).exists():
        raise Refused(_("{person} was asked already.").format(person=reviewer))
    process = process_for(revision)
    calendar = Calendars().of(process.edition_id)
    due_on = calendar.add(calendar.day(timezone.now()), process.days_to_review)
    review = Review.objects.create(revision=revision, reviewer=reviewer, due_on=due_on)
    notifications.tell_reviewer(review)
    return review


def refuse_conflict(user: User, revision: Revision) -> None:
    """Raise Refused if this person may not judge what the revision's city submits."""
    if has_conflict(user, revision.entry.city):
        raise Refused(
            _("{person} has a conflict of interest with {city}.").format(
                person=user, city=revision.entry.city
            )
        )


# ── a review ─────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def write_review(
    review: Review,
    *,
    version: int,
    scores: Mapping[Criterion, int],
    to_city: str,
    private_note: str,
) -> Review:
    """Keep what a reviewer wrote, in the place of version `version`; return the review as it is.

    Raises Refused for conflicts of interest, for a score off its question's scale, and when
    another window saved in between.
    """
    refuse_conflict(review.reviewer, review.revision)
    for criterion, value in scores.items():
        if not criterion.takes(value):
            raise Refused(
                _("“{name}” is scored from 1 to {highest}.").format(
                    name=criterion.name, highest=criterion.highest
                )
            )
    saved = Review.objects.filter(pk=review.pk, version=version).update(
        to_city=to_city, private_note=private_note, version=F("version") + 1
    )
    if not saved:
        raise Refused(
            _(
                "This review was saved from another window in the meantime. What you wrote is "
                "still here: save again to keep it in place of the other."
            )
        )
    Review.objects.filter(pk=review.pk, state=ReviewState.ASKED).update(state=ReviewState.STARTED)
    review.scores.exclude(criterion__in=scores).delete()
    for criterion, value in scores.items():
        Score.objects.update_or_create(
            review=review, criterion=criterion, defaults={"value": value}
        )
    review.refresh_from_db()
    return review


@transaction.atomic
def save_review_draft(review: Review, **written: object) -> Review:
    """Keep an unfinished review; raises Refused when it is no longer owed, or as `write_review`."""
    if not Review.objects.open().filter(pk=review.pk).exists():
        raise Refused(_("This review is closed; nothing was changed."))
    return write_review(review, **written)  # type: ignore[arg-type]


@transaction.atomic
def decline(review: Review, *, reason: str, conflict: bool = False) -> None:
    """Give a review back with a reason; another reviewer is looked for. Raises Refused when given.

    `conflict` also declares a conflict of interest with the city, for good.
    """
    declined = Review.objects.filter(pk=review.pk, state__in=OPEN_REVIEW).update(
        state=ReviewState.DECLINED, decline_reason=reason[:300], version=F("version") + 1
    )
    if not declined:
        raise Refused(_("This review is closed; it cannot be given back."))
    city = review.revision.entry.city
    if conflict and city is not None:
        ConflictOfInterest.objects.get_or_create(
            user=review.reviewer, city=city, defaults={"reason": reason[:300]}
        )
    effects.hand_over(
        "marketplace.assign",
        key=f"assign:{review.revision_id}:declined:{review.pk}",
        revision=review.revision_id,
    )


def close_reviews(revision: Revision, *, given_by: User | None) -> None:
    """End what reviewers still owe on a revision; the one who decided has given theirs."""
    owed = revision.reviews.filter(state__in=OPEN_REVIEW)
    if given_by is not None:
        owed.filter(reviewer=given_by).update(state=ReviewState.GIVEN, given_at=timezone.now())
    owed.update(state=ReviewState.ENDED)
