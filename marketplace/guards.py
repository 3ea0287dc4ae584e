"""What must hold before a step is taken; a refusal is words that can be shown."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import Actor, User
from cities.permissions import is_programme_staff
from marketplace import checks, services
from marketplace.models import DecidedBy, Review, ReviewState, Revision
from marketplace.models import RevisionState as State
from marketplace.steps import AT, Action, Guard


def refusal(
    action: Action,
    revision: Revision,
    actor: User | None,
    note: str,
    reviewer: User | None,
    instead_of: Review | None,
) -> str:
    """Return why a step cannot be taken, or nothing when it can."""
    guards = AT[State(revision.state), action].guards
    if Guard.COMPLETE in guards and (empty := checks.missing(revision)):
        return _("Fill in before submitting: {fields}.").format(
            fields=", ".join(checks.labels(empty))
        )
    if Guard.PICTURES in guards and (silent := checks.pictures_without_words(revision)):
        return _("Say what these pictures show before submitting: {names}.").format(
            names=", ".join(silent)
        )
    if Guard.WORDS in guards and not note.strip():
        return _("Say why, in words for the city.")
    if Guard.CHOSEN in guards and reviewer is None:
        return _("Choose who shall review.")
    if Guard.OPEN_REVIEW in guards and not _is_owed(instead_of, revision):
        return _("This review is closed; nobody needs to be asked instead.")
    if Guard.DUE in guards and _is_held_back(revision):
        return _("It is held back by an embargo until then.")
    if Guard.FOLLOWED in guards and not _is_being_followed(revision):
        return _("No later revision is being published in its place.")
    if Guard.LIVE in guards and revision.entry.live_revision_id != revision.pk:
        return _("This revision is not the one the public sees.")
    if Guard.LIVE in guards and _is_being_followed(revision):
        return _("A later revision is just being published; try in a moment.")
    return hindrance(action, revision, actor)


def hindrance(action: Action, revision: Revision, actor: Actor | None) -> str:
    """Return why the way a revision goes does not allow a step, or nothing when it does."""
    guards = AT[State(revision.state), action].guards
    if Guard.EMBARGOED in guards and not _is_held_back(revision):
        return _("It is just being published; try in a moment.")
    process = services.process_for(revision)
    if Guard.NO_REVIEW_STAGE in guards and process.has_review:
        return _("It is decided after a review; ask a reviewer first.")
    if Guard.FURTHER_ROUND in guards and services.next_round(revision) is None:
        return _("This is the last round of its review.")
    if Guard.ROUND_AGREES in guards and actor is None and not services.agrees_to_go_on(revision):
        return _("A review of this round is missing, or would not approve.")
    if Guard.REVIEWERS_DECIDE in guards and actor is not None and not is_programme_staff(actor):
        if process.decided_by == DecidedBy.STAFF:
            return _("Staff decide here: give your review, and say what you would decide.")
        if services.next_round(revision) is not None:
            return _("Another round of review follows: give yours without a decision.")
        missing = services.reviewers_in_round(revision) - 1 - _given_by_others(revision, actor)
        if missing > 0:
            return ngettext(
                "{number} other review is still missing: give yours without a decision.",
                "{number} other reviews are still missing: give yours without a decision.",
                missing,
            ).format(number=missing)
    return ""


def _is_held_back(revision: Revision) -> bool:
    return revision.embargo_until is not None and revision.embargo_until > timezone.now()


def _is_being_followed(revision: Revision) -> bool:
    approved = revision.entry.revisions.filter(state=State.APPROVED)
    return any(not _is_held_back(each) for each in approved)


def _is_owed(review: Review | None, revision: Revision) -> bool:
    return (
        review is not None
        and revision.reviews.filter(pk=review.pk, state__in=services.OPEN_REVIEW).exists()
    )


def _given_by_others(revision: Revision, actor: Actor) -> int:
    given = services.reviews_of_the_round(revision).filter(state=ReviewState.GIVEN)
    return given.exclude(reviewer=actor.pk).count()
