"""Work for the worker: each hand-over between the steps of a review.

An id in, the row read again, one call out. Every one of them may run again: when the revision has
moved on, or is gone, there is nothing left to do.
"""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from cities import effects
from marketplace import checks, notifications, services
from marketplace.models import Review, Revision, RevisionState
from marketplace.workflow import Action, perform

log = logging.getLogger(__name__)


@effects.does("marketplace.check")
def check(*, revision: int) -> None:
    """Run the automatic checks on what was submitted, and pass it on; send empty ones back."""
    submitted = _in_state(revision, RevisionState.SUBMITTED)
    if submitted is None:
        return
    checks.run(submitted)
    if empty := checks.missing(submitted):
        words = _("Still empty: {fields}.").format(fields=", ".join(checks.labels(empty)))
        perform(Action.SEND_BACK, submitted, actor=None, note=words)
        return
    perform(Action.PASS_CHECKS, submitted, actor=None)


@effects.does("marketplace.assign")
def assign(*, revision: int) -> None:
    """Ask a reviewer where none is at work; tell staff when nobody can be asked."""
    waiting = _in_state(revision, RevisionState.CHECKED, RevisionState.IN_REVIEW)
    if waiting is None or Review.objects.open().filter(revision=waiting).exists():
        return
    reviewer = services.choose_reviewer(waiting)
    if reviewer is None:
        notifications.tell_nobody_is_free(waiting)
        return
    perform(Action.ASSIGN, waiting, actor=None, reviewer=reviewer)


@effects.does("marketplace.publish")
def publish(*, revision: int) -> None:
    """Make an approved revision the one the public sees."""
    approved = _in_state(revision, RevisionState.APPROVED)
    if approved is not None:
        perform(Action.PUBLISH, approved, actor=None)


def _in_state(pk: int, *states: RevisionState) -> Revision | None:
    """Return the revision if it still is in one of these states."""
    found = Revision.objects.select_related("entry__city").filter(pk=pk).first()
    if found is None or found.state not in states:
        log.info("Revision %s has moved on or is gone; nothing to do.", pk)
        return None
    return found
