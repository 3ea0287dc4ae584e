"""Several people at one revision at once, and any order of anybody's steps."""

from collections import Counter
from functools import partial
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cities import effects
from cities.models import Effect, EffectState, Mail
from marketplace.models import OPEN_STATES, Entry, ReviewEvent, ReviewState, RevisionState
from marketplace.services import Refused, decline, start_revision
from marketplace.workflow import DECISIONS, NEXT, Action, StepRefused, decide, perform
from tests.factories import make_entry, make_officer, make_review, make_reviewer, make_staff

ROUNDS = 5
REVIEWERS = 6


@pytest.mark.django_db(transaction=True)
def test_of_reviewers_who_decide_at_once_one_wins_and_the_others_learn_who():
    for _round in range(ROUNDS):
        revision = make_entry(state="in_review").revisions.get()
        reviews = [make_review(revision) for _each in range(REVIEWERS)]
        outcomes = all_at_once(decide_behind, reviews)
        winners = [outcome for outcome in outcomes if isinstance(outcome, ReviewEvent)]
        refusals = [outcome for outcome in outcomes if isinstance(outcome, StepRefused)]
        assert (len(winners), len(refusals)) == (1, REVIEWERS - 1), outcomes
        winner = winners[0].actor.name
        assert all(f"{winner} was first" in str(refusal) for refusal in refusals)
        assert revision.events.count() == 1
        states = Counter(revision.reviews.values_list("state", flat=True))
        assert states == {ReviewState.GIVEN: 1, ReviewState.ENDED: REVIEWERS - 1}


@pytest.mark.django_db(transaction=True)
def test_an_officer_who_withdraws_while_a_reviewer_decides_meets_one_legal_order():
    for _round in range(ROUNDS):
        revision = make_entry(state="in_review").revisions.get()
        review = make_review(revision)
        officer = make_officer(revision.entry.city)
        steps = [(Action.WITHDRAW, officer), (Action.APPROVE, review.reviewer)]
        outcomes = all_at_once(partial(step_behind, revision), steps)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "ReviewEvent",
            "StepRefused",
        ]
        revision.refresh_from_db()
        assert revision.state in {RevisionState.WITHDRAWN, RevisionState.APPROVED}


def decide_behind(review, number, gate):
    gate.wait()
    return decide(
        [Action.APPROVE, Action.SEND_BACK, Action.REJECT][number % 3],
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


PEOPLE = ["officer", "other officer", "reviewer", "second reviewer", "staff", "portal"]
steps = st.one_of(
    st.tuples(st.sampled_from(Action), st.sampled_from(PEOPLE)),
    st.sampled_from(
        [("worker", ""), ("worker", ""), ("start", ""), ("decline", ""), ("again", "")]
    ),
)


class AnyOrderOfSteps(TestCase):
    """Whoever tries whatever in whatever order."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=5, max_size=40))
    def test_leaves_a_history_that_follows_the_table_and_does_nothing_twice(self, tried):
        entry = make_entry(state="draft")
        people = {
            "officer": make_officer(entry.city),
            "other officer": make_officer(make_entry().city),
            "reviewer": make_reviewer(),
            "second reviewer": make_reviewer(),
            "staff": make_staff(),
            "portal": None,
        }
        for what, who in tried:
            self.attempt(entry, people, what, who)
            self.look_at(entry)
        effects.run_pending()
        self.look_at(entry)
        # What is not done is not due yet: the end of the time for checks.
        assert not Effect.objects.due().exists()
        assert not Effect.objects.filter(state=EffectState.DEAD).exists()

    def attempt(self, entry, people, what, who):
        latest = entry.revisions.order_by("-number").first()
        try:
            if what == "worker":
                effects.run_pending()
            elif what == "start":
                start_revision(entry, people["officer"])
            elif what == "decline":
                owed = latest.reviews.filter(state__in=["asked", "started"]).first()
                if owed:
                    decline(owed, reason="No time.")
            elif what == "again":
                for effect in Effect.objects.filter(state=EffectState.DONE):
                    effects.run(effect.pk)
            else:
                perform(
                    what,
                    latest,
                    actor=people[who],
                    note="Because.",
                    reviewer=people["second reviewer"],
                )
        except (Refused, PermissionDenied):
            pass

    def look_at(self, entry):
        entry = Entry.objects.get(pk=entry.pk)
        revisions = list(entry.revisions.all())
        for revision in revisions:
            state = RevisionState.DRAFT
            for event in revision.events.order_by("pk"):
                assert event.before == state
                assert NEXT[RevisionState(event.before), Action(event.action)] == event.after
                state = event.after
            assert revision.state == state
        assert sum(revision.state in OPEN_STATES for revision in revisions) <= 1
        shown = [each for each in revisions if each.state == RevisionState.PUBLISHED]
        assert shown == (
            [] if not entry.live_revision or entry.withdrawn_at else [entry.live_revision]
        )
        of_entry = ReviewEvent.objects.filter(revision__entry=entry)
        decided = of_entry.filter(action__in=DECISIONS).count()
        told = Mail.objects.filter(kind="marketplace_decided").count()
        assert told == decided  # one officer may submit for this city
        asked = Mail.objects.filter(kind="marketplace_assigned").count()
        assert asked == of_entry.filter(action=Action.ASSIGN).count()
