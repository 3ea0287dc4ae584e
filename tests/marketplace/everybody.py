"""Everybody at one entry after another: who they are, and a step tried and noted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import time_machine
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from marketplace.models import (
    UNDER_REVIEW,
    Assignment,
    DecidedBy,
    Review,
    Revision,
    RevisionState,
)
from marketplace.services import OPEN_REVIEW, Refused
from marketplace.steps import Action, Who
from marketplace.workflow import decide, perform
from tests.factories import (
    make_entry,
    make_officer,
    make_process,
    make_reviewer,
    make_round,
    make_staff,
)

A_TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)
# The portal itself is none of them: it takes its steps by the work it handed over.
PEOPLE = {
    "officer": {Who.CITY, Who.WRITER},
    "writer": {Who.WRITER},
    "officer of another city": set(),
    "staff": {Who.STAFF},
    "staff in conflict": set(),
}
REVIEWERS = [f"reviewer {number}" for number in range(1, 6)]
IN_CONFLICT = "reviewer in conflict"
anybody = st.sampled_from([*PEOPLE, *REVIEWERS, IN_CONFLICT])
reviewers = st.sampled_from([*REVIEWERS, IN_CONFLICT])
embargoes = st.sampled_from([None, None, timedelta(days=3)])


class Everybody(RuleBasedStateMachine):
    """One entry of a city after another, and everybody who may or may not do something with it."""

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(A_TUESDAY, tick=False)
        self.now = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.entry = make_entry(state="draft")
        self.entries, city = [self.entry], self.entry.city
        self.people = {
            "officer": make_officer(city),
            "writer": make_officer(city, {"may_submit": False}),
            "officer of another city": make_officer(make_entry().city),
            "staff": make_staff(),
            "staff in conflict": make_staff(),
            **{name: make_reviewer() for name in [*REVIEWERS, IN_CONFLICT]},
        }
        self.roles = {
            person.pk: PEOPLE.get(name, {Who.REVIEWER}) for name, person in self.people.items()
        }
        for name in ("staff in conflict", IN_CONFLICT):
            self.comes_into_conflict(self.people[name])
        # What was done, to compare the history with; until when what was approved is held back.
        self.taken, self.held = Counter(), {}
        self.seen_event = self.seen_review = self.words = 0
        self.old_pages, self.stood = [], None

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.clock.stop()

    @initialize(
        number=st.sampled_from([1, 1, 2]),
        decided_by=st.sampled_from([DecidedBy.REVIEWERS] * 2 + [DecidedBy.STAFF]),
        assignment=st.sampled_from([Assignment.AUTOMATIC] * 2 + [Assignment.BY_HAND]),
        has_review=st.sampled_from([True] * 3 + [False]),
        further=st.lists(st.tuples(st.sampled_from([1, 1, 2]), st.booleans()), max_size=2),
    )
    def edition_is_reviewed_in_its_way(self, number, decided_by, assignment, has_review, further):
        process = make_process(
            reviewers=number,
            decided_by=decided_by,
            assignment=assignment,
            has_review=has_review,
            asks_outside=False,
        )
        for place, (people, again) in enumerate(further, start=1):
            make_round(process, place, reviewers=people, asks_again=again)

    def latest(self):
        return self.entry.revisions.order_by("-number").first()

    def owed(self):
        return Review.objects.filter(revision=self.latest(), state__in=OPEN_REVIEW)

    def roles_of(self, person):
        return self.roles[person.pk] if person else {Who.PORTAL}

    def comes_into_conflict(self, person):
        person.conflicts.create(city=self.entry.city)
        self.roles[person.pk] = set()

    def try_to(self, act):
        try:
            with transaction.atomic():
                return act()
        except (Refused, PermissionDenied):
            return None

    def step(self, action, revision, who, until=None, by=perform, **given):
        """Somebody tries a step; what was taken is noted, to be found in the history."""
        stands = Revision.objects.get(pk=revision.pk).state
        on_the_way = list(revision.entry.revisions.filter(state__in=UNDER_REVIEW))
        self.words += 1
        note = f"Word {self.words}."
        given |= {"to_city" if by is decide else "note": note, "embargo_until": until}
        event = self.try_to(
            lambda: (
                by(action, given.pop("review"), **given)
                if by is decide
                else perform(action, revision, actor=who, **given)
            )
        )
        if event is None:
            return
        actor = event.actor_id
        self.taken[event.revision_id, action, actor, note] += 1
        if action == Action.WITHDRAW and stands == RevisionState.PUBLISHED:
            # Whoever withdraws an entry withdraws what is on its way.
            for each in on_the_way:
                self.taken[each.pk, action, actor, note] += 1
        if action == Action.APPROVE and until:
            self.held[event.revision_id] = until
        elif action == Action.LIFT:
            self.held.pop(event.revision_id, None)
        elif action == Action.REASSIGN:
            assert given["instead_of"] not in self.owed()
