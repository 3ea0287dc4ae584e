"""Several people at one revision at once."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cities import effects
from cities.models import Effect, Mail
from marketplace.models import ReviewEvent, ReviewState, RevisionState
from marketplace.workflow import Action, StepRefused, decide, perform
from tests.factories import make_entry, make_officer, make_review, make_reviewer
from tests.marketplace.at_once import all_at_once

REVIEWERS = 20
REASON = "We start again with another supplier."
DECIDED = [Action.APPROVE, Action.SEND_BACK, Action.REJECT]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_reviewers_who_decide_at_once_one_wins_and_the_others_learn_who():
    let_twenty_decide(rounds=2)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_twenty_reviewers_one_wins_in_each_of_two_hundred_rounds(record):
    record("F9", **let_twenty_decide(rounds=200))


def let_twenty_decide(rounds):
    """Twenty press different buttons at once: one decision, one mail, nineteen refusals."""
    reviewers = [make_reviewer() for _each in range(REVIEWERS)]
    counted = Counter(rounds=rounds, decisions=0, refusals=0, mails=0)
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
        counted.update(decisions=len(winners), refusals=len(refusals), mails=told.count())
    return counted


@pytest.mark.django_db(transaction=True)
def test_on_the_page_nineteen_get_409_with_the_winners_name_and_every_word_they_typed():
    let_twenty_decide_on_the_page(rounds=1)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_over_http_nineteen_keep_their_words_in_each_of_two_hundred_rounds(record):
    record("F9, over HTTP", **let_twenty_decide_on_the_page(rounds=200))


def let_twenty_decide_on_the_page(rounds):
    """Twenty send the form of their review at once: one is redirected, nineteen read it again."""
    reviewers = [make_reviewer() for _each in range(REVIEWERS)]
    counted = Counter(rounds=rounds, decisions=0, refusals=0, texts_kept=0)
    for _round in range(rounds):
        revision = make_entry(state="in_review").revisions.get()
        reviews = [make_review(revision, reviewer) for reviewer in reviewers]
        answers = all_at_once(send_behind, reviews)
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses == {302: 1, 409: REVIEWERS - 1}
        winner = revision.events.get().actor
        for review, answer in zip(reviews, answers, strict=True):
            if answer.status_code == 409:
                page = answer.content.decode()
                assert f"{winner.name} was first" in page
                assert f"Typed by {review.pk}, at length." in page
                counted["texts_kept"] += 1
        counted.update(decisions=statuses[302], refusals=statuses[409])
    return counted


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
def test_withdrawing_and_deciding_meet_in_one_legal_order_two_hundred_times(record):
    record("F14", **let_them_meet(rounds=200))


def let_them_meet(rounds):
    """An officer withdraws while a reviewer approves: one of them is too late, and told so."""
    reviewer = make_reviewer()
    counted = Counter(rounds=rounds, withdrawn=0, approved=0, refusals=0)
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
        counted.update({str(revision.state): 1, "refusals": 1})
    return counted


@pytest.mark.django_db(transaction=True)
def test_on_the_page_whoever_is_too_late_to_withdraw_or_decide_keeps_their_words():
    let_them_meet_on_the_page(rounds=2)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_over_http_whoever_is_too_late_keeps_their_words_two_hundred_times(record):
    record("F14, over HTTP", **let_them_meet_on_the_page(rounds=200))


def let_them_meet_on_the_page(rounds):
    """An officer sends a reason to withdraw while a reviewer sends a decision with words."""
    reviewer = make_reviewer()
    counted = Counter(rounds=rounds, withdrawn=0, decided=0, texts_kept=0)
    for number in range(rounds):
        revision = make_entry(state="in_review").revisions.get()
        review = make_review(revision, reviewer)
        # Withdrawing takes less: it would nearly always come first.
        withdraw = withdraw_behind if number % 2 else partial(withdraw_behind, reads_again=True)
        sends = [(send_behind, review), (withdraw, make_officer(revision.entry.city))]
        decided, withdrawn = all_at_once(partial(do_behind, revision), sends)
        assert sorted([decided.status_code, withdrawn.status_code]) == [302, 409]
        revision.refresh_from_db()
        assert revision.events.count() == 1
        if decided.status_code == 302:
            assert revision.state == RevisionState.APPROVED
            assert REASON in withdrawn.content.decode()
        else:
            assert revision.state == RevisionState.WITHDRAWN
            assert f"Typed by {review.pk}, at length." in decided.content.decode()
        counted.update({"decided" if decided.status_code == 302 else "withdrawn": 1})
        counted["texts_kept"] += 1
    return counted


def do_behind(revision, sent, _number, gate):
    act, thing = sent
    return act(thing, 0, gate) if act is send_behind else act(revision, thing, gate)


def withdraw_behind(revision, officer, gate, *, reads_again=False):
    browser = Client()
    browser.force_login(officer)
    connection.close()
    gate.wait()
    where = {"slug": revision.entry.slug, "number": revision.number}
    address = reverse("marketplace:revision-withdraw", kwargs=where)
    if reads_again:
        browser.get(address)
    return browser.post(address, {"note": REASON})


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
