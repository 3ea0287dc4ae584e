"""The clock of reviews: promised days, pauses, what is late, and the public median."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Effect, Holiday, Mail
from marketplace import clock
from marketplace.models import Review, ReviewState, Revision, RevisionState
from marketplace.periodic import escalate, reassign_late, remind_reviewers, tell_overdue
from marketplace.services import start_revision
from marketplace.workflow import Action, perform
from tests.factories import (
    make_entry,
    make_officer,
    make_process,
    make_reviewer,
    make_staff,
)

pytestmark = pytest.mark.django_db
# A Monday, at noon in Brussels.
MONDAY = datetime(2026, 6, 1, 10, tzinfo=UTC)


def at(days=0, hours=0):
    """Travel to so many days after that Monday."""
    return time_machine.travel(MONDAY + timedelta(days=days, hours=hours), tick=False)


def submitted(entry=None, drain=None):
    entry = entry or make_entry(state="draft")
    officer = make_officer(entry.city)
    revision = entry.revisions.get(state="draft")
    revision = perform(Action.SUBMIT, revision, actor=officer).revision
    if drain:
        drain()
        revision.refresh_from_db()
    return revision


def test_days_are_promised_in_working_days_of_the_process(drain):
    make_process(days_to_assign=2, days_to_review=5, days_in_all=10)
    Holiday.objects.create(day=date(2026, 6, 4), name="A holiday")
    with at():
        revision = submitted()
        assert revision.stage_due_on == date(2026, 6, 3)
        assert revision.due_on == date(2026, 6, 16)
        make_reviewer()
        drain()
    revision.refresh_from_db()
    assert revision.reviews.get().due_on == revision.stage_due_on == date(2026, 6, 9)


def test_the_clock_stands_still_while_changes_are_with_the_city(drain):
    make_process(days_in_all=10)
    make_reviewer()
    with at():
        first = submitted(drain=drain)
    with at(days=3):  # Thursday
        perform(Action.SEND_BACK, first, actor=make_staff(), note="Where are the figures?")
    with at(days=28):  # four weeks later, a Monday
        second = start_revision(first.entry, make_officer(first.entry.city))
        second = submitted(first.entry, drain)
        assert second.days_before == 3
        assert second.due_on == date(2026, 7, 8)  # seven working days are left
    first.refresh_from_db()
    with at(days=30):
        ages = clock.ages([first, second])
        assert ages == {first.pk: 3, second.pk: 5}
        perform(Action.APPROVE, second, actor=make_staff())
    second.refresh_from_db()
    assert second.days_to_decision == 5
    with at(days=60):
        assert clock.ages([second]) == {second.pk: 5}


def test_a_rejected_revision_is_followed_by_a_new_count(drain):
    make_reviewer()
    with at():
        first = submitted(drain=drain)
    with at(days=4):
        perform(Action.REJECT, first, actor=make_staff(), note="No.")
        start_revision(first.entry, make_officer(first.entry.city))
        assert submitted(first.entry).days_before == 0


def test_what_is_beyond_the_promised_day_is_overdue_until_it_is_decided(drain):
    make_process(days_in_all=5)
    make_reviewer()
    with at():
        revision = submitted(drain=drain)
    on_time = Revision.objects.overdue(date(2026, 6, 8))
    late = Revision.objects.overdue(date(2026, 6, 9))
    assert (on_time.count(), late.count()) == (0, 1)
    perform(Action.APPROVE, revision, actor=make_staff())
    assert late.count() == 0


# ── reminders, escalation, somebody else ─────────────────────────────────────────────────────────
def in_review_since_monday(drain, **process):
    make_process(**process)
    reviewer = make_reviewer()
    with at():
        revision = submitted(drain=drain)
    return revision, reviewer


def test_reviewers_are_reminded_so_many_working_days_before_and_once(drain):
    revision, reviewer = in_review_since_monday(drain, days_to_review=6, remind_days_before=2)
    assert revision.reviews.get().due_on == date(2026, 6, 9)
    for days, expected in ((3, 0), (4, 1), (5, 1), (7, 1), (8, 1), (9, 1)):
        with at(days=days):
            for _time in range(3):
                remind_reviewers()
        mails = Mail.objects.filter(kind="marketplace_reminder")
        assert mails.count() == expected, days
    assert mails.get().recipient == reviewer


def test_staff_without_conflict_are_told_once_when_a_stage_is_late_enough(drain):
    revision, _reviewer = in_review_since_monday(
        drain, days_to_review=2, escalate_after_days=3, reassign_after_days=0
    )
    staff, conflicted = make_staff(), make_staff()
    conflicted.conflicts.create(city=revision.entry.city)
    for days, expected in ((4, 0), (5, 0), (6, 0), (7, 1), (8, 1), (20, 1)):
        with at(days=days, hours=1):
            for _time in range(3):
                escalate()
        mails = Mail.objects.filter(kind="marketplace_escalated")
        assert mails.count() == expected, days
    assert mails.get().recipient == staff
    assert "3 working days" in mails.get().text
    with at(days=20):
        tell_overdue()
    assert {mail.recipient for mail in Mail.objects.filter(kind="marketplace_overdue")} == {staff}


def test_a_review_that_is_too_late_goes_to_somebody_else(drain):
    revision, first = in_review_since_monday(drain, days_to_review=2, reassign_after_days=3)
    second = make_reviewer()
    with at(days=6):
        reassign_late()
        drain()
    assert Review.objects.open().get().reviewer == first
    with at(days=7):
        for _time in range(3):
            reassign_late()
            drain()
    assert Review.objects.open().get().reviewer == second
    assert revision.reviews.get(reviewer=first).state == ReviewState.ENDED
    told = Mail.objects.filter(kind="marketplace_reassigned")
    assert [mail.recipient for mail in told] == [first]
    event = revision.events.last()
    assert (event.action, event.actor) == (Action.REASSIGN, None)
    revision.refresh_from_db()
    assert revision.stage_due_on == date(2026, 6, 10)


def test_where_the_process_says_never_nobody_is_asked_instead(drain):
    in_review_since_monday(drain, days_to_review=2, reassign_after_days=0)
    make_reviewer()
    with at(days=90):
        reassign_late()
    assert not Effect.objects.filter(kind="marketplace.reassign").exists()


# ── the public figure ────────────────────────────────────────────────────────────────────────────
def decided(*days, ago=1, **fields):
    for number in days:
        make_entry(
            state="rejected",
            days_to_decision=number,
            decided_at=timezone.now() - timedelta(days=ago),
            **fields,
        )


@pytest.mark.parametrize(
    ("days", "median"), [([4], 4), ([1, 9], 5), ([9, 1, 2], 2), ([1, 2, 2, 9], 2), ([3, 4], 3.5)]
)
def test_the_median_is_the_middle_one(days, median):
    decided(*days)
    found = clock.median()
    assert (found.days, found.decisions, found.invented) == (median, len(days), 0)


def test_only_the_last_year_counts_and_invented_decisions_are_named():
    assert clock.median() is None
    decided(50, ago=400)
    decided(4, demonstration=True)
    found = clock.median()
    assert (found.days, found.decisions, found.invented) == (4, 1, 1)
    assert found.as_of == timezone.localdate()


def test_the_figure_and_ages_take_one_query_whatever_their_number():
    decided(*range(30))
    with CaptureQueriesContext(connection) as queries:
        clock.median()
    assert len(queries) == 1
    revisions = list(Revision.objects.select_related("process"))
    with CaptureQueriesContext(connection) as queries:
        clock.ages(revisions)
    assert len(queries) == 1


def test_the_home_page_says_how_long_decisions_take_and_what_is_counted(client):
    assert "working days to a decision" not in client.get("/").content.decode()
    decided(6, 8)
    page = client.get("/?fresh").content.decode()
    assert "working days to a decision on an entry" in page
    assert "Median of 2 in a year" in page
    assert RevisionState.REJECTED not in page
