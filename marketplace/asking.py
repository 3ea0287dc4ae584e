"""Asking reviewers for many revisions at once, and somebody else where a review was not given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from marketplace import services
from marketplace.models import AskedFor, Review, ReviewState, Revision
from marketplace.workflow import Action, StepRefused, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cities.models import User


@dataclass(frozen=True)
class Asked:
    """What came of asking for one of many revisions: who was asked, or why nobody was."""

    revision: Revision
    reviewer: User | None
    refusal: str = ""


def assign_bulk(
    revisions: Iterable[Revision], *, actor: User | None, reviewer: User | None = None
) -> list[Asked]:
    """Ask reviewers for many revisions, each as a step of its own; return what came of each.

    All go to `reviewer`, or each to whoever suits it best by then, so that the work is shared out.
    What somebody reviews already is left as it is.
    """

    def ask(revision: Revision) -> User:
        if reviewer is None and not services.still_to_ask(revision):
            raise StepRefused(_("It is with its reviewers already."))
        chosen = reviewer or _whoever_suits(revision)
        perform(Action.ASSIGN, revision, actor=actor, reviewer=chosen)
        return chosen

    return [_asked(revision, ask) for revision in revisions]


def ask_instead(
    reviews: Iterable[Review],
    *,
    actor: User | None,
    reviewer: User | None = None,
    private_note: str = "",
) -> list[Asked]:
    """Ask somebody else for each of these reviews; return what came of each.

    What is still owed is taken from whoever was asked; what was given back is asked for again,
    unless somebody else is at it. All go to `reviewer`, or each to whoever suits it best by then.
    """
    done = []
    for review in reviews:

        def ask(revision: Revision, review: Review = review) -> User:
            action = _step_instead(review)
            chosen = reviewer or _whoever_suits(revision)
            perform(
                action,
                revision,
                actor=actor,
                reviewer=chosen,
                private_note=private_note,
                instead_of=review if action == Action.REASSIGN else None,
            )
            return chosen

        done.append(_asked(review.revision, ask))
    return done


def _step_instead(review: Review) -> Action:
    """Return the step by which somebody else is asked for a review."""
    if review.state in services.OPEN_REVIEW:
        return Action.REASSIGN
    is_over = review.round_number != review.revision.round_number
    if review.state != ReviewState.DECLINED or is_over:
        raise StepRefused(_("This review is closed; nobody needs to be asked instead."))
    if review.asked_for == AskedFor.OPINION:
        return Action.CONSULT
    if not services.still_to_ask(review.revision):
        raise StepRefused(_("It is with its reviewers already."))
    return Action.ASSIGN


def _whoever_suits(revision: Revision) -> User:
    chosen = services.choose_reviewer(revision)
    if chosen is None:
        words = _(
            "Nobody is free for it: each reviewer has a conflict of interest, was asked already, "
            "is away, or has as much to do as they take."
        )
        raise StepRefused(words)
    return chosen


def _asked(revision: Revision, ask: Callable[[Revision], User]) -> Asked:
    """Ask for one revision; a refusal is words that can be shown."""
    try:
        return Asked(revision, ask(revision))
    except services.Refused as why:
        refusal = str(why)
    except PermissionDenied:
        refusal = _("you may not take this step, being in a conflict of interest.")
    return Asked(revision, None, refusal)
