"""Several people at one revision at once."""

from collections import Counter
from functools import partial
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from cities import effects
from cities.models import Effect, Mail
from marketplace.models import ReviewEvent, ReviewState, RevisionState
from marketplace.services import Refused
from marketplace.workflow import Action, StepRefused, decide, perform
from tests.factories import make_entry, make_officer, make_review, make_reviewer

REVIEWERS = 20
DECIDED = [Action.APPROVE, Action.SEND_BACK, Action.REJECT]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_reviewers_who_decide_at_once_one_wins_and_the_others_learn_who():
    let_twenty_decide(rounds=2)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_twenty_reviewers_one_wins_in_each_of_two_hundred_rounds():
    let_twenty_decide(rounds=200)


def let_twenty_decide(rounds):
    """Twenty press different buttons at once: one decision, one mail, nineteen refusals."""
    reviewers = [make_reviewer() for _each in range(REVIEWERS)]
    for _round in range(rounds):
        revision = make_entry(state="in_review").revisions.get()
        officer = make_officer(revision.entry.city)
        reviews = [make_review(revision, reviewer) for reviewer in reviewers]
        outcomes = all_at_once(decide_behind, reviews)
        winners = [outcome for outcome in outcomes if isinstance(outcome, ReviewEvent)]
        refusals = [outcome for outcome in outcomes if isinstance(outcome, StepRefused)]
        assert (len(winners), len(refusals)) == (1, REVIEWERS - 1), outcomes
        winner = winners[0].actor.name
        assert all(f"{winner} was first" in str(refusal) for refusal in refusals)
        assert revision.events.count() == 1
        states = Counter(revision.reviews.values_list("state", flat=True))
        assert states == {ReviewState.GIVEN: 1, ReviewState.ENDED: REVIEWERS - 1}
        told = Mail.objects.filter(kind="marketplace_decided", recipient=officer)
        assert told.count() == 1
        assert Effect.objects.filter(key__startswith=f"publish:{revision.pk}:").count() == (
            1 if winners[0].action == Action.APPROVE else 0
        )


@pytest.mark.django_db(transaction=True)
def test_on_the_page_nineteen_get_409_with_the_winners_name_and_every_word_they_typed():
    revision = make_entry(state="in_review").revisions.get()
    reviews = [make_review(revision) for _each in range(REVIEWERS)]
    answers = all_at_once(send_behind, reviews)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {302: 1, 409: REVIEWERS - 1}
    winner = revision.events.get().actor
    for review, answer in zip(reviews, answers, strict=True):
        if answer.status_code == 409:
            page = answer.content.decode()
            assert f"{winner.name} was first" in page
            assert f"Typed by {review.pk}, at length." in page


def send_behind(review, number, gate):
    browser = Client()
    browser.force_login(review.reviewer)
    # Whoever waits holds no connection: there are fewer of them than people.
    connection.close()
    gate.wait()
    words = {"to_city": f"Typed by {review.pk}, at length.", "private_note": "", "version": 1}
    return browser.post(review.get_absolute_url(), {"act": DECIDED[number % 3], **words})


@pytest.mark.django_db(transaction=True)
def test_an_officer_who_withdraws_while_a_reviewer_decides_meets_one_legal_order():
    let_them_meet(rounds=3)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_deciding_meet_in_one_legal_order_two_hundred_times():
    let_them_meet(rounds=200)


def let_them_meet(rounds):
    """An officer withdraws while a reviewer approves: one of them is too late, and told so."""
    reviewer = make_reviewer()
    for _round in range(rounds):
        revision = make_entry(state="in_review").revisions.get()
        make_review(revision, reviewer)
        officer = make_officer(revision.entry.city)
        steps = [(Action.WITHDRAW, officer), (Action.APPROVE, reviewer)]
        outcomes = all_at_once(partial(step_behind, revision), steps)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "ReviewEvent",
            "StepRefused",
        ]
        revision.refresh_from_db()
        assert revision.state in {RevisionState.WITHDRAWN, RevisionState.APPROVED}


@pytest.mark.django_db(transaction=True)
def test_of_a_submission_and_an_edit_at_once_the_words_sent_are_those_before_or_after():
    """Whatever comes second finds the revision submitted: its words change no more."""
    for _round in range(3):
        draft = make_entry(state="draft", summary="Before.").revisions.get()
        officers = [make_officer(draft.entry.city) for _each in range(2)]
        outcomes = all_at_once(partial(submit_or_edit_behind, draft), officers)
        draft.refresh_from_db()
        assert draft.state == RevisionState.SUBMITTED, outcomes
        assert draft.summary in {"Before.", "After."}
        sent = draft.summary
        browser = Client()
        browser.force_login(officers[1])
        edit(browser, draft, "Much later.")
        draft.refresh_from_db()
        assert draft.summary == sent


@pytest.mark.django_db(transaction=True)
def test_two_who_look_for_a_reviewer_at_once_ask_one():
    for _each in range(4):
        make_reviewer()
    for turn in range(3):
        revision = make_entry(state="checked").revisions.get()
        looks = [
            effects.hand_over("marketplace.assign", key=f"{turn}:{each}", revision=revision.pk)
            for each in range(4)
        ]
        assert all_at_once(run_behind, looks) == [True] * 4
        assert revision.reviews.count() == 1
        assert revision.events.filter(action=Action.ASSIGN).count() == 1


def run_behind(effect, _number, gate):
    connection.close()
    gate.wait()
    return effects.run(effect.pk)


def submit_or_edit_behind(draft, officer, number, gate):
    browser = Client()
    browser.force_login(officer)
    gate.wait()
    if number == 0:
        return perform(Action.SUBMIT, draft, actor=officer)
    return edit(browser, draft, "After.")


def edit(browser, draft, summary):
    where = {"slug": draft.entry.slug, "number": draft.number, "step": "text"}
    words = {"title": "T", "language": "en", "problem": "A problem.", "approach": "A way."}
    sent = {**words, "maturity": "pilot", "version": draft.version, "go": "stay"}
    return browser.post(
        reverse("marketplace:revision-step", kwargs=where), sent | {"summary": summary}
    )


def decide_behind(review, number, gate):
    gate.wait()
    return decide(
        DECIDED[number % 3],
        review,
        version=1,
        scores={},
        to_city=f"Words of {review.reviewer}",
        private_note="",
    )


def step_behind(revision, step, _number, gate):
    action, actor = step
    gate.wait()
    return perform(action, revision, actor=actor)


def all_at_once(act, things):
    """What came of `act(thing, number, gate)` in a thread for each, as it returned or raised."""
    gate, outcomes = Barrier(len(things)), [None] * len(things)

    def run(number):
        try:
            outcomes[number] = act(things[number], number, gate)
        except (Refused, PermissionDenied) as failure:
            outcomes[number] = failure
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(things))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
