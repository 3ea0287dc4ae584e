"""Work for the worker: each hand-over between the steps of a review.

An id in, the row read again, one call out. Every one of them may run again: when the revision has
moved on, or is gone, there is nothing left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from django.utils import timezone

from cities import effects
from marketplace import checking, checks, notifications, services
from marketplace.exchange import jobs
from marketplace.models import Assignment, Entry, Review, Revision, RevisionState, TableImport
from marketplace.workflow import Action, hold, perform

log = logging.getLogger(__name__)


@effects.does("marketplace.check")
def check(*, revision: int) -> None:
    """Make the automatic checks of what was submitted; where that failed, each for itself."""
    submitted = _locked(revision, RevisionState.SUBMITTED)
    if submitted is not None:
        one_by_one = not effects.is_first_attempt()
        checking.begin(submitted, one_by_one=one_by_one)
        # Where they were made at once, nobody else can have been at them: the entry is locked.
        (_conclude if one_by_one else _pass_on)(submitted)


@effects.does("marketplace.run_check")
def run_check(*, check: int) -> None:
    """Make one check; after the last one the review goes on."""
    row = checking.waiting(check)
    if row is not None:
        checking.run_here(row)
        _conclude(row.revision)


@effects.does("marketplace.ask_outside", outside=True)
def ask_outside(*, check: int) -> None:
    """Make one check that asks other servers; nothing waits for it."""
    row = checking.waiting(check)
    if row is not None:
        checking.ask_outside(row)


@effects.does("marketplace.end_checks")
def end_checks(*, revision: int) -> None:
    """End the time for checks: the review goes on without those that are not done."""
    found = Revision.objects.select_related("entry__city").filter(pk=revision).first()
    if found is not None:
        checking.give_up(found)
        _conclude(found)


def _conclude(revision: Revision) -> None:
    """Pass a revision on once its checks are done."""
    # Two checks that end at once would each find the other one unfinished.
    Entry.objects.select_for_update().get(pk=revision.entry_id)
    submitted = _in_state(revision.pk, RevisionState.SUBMITTED)
    if submitted is not None and checking.are_done(submitted):
        _pass_on(submitted)


def _pass_on(submitted: Revision) -> None:
    """Let a review go on from its checks; send back what lacks something required."""
    if empty := checks.missing(submitted):
        perform(Action.SEND_BACK, submitted, actor=None, note=checks.still_empty(empty))
    else:
        perform(Action.PASS_CHECKS, submitted, actor=None)


@effects.does("marketplace.assign")
def assign(*, revision: int) -> None:
    """Ask as many reviewers as the process wants and are not at work; tell staff of a lack."""
    # Two that look at once, such as after a hand-over and by the hour, would each ask somebody.
    waiting = _locked(revision, RevisionState.CHECKED, RevisionState.IN_REVIEW)
    if waiting is None:
        return
    if waiting.state == RevisionState.IN_REVIEW:
        # Whoever gave theirs back may have been one more than are needed.
        services.go_on_from_the_round(waiting)
    if services.process_for(waiting).assignment != Assignment.AUTOMATIC:
        return
    for _number in range(services.still_to_ask(waiting)):
        reviewer = services.choose_reviewer(waiting)
        if reviewer is None:
            notifications.tell_nobody_is_free(waiting)
            return
        waiting = perform(Action.ASSIGN, waiting, actor=None, reviewer=reviewer).revision


@effects.does("marketplace.begin_round")
def begin_round(*, revision: int, number: int) -> None:
    """Begin a further round of a review, unless it began, or its review goes on otherwise."""
    waiting = _locked(revision, RevisionState.IN_REVIEW)
    if waiting is None or waiting.round_number + 1 != number:
        return
    if services.next_round(waiting) is not None and services.agrees_to_go_on(waiting):
        perform(Action.NEXT_ROUND, waiting, actor=None)
    elif services.is_round_in(waiting):
        # Staff ended the round that was to come, or asked one more who would not approve.
        services.wait_for_the_decision(waiting, services.last_given(waiting))


@effects.does("marketplace.reassign")
def reassign(*, review: int) -> None:
    """Ask somebody else for a review that is late; where nobody is left, it stays as it is."""
    late = Review.objects.open().select_related("revision__entry__city").filter(pk=review).first()
    if late is None:
        log.info("Review %s was given, or its revision has moved on; nothing to do.", review)
        return
    reviewer = services.choose_reviewer(late.revision)
    if reviewer is None:
        return
    perform(Action.REASSIGN, late.revision, actor=None, reviewer=reviewer, instead_of=late)


@effects.does("marketplace.publish")
def publish(*, revision: int) -> None:
    """Make an approved revision the one the public sees, once no embargo holds it back."""
    approved = _in_state(revision, RevisionState.APPROVED)
    if approved is None:
        return
    if approved.embargo_until is not None and approved.embargo_until > timezone.now():
        raise effects.Postponed(approved.embargo_until)
    perform(Action.PUBLISH, approved, actor=None)


@effects.does("marketplace.read_table", outside=True)
def read_table(*, table: int) -> None:
    """Read the file of a long table; no transaction lasts as long as that."""
    found = TableImport.objects.filter(pk=table).first()
    if found is not None:
        jobs.read_file(found)


@effects.does("marketplace.check_table")
def check_table(*, table: int) -> None:
    """Check the next rows of a long table."""
    found = TableImport.objects.filter(pk=table).first()
    if found is not None:
        jobs.check_piece(found)


@effects.does("marketplace.write_table")
def write_table(*, table: int) -> None:
    """Write the next rows of a long table."""
    found = TableImport.objects.filter(pk=table).first()
    if found is not None:
        jobs.write_piece(found)


def _locked(pk: int, *states: RevisionState) -> Revision | None:
    """Return the revision if it still is in one of these states, its entry locked first.

    As steps do: who wrote a row of the revision before would wait for a step that waits for it.
    """
    return _if_in(states, hold(pk), pk)


def _in_state(pk: int, *states: RevisionState) -> Revision | None:
    """Return the revision if it still is in one of these states."""
    found = Revision.objects.select_related("entry__city", "process").filter(pk=pk).first()
    return _if_in(states, found, pk)


def _if_in(states: Collection[RevisionState], found: Revision | None, pk: int) -> Revision | None:
    if found is None or found.state not in states:
        log.info("Revision %s has moved on or is gone; nothing to do.", pk)
        return None
    return found
