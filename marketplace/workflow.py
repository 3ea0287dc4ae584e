"""Taking the steps of a revision: `perform` takes one, `decide` gives a review and takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from marketplace import clock, guards, notifications, services
from marketplace.models import (
    UNDER_REVIEW,
    AskedFor,
    Assignment,
    Criterion,
    Entry,
    Review,
    ReviewEvent,
    ReviewState,
    Revision,
)
from marketplace.models import RevisionState as State
from marketplace.steps import BY_THE_PORTAL, DECISIONS, NEEDS_WORDS, NEXT, Action
from marketplace.turns import may, moved_on, open_actions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = [
    "BY_THE_PORTAL",
    "DECISIONS",
    "NEEDS_WORDS",
    "NEXT",
    "Action",
    "StepRefused",
    "decide",
    "hold",
    "may",
    "moved_on",
    "open_actions",
    "perform",
]
# Steps beside the review, which leave its clock alone.
BESIDE = {Action.CONSULT, Action.LIFT}
ASKING = {Action.ASSIGN, Action.CONSULT, Action.REASSIGN}
CHANGED = [
    *("state", "submitted_at", "decided_at", "published_at", "changed_at", "embargo_until"),
    *("process", "round", "round_number"),
    *("due_on", "stage_due_on", "days_before", "days_to_decision"),
]


class StepRefused(services.Refused):
    """This step cannot be taken now; the words can be shown to who asked."""


@transaction.atomic
def perform(
    action: Action,
    revision: Revision,
    *,
    actor: User | None,
    note: str = "",
    private_note: str = "",
    reviewer: User | None = None,
    instead_of: Review | None = None,
    embargo_until: datetime | None = None,
) -> ReviewEvent:
    """Take one step: the new state, its record and what follows from it, together or not at all.

    `actor` None is the portal itself. `note` is for the city, `private_note` for reviewers and
    staff; `reviewer` is whom ASSIGN, REASSIGN and CONSULT ask, `instead_of` the review REASSIGN
    ends; an APPROVE with `embargo_until` is published then. Returns the record; its `revision` is
    the row as it is now. Raises StepRefused when the revision has moved on or a guard says no,
    PermissionDenied when the step is not this person's.
    """
    revision = _locked(revision)
    before = State(revision.state)
    after = NEXT.get((before, action))
    if after is None:
        raise StepRefused(moved_on(revision, actor))
    if not may(actor, action, revision):
        raise PermissionDenied
    refusal = guards.refusal(action, revision, actor, note, reviewer, instead_of)
    if refusal:
        raise StepRefused(refusal)
    now = timezone.now()
    event = ReviewEvent(
        revision=revision,
        action=action,
        before=before,
        after=after,
        actor=actor,
        note=note.strip(),
        private_note=private_note.strip(),
        at=now,
    )
    _change(revision, action, after, now, embargo_until)
    event.round = revision.round if action == Action.NEXT_ROUND else None
    event.save()
    _follow_up(event, reviewer, instead_of)
    return event


@transaction.atomic
def decide(
    action: Action,
    review: Review,
    *,
    version: int,
    scores: Mapping[Criterion, int],
    to_city: str,
    private_note: str,
    embargo_until: datetime | None = None,
) -> ReviewEvent:
    """Give a review and decide by it, together or not at all; return the record of the step.

    Raises as `perform` and `services.write_review` do; then nothing was changed.
    """
    if action not in DECISIONS:
        raise StepRefused(_("That is not a decision."))
    revision = _locked(review.revision)
    if revision.state == State.IN_REVIEW and not _decides(review, revision):
        raise StepRefused(moved_on(revision, review.reviewer))
    revision._is_held = True  # type: ignore[attr-defined]
    event = perform(
        action,
        revision,
        actor=review.reviewer,
        note=to_city,
        private_note=private_note,
        embargo_until=embargo_until,
    )
    if action != Action.SEND_BACK:
        services.refuse_open_questions(review, scores)
    services.write_review(
        review, version=version, scores=scores, to_city=to_city, private_note=private_note
    )
    Review.objects.filter(pk=review.pk).update(
        state=ReviewState.GIVEN, given_at=event.at, recommendation=action
    )
    return event


def _decides(review: Review, revision: Revision) -> bool:
    """Say whether it still is this review by which its reviewer would decide."""
    owed = services.reviews_of_the_round(revision).filter(state__in=services.OPEN_REVIEW)
    return owed.filter(pk=review.pk).exists()


def hold(pk: int) -> Revision | None:
    """Lock an entry and its revision for a step in this transaction; None where it is gone.

    The first step with what is returned reads neither again.
    """
    # Its city is asked for later: a row that is joined may be another one once the lock is there.
    entries = Entry.objects.select_for_update(of=("self",))
    entry = entries.filter(revisions=pk).order_by().first()
    if entry is None:
        return None
    revisions = Revision.objects.select_for_update(of=("self",)).select_related("process", "round")
    revision = revisions.filter(pk=pk).order_by().first()
    if revision is not None:
        revision.entry = entry
        revision._is_held = True  # type: ignore[attr-defined]
    return revision


def _locked(revision: Revision) -> Revision:
    """Lock the entry, then read the revision again: steps of one entry follow one another."""
    if revision.__dict__.pop("_is_held", False):
        return revision
    entry = Entry.objects.select_for_update().get(pk=revision.entry_id)
    fresh = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    fresh.entry = entry
    services.keep_known(revision, fresh)
    return fresh


def _change(
    revision: Revision,
    action: Action,
    after: State,
    now: datetime,
    embargo_until: datetime | None,
) -> None:
    """Bring a revision to a state: its dates, its clock, its embargo."""
    revision.state = after
    if after == State.SUBMITTED:
        revision.submitted_at = now
        clock.start(revision, now)
    elif action in DECISIONS:
        revision.decided_at = now
    elif after == State.PUBLISHED:
        revision.published_at = now
        _supersede_earlier(revision)
    if action == Action.APPROVE:
        general = services.process_for(revision).embargo_until
        latest = max((each for each in (embargo_until, general) if each), default=None)
        revision.embargo_until = latest if latest and latest > now else None
    elif action == Action.LIFT:
        revision.embargo_until = None
    elif action == Action.NEXT_ROUND:
        revision.round = services.next_round(revision)
        revision.round_number += 1
    if action not in BESIDE:
        clock.move(revision, after, now)
    revision.save(update_fields=CHANGED)


def _follow_up(event: ReviewEvent, reviewer: User | None, instead_of: Review | None) -> None:
    """Write what follows from a step, in its transaction."""
    revision, action = event.revision, event.action
    if action == Action.SUBMIT:
        _hand_over("check", event)
    elif action == Action.PASS_CHECKS:
        _look_for_reviewers(event)
    elif action == Action.NEXT_ROUND:
        services.end_round(revision)
        _look_for_reviewers(event)
    elif reviewer is not None and action in ASKING:
        _ask(event, reviewer, instead_of)
    elif action in DECISIONS:
        services.close_reviews(revision, by=event.actor)
        notifications.tell_city(event)
    elif action == Action.PUBLISH:
        services.make_live(revision)
    elif action == Action.WITHDRAW:
        services.close_reviews(revision, by=event.actor)
        if event.before == State.PUBLISHED:
            _withdraw_entry(event)
    if action in {Action.APPROVE, Action.LIFT}:
        _hand_over("publish", event, due_at=revision.embargo_until)


def _ask(event: ReviewEvent, reviewer: User, instead_of: Review | None) -> None:
    """Ask somebody for a review, for an opinion, or for a review that somebody else owed."""
    if event.action == Action.ASSIGN:
        services.assign(event.revision, reviewer)
    elif event.action == Action.CONSULT:
        services.assign(event.revision, reviewer, AskedFor.OPINION, event.private_note)
    elif event.action == Action.REASSIGN and instead_of is not None:
        services.replace(instead_of, reviewer)


def _look_for_reviewers(event: ReviewEvent) -> None:
    """Look for a reviewer, or tell staff that it is for them to go on."""
    process = services.process_for(event.revision)
    if process.has_review and process.assignment == Assignment.AUTOMATIC:
        _hand_over("assign", event)
    else:
        notifications.tell_waits_for_staff(event.revision)


def _supersede_earlier(revision: Revision) -> None:
    """Replace what is published of the entry, before this one is: there is one at a time."""
    for each in revision.entry.revisions.filter(state=State.PUBLISHED):
        perform(Action.SUPERSEDE, each, actor=None)


def _withdraw_entry(event: ReviewEvent) -> None:
    """Take an entry from the public, and with it what is under review, or it would come back."""
    entry = event.revision.entry
    services.take_from_public(entry, event.note)
    for each in entry.revisions.filter(state__in=UNDER_REVIEW):
        perform(Action.WITHDRAW, each, actor=event.actor, note=event.note)


def _hand_over(work: str, event: ReviewEvent, due_at: datetime | None = None) -> None:
    effects.hand_over(
        f"marketplace.{work}",
        key=f"{work}:{event.revision_id}:{event.pk}",
        due_at=due_at,
        revision=event.revision_id,
    )
