"""Writes to reviews: who is asked, what they say, how a review ends."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from marketplace import notifications
from marketplace.models import (
    AskedFor,
    Assignment,
    ConflictOfInterest,
    Criterion,
    Entry,
    Recommendation,
    Review,
    ReviewState,
    Revision,
    Score,
)
from marketplace.models.conflicts import in_conflict
from marketplace.permissions import has_conflict, is_reviewer
from marketplace.services.processes import calendars_for, process_for, rubric_of
from marketplace.services.refusals import Refused
from marketplace.services.rounds import (
    OPEN_REVIEW,
    agrees_to_go_on,
    asked_already,
    days_in_round,
    is_round_in,
    last_given,
    may_be_asked,
    next_round,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


# ── who reviews ──────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def assign(
    revision: Revision, reviewer: User, asked_for: AskedFor = AskedFor.REVIEW, note: str = ""
) -> Review:
    """Ask somebody to review a revision, and mail them; return the review they owe.

    `note` is what they are asked to look at. Raises Refused for people who are no reviewers, have
    a conflict, or were asked already.
    """
    # Whoever `choose_reviewer` has just chosen, with the entry held, suits; others may not.
    if getattr(reviewer, "_suits_revision", None) != revision.pk:
        _refuse_unsuited(reviewer, revision, asked_for)
    calendar = calendars_for(revision).of(process_for(revision).edition_id)
    due_on = calendar.add(calendar.day(timezone.now()), days_in_round(revision))
    review = Review.objects.create(
        revision=revision,
        reviewer=reviewer,
        asked_for=asked_for,
        due_on=due_on,
        round_number=revision.round_number,
        round=revision.round,
    )
    notifications.tell_reviewer(review, note)
    return review


def _refuse_unsuited(reviewer: User, revision: Revision, asked_for: AskedFor) -> None:
    if not is_reviewer(reviewer):
        raise Refused(_("{person} is not a reviewer.").format(person=reviewer))
    if reviewer.pk == revision.author_id:
        raise Refused(_("{person} wrote this revision.").format(person=reviewer))
    refuse_conflict(reviewer, revision)
    if asked_already(revision).filter(reviewer=reviewer).exists():
        raise Refused(_("{person} was asked already.").format(person=reviewer))
    # A second opinion may come from anybody.
    is_limited = asked_for == AskedFor.REVIEW and revision.round is not None
    if is_limited and not User.objects.filter(may_be_asked(revision), pk=reviewer.pk).exists():
        raise Refused(
            _(
                "{person} is none of those who are asked in “{round}”. Programme staff add people "
                "to it, on the page of its process."
            ).format(person=reviewer, round=revision.round)
        )


@transaction.atomic
def replace(review: Review, reviewer: User) -> Review:
    """End a review that is still owed, and ask somebody else; return the review they owe.

    Raises Refused when it is owed no more, or as `assign` does.
    """
    ended = Review.objects.filter(pk=review.pk, state__in=OPEN_REVIEW).update(
        state=ReviewState.ENDED, version=F("version") + 1
    )
    if not ended:
        raise Refused(_("This review is closed; nobody needs to be asked instead."))
    asked = assign(review.revision, reviewer, AskedFor(review.asked_for))
    notifications.tell_replaced(review)
    return asked


def refuse_conflict(user: User, revision: Revision) -> None:
    """Raise Refused if this person may not judge what the revision's city submits."""
    if has_conflict(user, revision):
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
def give_review(review: Review, *, recommendation: str, **written: object) -> Review:
    """Give a review without deciding, with what its reviewer would decide; return it.

    Where it was the last one waited for, the next round begins if there is one and all would
    approve, and otherwise staff are told that they can decide; who asked for a second opinion is
    told that it is there. Raises Refused when a question has no score, when the review is no longer
    owed, or as `write_review`.
    """
    # Two that are given at once would each find the other one missing.
    Entry.objects.select_for_update(of=("self",)).get(revisions=review.revision_id)
    review = save_review_draft(review, **written)
    if recommendation not in Recommendation.values:
        raise Refused(_("Say what you would decide."))
    refuse_open_questions(review, {score.criterion for score in review.scores.all()})
    now = timezone.now()
    Review.objects.filter(pk=review.pk).update(
        state=ReviewState.GIVEN, given_at=now, recommendation=recommendation
    )
    review.refresh_from_db()
    if review.asked_for == AskedFor.OPINION:
        notifications.tell_of_opinion(review)
    else:
        go_on_from_the_round(review.revision)
    return review


