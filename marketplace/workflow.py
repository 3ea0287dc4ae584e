"""The steps of a revision: the table, what is open to whom, and `perform`, which takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities import effects
from cities.models import Actor, User
from cities.permissions import is_programme_staff
from marketplace import checks, notifications, permissions, services
from marketplace.models import (
    UNDER_REVIEW,
    Criterion,
    Entry,
    Review,
    ReviewEvent,
    Revision,
)
from marketplace.models import RevisionState as State

if TYPE_CHECKING:
    from collections.abc import Mapping


class Action(models.TextChoices):
    """The steps there are, in words for a button."""

    SUBMIT = "submit", gettext_lazy("Submit for review")
    PASS_CHECKS = "pass_checks", gettext_lazy("Note that the checks are done")
    ASSIGN = "assign", gettext_lazy("Ask a reviewer")
    SEND_BACK = "send_back", gettext_lazy("Ask for changes")
    APPROVE = "approve", gettext_lazy("Approve")
    REJECT = "reject", gettext_lazy("Reject")
    PUBLISH = "publish", gettext_lazy("Publish")
    SUPERSEDE = "supersede", gettext_lazy("Replace by a later revision")
    WITHDRAW = "withdraw", gettext_lazy("Withdraw")


# One line for each arrow of the diagram. A pair that is not here cannot happen.
NEXT = {
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Action.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Action.PASS_CHECKS): State.CHECKED,
    (State.SUBMITTED, Action.SEND_BACK): State.CHANGES_REQUESTED,
    (State.SUBMITTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.CHECKED, Action.ASSIGN): State.IN_REVIEW,
    (State.CHECKED, Action.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Action.ASSIGN): State.IN_REVIEW,
    (State.IN_REVIEW, Action.SEND_BACK): State.CHANGES_REQUESTED,
    (State.IN_REVIEW, Action.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Action.REJECT): State.REJECTED,
    (State.IN_REVIEW, Action.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Action.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Action.SUPERSEDE): State.SUPERSEDED,
    (State.PUBLISHED, Action.WITHDRAW): State.WITHDRAWN,
}
# What the portal does by itself. The first three of these nobody else can do.
BY_THE_PORTAL = {
    (State.SUBMITTED, Action.PASS_CHECKS),
    (State.SUBMITTED, Action.SEND_BACK),
    (State.APPROVED, Action.PUBLISH),
    (State.PUBLISHED, Action.SUPERSEDE),
    (State.CHECKED, Action.ASSIGN),
    (State.IN_REVIEW, Action.ASSIGN),
}
DECISIONS = {Action.SEND_BACK, Action.APPROVE, Action.REJECT}
# The city must learn why.
NEEDS_WORDS = {
    (State.IN_REVIEW, Action.SEND_BACK),
    (State.SUBMITTED, Action.SEND_BACK),
    (State.IN_REVIEW, Action.REJECT),
    (State.PUBLISHED, Action.WITHDRAW),
}


class StepRefused(services.Refused):
    """This step cannot be taken now; the words can be shown to who asked."""


def open_actions(revision: Revision, user: Actor) -> list[Action]:
    """Return the steps this person could take next, for buttons; guards may still refuse one."""
    state = State(revision.state)
    return [
        action
        for action in Action
        if (state, action) in NEXT and user.is_authenticated and may(user, action, revision)
    ]


def may(actor: User | None, action: Action, revision: Revision) -> bool:
    """Say whether somebody (None: the portal) has the right to this step, whatever the guards."""
    step = (State(revision.state), action)
    if actor is None:
        return step in BY_THE_PORTAL
    if step in BY_THE_PORTAL and action != Action.ASSIGN:
        return False
    if action == Action.SUBMIT:
        return permissions.may_submit_entry(actor, revision.entry)
    if action == Action.WITHDRAW:
        return permissions.may_withdraw(actor, revision)
    if action == Action.ASSIGN:
        return permissions.may_assign(actor, revision)
    return action in DECISIONS and permissions.may_decide(actor, revision)


@transaction.atomic
def perform(
    action: Action,
    revision: Revision,
    *,
    actor: User | None,
    note: str = "",
    private_note: str = "",
    reviewer: User | None = None,
) -> ReviewEvent:
    """Take one step: the new state, its record and what follows from it, together or not at all.

    `actor` None is the portal itself. `note` is for the city, `private_note` for reviewers and
    staff; `reviewer` is whom ASSIGN asks. Returns the record; its `revision` is the row as it is
    now. Raises StepRefused when the revision has moved on or a guard says no, PermissionDenied
    when the step is not this person's.
    """
    revision = _locked(revision)
    before = State(revision.state)
    after = NEXT.get((before, action))
    if after is None:
        raise StepRefused(moved_on(revision, actor))
    if not may(actor, action, revision):
        raise PermissionDenied
    _guard(action, revision, note, reviewer)
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
    revision.state = after
    if after == State.SUBMITTED:
        revision.submitted_at = now
    elif action in DECISIONS:
        revision.decided_at = now
    elif after == State.PUBLISHED:
        revision.published_at = now
        _supersede_earlier(revision)
    revision.save(
        update_fields=["state", "submitted_at", "decided_at", "published_at", "changed_at"]
    )
    event.save()
    _follow_up(event, reviewer)
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
) -> ReviewEvent:
    """Give a review and decide by it, together or not at all; return the record of the step.

    Raises as `perform` and `services.write_review` do; then nothing was changed.
    """
    if action not in DECISIONS:
        raise StepRefused(_("That is not a decision."))
    event = perform(
        action, review.revision, actor=review.reviewer, note=to_city, private_note=private_note
    )
    rubric = services.rubric_for(review.revision)
    if action != Action.SEND_BACK and rubric is not None:
        open_questions = [each.name for each in rubric.criteria.all() if each not in scores]
        if open_questions:
            raise StepRefused(
                _("Score every question before you decide: {names}.").format(
                    names=", ".join(open_questions)
                )
            )
    services.write_review(
        review, version=version, scores=scores, to_city=to_city, private_note=private_note
    )
    return event


def _locked(revision: Revision) -> Revision:
    """Lock the entry, then read the revision again: steps of one entry follow one another."""
    entry = Entry.objects.select_for_update().get(pk=revision.entry_id)
    fresh = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    fresh.entry = entry
    return fresh


def _guard(action: Action, revision: Revision, note: str, reviewer: User | None) -> None:
    state = State(revision.state)
    if action == Action.SUBMIT and (empty := checks.missing(revision)):
        raise StepRefused(
            _("Fill in before submitting: {fields}.").format(fields=", ".join(checks.labels(empty)))
        )
    if action == Action.SUBMIT and (silent := checks.pictures_without_words(revision)):
        raise StepRefused(
            _("Say what these pictures show before submitting: {names}.").format(
                names=", ".join(silent)
            )
        )
    if (state, action) in NEEDS_WORDS and not note.strip():
        raise StepRefused(_("Say why, in words for the city."))
    if action == Action.ASSIGN and reviewer is None:
        raise StepRefused(_("Choose who shall review."))
    if (state, action) == (State.PUBLISHED, Action.WITHDRAW):
        if revision.entry.live_revision_id != revision.pk:
            raise StepRefused(_("This revision is not the one the public sees."))
        if revision.entry.revisions.filter(state=State.APPROVED).exists():
            raise StepRefused(_("A later revision is just being published; try in a moment."))


def _follow_up(event: ReviewEvent, reviewer: User | None) -> None:
    """Write what follows from a step, in its transaction."""
    revision, action = event.revision, event.action
    if action == Action.SUBMIT:
        _hand_over("check", event)
    elif action == Action.PASS_CHECKS:
        _hand_over("assign", event)
    elif action == Action.ASSIGN and reviewer is not None:
        services.assign(revision, reviewer)
    elif action in DECISIONS:
        services.close_reviews(revision, given_by=event.actor)
        notifications.tell_city(event)
        if action == Action.APPROVE:
            _hand_over("publish", event)
    elif action == Action.PUBLISH:
        services.make_live(revision)
    elif action == Action.WITHDRAW:
        services.close_reviews(revision, given_by=None)
        if event.before == State.PUBLISHED:
            _withdraw_entry(event)


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


def _hand_over(work: str, event: ReviewEvent) -> None:
    effects.hand_over(
        f"marketplace.{work}",
        key=f"{work}:{event.revision_id}:{event.pk}",
        revision=event.revision_id,
    )


def moved_on(revision: Revision, actor: User | None) -> str:
    """Say what happened in the meantime; who did it only to those who may know."""
    by_people = revision.events.filter(actor__isnull=False).select_related("actor")
    last = by_people.order_by("at", "pk").last()
    state = revision.get_state_display()
    knows = actor is None or is_programme_staff(actor) or permissions.is_reviewer(actor)
    acts_for_city = actor is not None and permissions.has_conflict(actor, revision.entry.city)
    if last is None or last.actor is None or last.actor == actor or not knows or acts_for_city:
        return _("This revision has moved on: it is now “{state}”.").format(state=state)
    return _("{person} was first: this revision is now “{state}”.").format(
        person=last.actor, state=state
    )
