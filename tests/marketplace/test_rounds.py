"""Further rounds of review: when one begins, and when staff are told instead."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cities.models import Mail
from marketplace import tasks
from marketplace.models import (
    AskedFor,
    Assignment,
    Criterion,
    Review,
    ReviewProcess,
    ReviewRound,
    ReviewState,
    Rubric,
)
from marketplace.periodic import look_for_reviewers
from marketplace.services import (
    decline,
    give_review,
)
from marketplace.workflow import Action, StepRefused, decide, open_actions, perform
from tests.factories import (
    make_entry,
    make_officer,
    make_process,
    make_review,
    make_reviewer,
    make_round,
    make_staff,
)
from tests.marketplace.at_once import all_at_once
from tests.marketplace.rounds import WORDS, given, in_first_round

pytestmark = pytest.mark.django_db
A_MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


# ── when a round begins ──────────────────────────────────────────────────────────────────────────
@time_machine.travel(A_MONDAY, tick=False)
def test_once_the_first_round_agrees_the_next_one_asks_those_it_names_by_its_own_days(drain):
    process = make_process(days_to_review=4)
    # The portal asks whoever was there first, of those who suit alike.
    make_reviewer(), make_reviewer()
    member = make_reviewer()
    board = make_round(process, name="Programme board", days_to_review=2)
    board.people.add(member)
    ReviewRound.objects.update(only_named=True)
    entry = make_entry(state="draft")
    perform(Action.SUBMIT, entry.revisions.get(), actor=make_officer(entry.city))
    drain()
    first = Review.objects.get()
    assert first.due_on == A_MONDAY.date() + timedelta(days=4)
    give_review(first, recommendation="approve", **WORDS)
    drain()
    second = Review.objects.open().get()
    assert (second.reviewer, second.round, second.round_number) == (member, board, 2)
    assert second.due_on == A_MONDAY.date() + timedelta(days=2)
    assert second.revision.stage_due_on == second.due_on
    asked = Mail.objects.get(kind="marketplace_assigned", recipient=member)
    assert "the round “Programme board”" in asked.text
    decide(Action.APPROVE, second, **WORDS)
    drain()
    entry.refresh_from_db()
    assert entry.live_revision == second.revision


def test_a_round_begins_once_however_often_its_work_is_delivered(drain):
    revision = in_first_round(further=2)
    make_reviewer()
    given(revision)
    drain()
    for _again in range(3):
        tasks.begin_round(revision=revision.pk, number=2)
    revision.refresh_from_db()
    assert revision.round_number == 2
    assert revision.events.filter(action=Action.NEXT_ROUND).count() == 1
    assert Review.objects.open().filter(round_number=2).count() == 1


def test_a_round_that_would_not_approve_is_for_staff_who_are_told_and_may_go_on(drain):
    revision = in_first_round(reviewers=2)
    staff = make_staff()
    given(revision, "approve")
    given(revision, "reject")
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 1
    assert [mail.recipient for mail in Mail.objects.filter(kind="marketplace_waiting")] == [staff]
    assert list(type(revision).objects.waiting_for_a_decision()) == [revision]
    with pytest.raises(StepRefused, match="would not approve"):
        perform(Action.NEXT_ROUND, revision, actor=None)
    perform(Action.NEXT_ROUND, revision, actor=staff)
    assert list(type(revision).objects.waiting_for_a_decision()) == []
    assert list(type(revision).objects.waiting_for_a_reviewer()) == [revision]


def test_staff_need_not_wait_and_what_was_owed_is_ended():
    revision = in_first_round()
    owed = make_review(revision)
    perform(Action.NEXT_ROUND, revision, actor=make_staff())
    owed.refresh_from_db()
    assert owed.state == ReviewState.ENDED
    assert Action.NEXT_ROUND not in open_actions(revision.entry.revisions.get(), make_staff())


def test_where_staff_ask_they_are_told_of_each_round(drain):
    revision = in_first_round(assignment=Assignment.BY_HAND, round_fields={"name": "Board"})
    staff = make_staff()
    given(revision)
    drain()
    told = Mail.objects.get(kind="marketplace_waiting", recipient=staff)
    assert "has come to the round “Board”" in told.text
    assert not Review.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_two_reviews_that_are_given_at_once_begin_one_round(drain):
    revision = in_first_round(reviewers=2)
    reviews = [make_review(revision), make_review(revision)]

    def give(review, _number, gate):
        gate.wait()
        return give_review(review, recommendation="approve", **WORDS)

    outcomes = all_at_once(give, reviews)
    assert all(isinstance(outcome, Review) for outcome in outcomes), outcomes
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 2
    assert revision.events.filter(action=Action.NEXT_ROUND).count() == 1


def test_a_review_that_is_asked_for_once_more_in_between_is_waited_for(drain):
    revision = in_first_round()
    staff = make_staff()
    given(revision)
    more = make_review(revision)
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 1
    give_review(more, recommendation="approve", **WORDS)
    drain()
    revision.refresh_from_db()
    assert revision.round_number == 2
    assert not Mail.objects.filter(kind="marketplace_waiting", recipient=staff).exists()


def gives_it_back(revision, more, process):
    decline(more, reason="No time.")


def fewer_are_asked_for(revision, more, process):
    Review.objects.filter(pk=more.pk).delete()
    ReviewProcess.objects.update(reviewers=1)
    look_for_reviewers()


@pytest.mark.parametrize("happens", [gives_it_back, fewer_are_asked_for])
def test_a_round_that_is_in_without_another_review_goes_on_as_well(drain, happens):
    revision = in_first_round(reviewers=2 if happens is fewer_are_asked_for else 1)
    more = make_review(revision)
    given(revision)
    drain()
    assert not revision.events.filter(action=Action.NEXT_ROUND).exists()
    happens(revision, more, revision.process)
    drain()
    assert revision.events.filter(action=Action.NEXT_ROUND).count() == 1


def test_where_the_round_to_come_is_ended_in_between_staff_are_told(drain):
    revision = in_first_round()
    staff = make_staff()
    given(revision)
    ReviewRound.objects.update(ended_at=revision.submitted_at)
    drain()
    told = Mail.objects.get(kind="marketplace_waiting", recipient=staff)
    assert "the reviews of" in told.text


def test_staff_are_told_that_not_all_would_approve_and_find_every_button(client, drain):
    revision = in_first_round(round_fields={"name": "Board"})
    staff = make_staff(is_superuser=True)
    review = given(revision, "send_back")
    told = Mail.objects.get(kind="marketplace_waiting", recipient=staff)
    assert "not all of them would approve. The round “Board” is to come" in told.text
    assert review.get_absolute_url() in told.text
    client.force_login(staff)
    page = client.get(review.get_absolute_url()).content.decode()
    for act in ("approve", "send_back", "reject", "next_round"):
        assert f'value="{act}"' in page


def test_words_for_the_city_wait_for_the_decision(client):
    revision = in_first_round()
    review = make_review(revision)
    client.force_login(make_staff(is_superuser=True))
    data = {"act": "next_round", "to_city": "Too dear for us.", "private_note": ""}
    page = client.post(review.get_absolute_url(), data).content.decode()
    assert "keep it for then, or as a private note" in page
    assert "Too dear for us." in page
    assert not revision.events.exists()


def test_who_owes_a_review_as_a_round_begins_is_told_and_second_opinions_stay():
    revision = in_first_round()
    owed, opinion = make_review(revision), make_review(revision, asked_for="opinion")
    perform(Action.NEXT_ROUND, revision, actor=make_staff())
    told = Mail.objects.get(kind="marketplace_reassigned")
    assert told.recipient == owed.reviewer
    assert "the next round of review" in told.text
    opinion.refresh_from_db()
    assert opinion.state == ReviewState.ASKED
    give_review(opinion, recommendation="reject", **WORDS)


def test_a_review_that_comes_after_its_round_decides_nothing_and_keeps_its_scores(client):
    rubric = Rubric.objects.create(kind="solution", name="Board", for_rounds=True)
    Criterion.objects.create(rubric=rubric, name="Does it serve the programme?")
    general = Rubric.objects.create(kind="solution", name="Everybody")
    question = Criterion.objects.create(rubric=general, name="Is it true?")
    revision = in_first_round(round_fields={"rubric": rubric, "asks_again": True, "name": "Board"})
    late = make_review(revision)
    perform(Action.NEXT_ROUND, revision, actor=make_staff())
    now = revision.entry.revisions.get()
    second = make_review(now, late.reviewer, round_number=2, round=now.round)
    with pytest.raises(StepRefused, match="The round “Board” of its review has begun"):
        decide(Action.APPROVE, late, **WORDS)
    second.refresh_from_db()
    assert second.state == ReviewState.ASKED
    client.force_login(late.reviewer)
    data = {"act": "give", "version": 1, "to_city": "Fine.", "recommendation": "approve"}
    data |= {"private_note": "", f"score_{question.pk}": 3}
    page = client.post(late.get_absolute_url(), data).content.decode()
    assert "The round “Board” of its review has begun" in page
    assert "Is it true?" in page
    assert "serve the programme" not in page
    assert re.search(r'value="3"[^>]*checked', page)


@pytest.mark.parametrize("opinion_due_first", [True, False])
def test_an_opinion_left_from_the_first_round_hinders_no_decision_in_the_next(
    client, opinion_due_first
):
    revision, person, staff = in_first_round(), make_reviewer(), make_staff()
    opinion = make_review(revision, person, asked_for=AskedFor.OPINION)
    revision = perform(Action.NEXT_ROUND, revision, actor=staff).revision
    perform(Action.ASSIGN, revision, actor=staff, reviewer=person)
    review = Review.objects.get(reviewer=person, round_number=2)
    Review.objects.filter(pk=opinion.pk).update(
        due_on=review.due_on + timedelta(days=-3 if opinion_due_first else 3)
    )
    client.force_login(person)
    assert client.get(review.get_absolute_url()).context["form"].hindrance == ""

    sent = {"act": "approve", "version": 1, "to_city": "Well done.", "private_note": ""}
    assert client.post(review.get_absolute_url(), sent).status_code == 302

    review.refresh_from_db()
    opinion.refresh_from_db()
    assert (review.state, review.recommendation) == (ReviewState.GIVEN, "approve")
    assert (opinion.state, opinion.recommendation) == (ReviewState.ENDED, "")


def test_who_may_not_decide_any_more_keeps_what_they_typed(client):
    revision = in_first_round(further=0)
    review = make_review(revision)
    client.force_login(review.reviewer)
    review.reviewer.groups.clear()
    sent = {"act": "approve", "version": 1, "to_city": "My long words.", "private_note": ""}
    answer = client.post(review.get_absolute_url(), sent)
    assert answer.status_code == 403
    assert "My long words." in answer.content.decode()
    assert "You may not take this step." in answer.content.decode()