def go_on_from_the_round(revision: Revision) -> None:
    """Once all of a round is in, let the next one begin where it agrees; else tell staff.

    May be called again whenever something may have changed: each given review counts once.
    """
    if not is_round_in(revision):
        return
    last = last_given(revision)
    if next_round(revision) is None or not agrees_to_go_on(revision):
        wait_for_the_decision(revision, last)
        return
    effects.hand_over(
        "marketplace.begin_round",
        key=f"begin-round:{revision.pk}:{revision.round_number + 1}:{last.pk}",
        revision=revision.pk,
        number=revision.round_number + 1,
    )


def wait_for_the_decision(revision: Revision, last: Review) -> None:
    """Tell staff that they can decide; the days they have for it begin as that was given."""
    process = process_for(revision)
    calendar = calendars_for(revision).of(process.edition_id)
    given_on = calendar.day(last.given_at or timezone.now())
    due_on = calendar.add(given_on, process.days_to_decide)
    Revision.objects.filter(pk=revision.pk).update(stage_due_on=due_on)
    notifications.tell_reviews_are_in(last, next_round(revision))


def refuse_open_questions(review: Review, scored: Collection[Criterion]) -> None:
    """Raise Refused if the rubric has questions without a score."""
    rubric = rubric_of(review)
    criteria = rubric.criteria.all() if rubric else []
    if open_questions := [each.name for each in criteria if each not in scored]:
        raise Refused(
            _("Score every question before you decide: {names}.").format(
                names=", ".join(open_questions)
            )
        )


@transaction.atomic
def decline(review: Review, *, reason: str, conflict: bool = False) -> None:
    """Give a review back with a reason; another reviewer is looked for. Raises Refused when given.

    Where staff ask by hand, they are told; of a second opinion, whoever asked for it. `conflict`
    also declares a conflict of interest with the city, for good.
    """
    declined = Review.objects.filter(pk=review.pk, state__in=OPEN_REVIEW).update(
        state=ReviewState.DECLINED, decline_reason=reason[:300], version=F("version") + 1
    )
    if not declined:
        raise Refused(_("This review is closed; it cannot be given back."))
    review.decline_reason = reason[:300]
    city = review.revision.entry.city
    if conflict and city is not None:
        ConflictOfInterest.objects.get_or_create(
            user=review.reviewer, city=city, defaults={"reason": reason[:300]}
        )
    if review.asked_for == AskedFor.OPINION:
        notifications.tell_opinion_is_declined(review)
    elif process_for(review.revision).assignment == Assignment.BY_HAND:
        notifications.tell_given_back(review)
    effects.hand_over(
        "marketplace.assign",
        key=f"assign:{review.revision_id}:declined:{review.pk}",
        revision=review.revision_id,
    )


def give_back_in_conflict() -> int:
    """Give back what people owe who came into a conflict of interest since; return how many.

    They are told nothing more of it, and somebody else is looked for as when they had said so.
    """
    given_back = 0
    owing = User.objects.filter(reviews__in=Review.objects.open().order_by()).distinct()
    for person in owing:
        owed = Review.objects.open().filter(in_conflict(person, "revision__"), reviewer=person)
        for review in owed.select_related("reviewer", "revision__entry__city"):
            with transaction.atomic(), suppress(Refused):
                decline(review, reason=_("Has a conflict of interest by now."))
                given_back += 1
    return given_back
