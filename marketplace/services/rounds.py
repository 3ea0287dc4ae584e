"""The rounds of a review: what the one a revision is in asks for, and which comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.models import AskedFor, Recommendation, Review, ReviewRound, ReviewState, Revision
from marketplace.services.processes import process_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN_REVIEW = [ReviewState.ASKED, ReviewState.STARTED]


def reviewers_in_round(revision: Revision) -> int:
    """Return how many reviewers the round asks that a revision is in."""
    return (revision.round or process_for(revision)).reviewers


def days_in_round(revision: Revision) -> int:
    """Return the working days that reviewers have in the round a revision is in."""
    return (revision.round or process_for(revision)).days_to_review


def next_round(revision: Revision) -> ReviewRound | None:
    """Return the round that follows the one a revision is in, or None in the last one."""
    return ReviewRound.objects.after(revision).first()


def number_of_rounds(revision: Revision) -> int:
    """Return how many rounds a revision goes through in all, the first one included."""
    return revision.round_number + ReviewRound.objects.after(revision).count()


def reviews_of_the_round(revision: Revision) -> QuerySet[Review]:
    """Return the reviews, not the opinions, that were asked for in the round it is in."""
    return revision.reviews.filter(
        asked_for=AskedFor.REVIEW, round_number=revision.round_number
    ).order_by()


def still_to_ask(revision: Revision) -> int:
    """Return how many more reviewers its round needs than are at it or have given theirs."""
    at_it = reviews_of_the_round(revision).filter(state__in=[*OPEN_REVIEW, ReviewState.GIVEN])
    return max(reviewers_in_round(revision) - at_it.count(), 0)


def is_round_in(revision: Revision) -> bool:
    """Say whether every review of its round is given, and there is one."""
    is_owed = reviews_of_the_round(revision).filter(state__in=OPEN_REVIEW).exists()
    return not is_owed and not still_to_ask(revision)


def last_given(revision: Revision) -> Review:
    """Return the review of its round that was given last; there must be one."""
    given = reviews_of_the_round(revision).filter(state=ReviewState.GIVEN)
    return given.select_related("revision__entry__city").order_by("given_at", "pk").last()  # type: ignore[return-value]


def agrees_to_go_on(revision: Revision) -> bool:
    """Say whether every review of its round is given, and each would approve."""
    given = reviews_of_the_round(revision).filter(state=ReviewState.GIVEN)
    would_not = given.exclude(recommendation=Recommendation.APPROVE)
    return is_round_in(revision) and not would_not.exists()


def asked_already(revision: Revision) -> QuerySet[Review]:
    """Return the reviews whose reviewers are not asked again in the round it is in.

    As `Review.bars_its_reviewer` says of one.
    """
    here = Q(round_number=revision.round_number)
    if revision.round is not None and not revision.round.asks_again:
        here |= Q(asked_for=AskedFor.REVIEW, state=ReviewState.GIVEN)
    return revision.reviews.filter(here).order_by()


def may_be_asked(revision: Revision) -> Q:
    """Match the people whom its round asks: those it names, or anybody."""
    if revision.round is None or not revision.round.only_named:
        return Q()
    return Q(pk__in=revision.round.people.order_by().values("pk"))


def name_of_round(number: int, further: ReviewRound | None) -> str:
    """Return what a round is called, for pages and mails."""
    if further is None:
        return _("Round {number}").format(number=number)
    return _("Round {number}: {name}").format(number=number, name=further.name)
