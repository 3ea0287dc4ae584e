"""Who is asked to review, who instead of them, and what each process says of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Mail
from marketplace import tasks
from marketplace.asking import ask_instead, assign_bulk
from marketplace.models import (
    AskedFor,
    Assignment,
    DecidedBy,
    Review,
    ReviewerProfile,
    ReviewState,
    RevisionState,
)
from marketplace.periodic import look_for_reviewers
from marketplace.services import (
    Refused,
    assign,
    candidates,
    choose_reviewer,
    decline,
    give_review,
    process_for,
    still_to_ask,
)
from marketplace.workflow import Action, StepRefused, decide, open_actions, perform
from tests.factories import (
    make_city,
    make_edition,
    make_entry,
    make_officer,
    make_process,
    make_review,
    make_reviewer,
    make_staff,
    make_theme,
)

pytestmark = pytest.mark.django_db


def revision_in(state="checked", **fields):
    return make_entry(state=state, **fields).revisions.get()


def reviewer_who(themes=(), **fields):
    person = make_reviewer()
    profile = ReviewerProfile.objects.create(user=person, **fields)
    profile.themes.set(themes)
    return person


def submitted(**fields):
    revision = revision_in("draft", **fields)
    return perform(Action.SUBMIT, revision, actor=make_officer(revision.entry.city)).revision


# ── who suits ────────────────────────────────────────────────────────────────────────────────────
def test_language_comes_before_theme_and_theme_before_load():
    theme = make_theme()
    revision = revision_in(language="el", themes=[theme])
    idle = make_reviewer()
    knows = reviewer_who(themes=[theme], languages="en fr")
    reads = reviewer_who(languages="en, el")
    both = reviewer_who(themes=[theme], languages="el")
    make_review(revision_in("in_review"), both)
    found = [each.person for each in candidates(revision)]
    assert found == [person.pk for person in (both, reads, knows, idle)]


def test_of_those_who_suit_alike_whoever_has_least_to_do_is_asked():
    busy, idle = make_reviewer(), make_reviewer()
    make_review(revision_in("in_review"), busy)
    make_review(revision_in("rejected"), idle, state=ReviewState.ENDED)
    assert choose_reviewer(revision_in()) == idle


def test_who_is_away_or_has_enough_to_do_is_not_asked():
    today = timezone.localdate()
    day = timedelta(days=1)
    reviewer_who(away_from=today - day, away_until=today + day)
    reviewer_who(away_from=today - day)
    reviewer_who(capacity=0)
    full = reviewer_who(capacity=1)
    make_review(revision_in("in_review"), full)
    assert choose_reviewer(revision_in()) is None
    back = reviewer_who(away_from=today - 9 * day, away_until=today - day)
    assert choose_reviewer(revision_in()) == back


def test_choosing_takes_as_many_queries_for_thirty_reviewers_as_for_three():
    theme = make_theme()
    revision = revision_in(themes=[theme])

    def counted(number):
        for _each in range(number):
            reviewer_who(themes=[theme])
        # Read anew: what a row has fetched before costs nothing the second time.
        fresh = type(revision).objects.get(pk=revision.pk)
        with CaptureQueriesContext(connection) as queries:
            candidates(fresh)
        return len(queries)

    assert counted(3) == counted(27)


# ── asking ───────────────────────────────────────────────────────────────────────────────────────
def test_whoever_was_chosen_before_the_entry_was_held_is_looked_at_again():
    make_reviewer()
    revision = make_entry(state="checked").revisions.get()
    chosen = choose_reviewer(revision)
    make_review(revision, chosen)
    with pytest.raises(Refused, match="was asked already"):
        assign(revision, chosen)


def test_what_somebody_has_is_never_given_to_somebody_who_came_later(drain):
    first = make_reviewer()
    revision = submitted()
    drain()
    reviewer_who(languages="en", themes=revision.themes.all())
    look_for_reviewers()
    tasks.assign(revision=revision.pk)
    drain()
    assert [review.reviewer for review in Review.objects.all()] == [first]


def test_many_are_shared_out_in_one_go_and_refusals_say_why():
    people = {make_reviewer() for _each in range(3)}
    staff = make_staff()
    revisions = [revision_in() for _each in range(6)]
    own = revision_in(city=make_city())
    staff.conflicts.create(city=own.entry.city)
    at_work = revision_in("in_review")
    make_review(at_work, next(iter(people)))
    done = assign_bulk([*revisions, own, at_work, revision_in("rejected")], actor=staff)
    assert {each.reviewer for each in done[:6]} == people
    loads = [Review.objects.filter(reviewer=person).count() for person in people]
    assert max(loads) - min(loads) <= 1
    assert [bool(each.refusal) for each in done] == [False] * 6 + [True] * 3
    assert Review.objects.filter(revision__in=[own, at_work]).count() == 1


def test_a_process_asks_as_many_as_it_says(drain):
    make_process(reviewers=3)
    for _each in range(4):
        make_reviewer()
    revision = submitted()
    drain()
    assert revision.reviews.count() == 3
    assert Mail.objects.filter(kind="marketplace_assigned").count() == 3
    first = revision.reviews.first()
    decline(first, reason="No time.")
    drain()
    assert Review.objects.open().filter(revision=revision).count() == 3
    assert still_to_ask(revision) == 0


def test_by_hand_means_that_staff_are_told_and_nobody_is_asked(drain):
    make_process(assignment=Assignment.BY_HAND)
    make_reviewer()
    staff = make_staff()
    revision = submitted()
    drain()
    look_for_reviewers()
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.CHECKED
    assert [mail.recipient for mail in Mail.objects.filter(kind="marketplace_waiting")] == [staff]
    assert not Review.objects.exists()


def test_a_process_without_a_review_leaves_the_decision_to_staff(drain):
    make_process(has_review=False)
    make_reviewer()
    staff = make_staff()
    revision = submitted()
    drain()
    revision.refresh_from_db()
    assert Mail.objects.get(kind="marketplace_waiting").recipient == staff
    assert Action.APPROVE in open_actions(revision, staff)
    perform(Action.APPROVE, revision, actor=staff)
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.PUBLISHED


def test_a_revision_keeps_the_process_it_was_submitted_under():
    process = make_process()
    revision = submitted()
    assert revision.process == process
    edition = make_edition(slug="now", starts_on=timezone.localdate(), ends_on=timezone.localdate())
    later = make_process(edition=edition)
    assert process_for(revision) == process
    assert process_for(revision_in("draft")) == later


# ── deciding ─────────────────────────────────────────────────────────────────────────────────────
def test_of_two_reviewers_the_last_one_decides():
    process = make_process(reviewers=2)
    revision = revision_in("in_review", process=process)
    first, second = make_review(revision), make_review(revision)
    words = {"version": 1, "scores": {}, "to_city": "Good.", "private_note": ""}
    assert Action.APPROVE not in open_actions(revision, first.reviewer)
    with pytest.raises(StepRefused, match="1 other review is still missing"):
        decide(Action.APPROVE, first, **words)
    give_review(first, recommendation="approve", **words)
    assert Action.APPROVE in open_actions(revision, second.reviewer)
    decide(Action.APPROVE, second, **words)
    states = set(revision.reviews.values_list("state", "recommendation"))
    assert states == {(ReviewState.GIVEN, "approve")}


def test_where_staff_decide_reviewers_give_their_view_and_staff_are_told_once():
    process = make_process(decided_by=DecidedBy.STAFF)
    revision = revision_in("in_review", process=process)
    staff, conflicted = make_staff(), make_staff()
    conflicted.conflicts.create(city=revision.entry.city)
    review = make_review(revision)
    words = {"version": 1, "scores": {}, "to_city": "Good.", "private_note": ""}
    with pytest.raises(StepRefused, match="Staff decide here"):
        decide(Action.APPROVE, review, **words)
    with pytest.raises(Refused, match="what you would decide"):
        give_review(review, recommendation="", **words)
    give_review(review, recommendation="reject", **words)
    with pytest.raises(Refused, match="closed"):
        give_review(review, recommendation="reject", **words)
    assert [mail.recipient for mail in Mail.objects.filter(kind="marketplace_waiting")] == [staff]
    found = type(revision).objects
    assert list(found.waiting_for_a_decision()) == [revision]
    assert not found.waiting_for_a_reviewer().exists()
    perform(Action.APPROVE, revision, actor=staff)


def test_a_second_opinion_is_given_beside_the_review_and_decides_nothing():
    revision = revision_in("in_review")
    review, other = make_review(revision), make_reviewer()
    perform(
        Action.CONSULT,
        revision,
        actor=review.reviewer,
        reviewer=other,
        private_note="Are the figures sound?",
    )
    opinion = revision.reviews.get(asked_for=AskedFor.OPINION)
    asked = Mail.objects.get(recipient=other)
    assert "Are the figures sound?" in asked.text
    assert "second opinion" in asked.text
    assert open_actions(revision, other) == []
    assert still_to_ask(revision) == 0
    give_review(
        opinion, recommendation="reject", version=1, scores={}, to_city="", private_note="Weak."
    )
    told = Mail.objects.get(kind="marketplace_opinion")
    assert told.recipient == review.reviewer
    perform(Action.APPROVE, revision, actor=review.reviewer)


# ── late ─────────────────────────────────────────────────────────────────────────────────────────
def test_somebody_else_is_asked_instead_and_the_history_says_so():
    revision = revision_in("in_review")
    late, staff, other = make_review(revision), make_staff(), make_reviewer()
    perform(Action.REASSIGN, revision, actor=staff, reviewer=other, instead_of=late, note="Ill.")
    late.refresh_from_db()
    assert late.state == ReviewState.ENDED
    assert Review.objects.open().get().reviewer == other
    told = {mail.kind: mail.recipient for mail in Mail.objects.all()}
    assert told == {"marketplace_reassigned": late.reviewer, "marketplace_assigned": other}
    event = revision.events.get()
    assert (event.action, event.actor, event.note) == (Action.REASSIGN, staff, "Ill.")
    again = make_reviewer()
    with pytest.raises(StepRefused, match="closed"):
        perform(Action.REASSIGN, revision, actor=staff, reviewer=again, instead_of=late)


def test_a_late_review_stays_where_it_is_if_nobody_else_is_left():
    review = make_review(revision_in("in_review"))
    tasks.reassign(review=review.pk)
    review.refresh_from_db()
    assert review.state == ReviewState.ASKED
    assert not review.revision.events.exists()


def test_somebody_else_is_asked_for_what_is_owed_or_was_given_back_and_for_nothing_else():
    process = make_process(assignment=Assignment.BY_HAND)
    owed, back, given, taken_up = (
        make_review(revision_in("in_review", process=process)) for _each in range(4)
    )
    staff = make_staff()
    for review in (back, taken_up):
        decline(review, reason="No time.")
    make_review(taken_up.revision)
    Review.objects.filter(pk=given.pk).update(state=ReviewState.GIVEN, given_at=timezone.now())
    reviews = Review.objects.filter(pk__in=[owed.pk, back.pk, given.pk, taken_up.pk]).order_by("pk")
    done = ask_instead(reviews, actor=staff, private_note="Three weeks late.")
    assert [bool(each.refusal) for each in done] == [False, False, True, True]
    assert done[0].reviewer != owed.reviewer
    assert done[1].reviewer != back.reviewer
    states = list(reviews.values_list("state", flat=True))
    assert states == [ReviewState.ENDED, "declined", "given", "declined"]
    steps = [review.revision.events.get() for review in (owed, back)]
    assert [step.action for step in steps] == [Action.REASSIGN, Action.ASSIGN]
    assert {(step.actor, step.private_note) for step in steps} == {(staff, "Three weeks late.")}
    assert Review.objects.open().filter(revision__in=[owed.revision, back.revision]).count() == 2


def test_for_an_opinion_that_was_given_back_another_opinion_is_asked():
    revision = revision_in("in_review")
    make_review(revision)
    opinion = make_review(revision, asked_for=AskedFor.OPINION)
    decline(opinion, reason="No time.")
    opinion.refresh_from_db()
    (done,) = ask_instead([opinion], actor=make_staff(), reviewer=make_reviewer())
    assert not done.refusal
    assert revision.reviews.get(reviewer=done.reviewer).asked_for == AskedFor.OPINION


def test_who_is_in_conflict_is_neither_asked_instead_nor_asks():
    review = make_review(revision_in("in_review"))
    city, staff, bound = review.revision.entry.city, make_staff(), make_reviewer()
    bound.conflicts.create(city=city)
    (refused,) = ask_instead([review], actor=staff, reviewer=bound)
    assert "conflict of interest" in refused.refusal
    staff.conflicts.create(city=city)
    (refused,) = ask_instead([review], actor=staff, reviewer=make_reviewer())
    assert "conflict of interest" in refused.refusal
    review.refresh_from_db()
    assert review.state == ReviewState.ASKED
