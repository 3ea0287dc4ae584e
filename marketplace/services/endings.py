"""How reviews end that were never given: by a decision, a withdrawal, the next round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace import notifications
from marketplace.models import AskedFor, ReviewState, Revision
from marketplace.permissions import has_conflict
from marketplace.services.rounds import OPEN_REVIEW

if TYPE_CHECKING:
    from cities.models import User


def close_reviews(revision: Revision, *, by: User | None) -> None:
    """End what reviewers still owe on a revision, and tell them; but for who ends it (`by`).

    Whoever decides by a review of theirs gives it besides: `workflow.decide`.
    """
    owed = revision.reviews.filter(state__in=OPEN_REVIEW)
    others = list(owed.exclude(reviewer=by).select_related("reviewer"))
    owed.update(state=ReviewState.ENDED)
    for review in others:
        review.revision = revision
        if not has_conflict(review.reviewer, revision):
            notifications.tell_review_is_over(review)


def end_round(revision: Revision) -> None:
    """End what is still owed in a round, as the next one begins, and tell who owed it.

    Second opinions stay: whoever reviews in the next round reads them.
    """
    owed = revision.reviews.filter(state__in=OPEN_REVIEW, asked_for=AskedFor.REVIEW)
    for review in owed.select_related("reviewer", "revision__entry__city"):
        review.state = ReviewState.ENDED
        review.version += 1
        review.save(update_fields=["state", "version"])
        notifications.tell_round_is_over(review)
