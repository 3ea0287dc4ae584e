"""Whoever tries whatever in whatever order: the table holds, and nothing happens twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cities import effects
from cities.effects import works
from cities.models import Effect, EffectState, Mail
from marketplace.models import (
    OPEN_STATES,
    AskedFor,
    Entry,
    Review,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.services import OPEN_REVIEW, Refused, decline, give_review, start_revision
from marketplace.steps import AT, Action, Who
from marketplace.workflow import DECISIONS, perform
from tests.factories import make_entry, make_officer, make_reviewer, make_staff

PEOPLE = {
    "officer": {Who.CITY, Who.WRITER},
    "writer": {Who.WRITER},
    "officer of another city": set(),
    "first reviewer": {Who.REVIEWER},
    "second reviewer": {Who.REVIEWER},
    "third reviewer": {Who.REVIEWER},
    "staff": {Who.STAFF},
    "staff in conflict": set(),
    "portal": {Who.PORTAL},
}
anybody = st.sampled_from(sorted(PEOPLE))
reviewers = st.sampled_from(["first reviewer", "second reviewer", "third reviewer"])


class AnyOrder(RuleBasedStateMachine):
    """One entry, and everybody who may or may not do something with it."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.entry = make_entry(state="draft")
        city = self.entry.city
        self.people = {
            "officer": make_officer(city),
            "writer": make_officer(city, {"may_submit": False}),
            "officer of another city": make_officer(make_entry().city),
            **{name: make_reviewer() for name in PEOPLE if "reviewer" in name},
            "staff": make_staff(),
            "staff in conflict": make_staff(),
            "portal": None,
        }
        self.people["staff in conflict"].conflicts.create(city=city)
        self.roles = {person.pk: PEOPLE[name] for name, person in self.people.items() if person}

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def latest(self):
        return self.entry.revisions.order_by("-number").first()

    def try_to(self, act):
        try:
            with transaction.atomic():
                act()
        except (Refused, PermissionDenied):
            pass

    # ── what people try ──────────────────────────────────────────────────────────────────────────
    @rule(who=anybody, action=st.sampled_from(Action), whom=reviewers, held=st.booleans())
    def takes_a_step(self, who, action, whom, held):
        owed = Review.objects.filter(revision=self.latest(), state__in=OPEN_REVIEW).first()
        until = timezone.now() + timedelta(days=3) if held else None
        given = {"reviewer": self.people[whom], "instead_of": owed, "embargo_until": until}
        self.try_to(
            lambda: perform(action, self.latest(), actor=self.people[who], note="So.", **given)
        )

    @rule()
    def goes_on(self):
        """The step that comes next on the way, so that runs get far."""
        state = self.latest().state
        if state == RevisionState.DRAFT:
            step, who = Action.SUBMIT, "officer"
        elif state == RevisionState.IN_REVIEW:
            step, who = Action.APPROVE, "staff"
        else:
            self.worker_works()
            return
        self.try_to(lambda: perform(step, self.latest(), actor=self.people[who], note="So."))

    @rule(who=st.sampled_from(["officer", "staff"]))
    def takes_it_back(self, who):
        withdraw = {"actor": self.people[who], "note": "So."}
        self.try_to(lambda: perform(Action.WITHDRAW, self.latest(), **withdraw))

    @rule(action=st.sampled_from(sorted(DECISIONS)), held=st.booleans())
    def reviewer_decides(self, action, held):
        owed = Review.objects.filter(revision=self.latest(), state__in=OPEN_REVIEW).first()
        until = timezone.now() + timedelta(days=3) if held else None
        if owed is not None:
            decision = {"actor": owed.reviewer, "note": "So.", "embargo_until": until}
            self.try_to(lambda: perform(action, self.latest(), **decision))

    @rule(who=anybody)
    def withdraws_what_is_public(self, who):
        live = Entry.objects.get(pk=self.entry.pk).live_revision
        if live is not None:
            self.try_to(lambda: perform(Action.WITHDRAW, live, actor=self.people[who], note="So."))

    @rule()
    def officer_starts_the_next_revision(self):
        self.try_to(lambda: start_revision(self.entry, self.people["officer"]))

    @rule(conflict=st.booleans())
    def reviewer_gives_it_back(self, conflict):
        owed = Review.objects.filter(revision=self.latest(), state__in=OPEN_REVIEW).last()
        if owed is not None:
            self.try_to(lambda: decline(owed, reason="No time.", conflict=conflict))
            if conflict:
                self.roles[owed.reviewer_id] = set()

    @rule()
    def reviewer_gives_it_without_a_decision(self):
        owed = Review.objects.filter(revision=self.latest(), state__in=OPEN_REVIEW).first()
        if owed is not None:
            words = {"scores": {}, "to_city": "Good.", "private_note": ""}
            self.try_to(
                lambda: give_review(owed, recommendation="approve", version=owed.version, **words)
            )

    # ── what the portal does ─────────────────────────────────────────────────────────────────────
    @rule()
    def comes_to_a_reviewer(self):
        """Submitted, checked and asked for in one go, so that much happens in review."""
        if self.latest().state not in OPEN_STATES:
            self.officer_starts_the_next_revision()
        submit = {"actor": self.people["officer"]}
        self.try_to(lambda: perform(Action.SUBMIT, self.latest(), **submit))
        self.worker_works()

    @rule()
    def worker_works(self):
        effects.run_pending()

    @rule()
    def everything_is_delivered_again(self):
        for effect in Effect.objects.filter(kind__startswith="marketplace."):
            effects.run(effect.pk)
            if effect.state == EffectState.DONE:
                work, _outside = works.find(effect)
                self.try_to(lambda work=work, effect=effect: work(**effect.arguments))

    @rule()
    def time_passes(self):
        """What waits for a moment has its moment: an embargo, the end of the time for checks."""
        now = timezone.now()
        Revision.objects.filter(embargo_until__gt=now).update(embargo_until=now)
        Effect.objects.filter(state=EffectState.WAITING, due_at__gt=now).update(due_at=now)

    # ── what always holds ────────────────────────────────────────────────────────────────────────
    @invariant()
    def history_leads_along_the_table_to_where_each_revision_stands(self):
        for revision in self.entry.revisions.all():
            state = RevisionState.DRAFT
            for event in revision.events.order_by("pk"):
                assert event.before == state
                arrow = AT[RevisionState(event.before), Action(event.action)]
                assert event.after == arrow.after
                state = RevisionState(event.after)
            assert revision.state == state

    @invariant()
    def every_step_was_taken_by_somebody_the_table_names(self):
        for event in ReviewEvent.objects.filter(revision__entry=self.entry, pk__gt=self.seen()):
            named = AT[RevisionState(event.before), Action(event.action)].who
            if event.actor_id is None:
                assert Who.PORTAL in named
            elif self.takes_along(event):
                continue
            else:
                assert self.ever.setdefault(event.actor_id, set()) & named, event

    def seen(self):
        """Roles are noted before a conflict ends them: they held when the step was taken."""
        self.ever = getattr(self, "ever", {})
        for person, roles in self.roles.items():
            self.ever.setdefault(person, set()).update(roles)
        return 0

    def takes_along(self, event):
        """Whoever withdraws an entry withdraws what is on its way."""
        return event.action == Action.WITHDRAW and event.note == "So."

    @invariant()
    def one_revision_is_open_and_one_is_live_at_most(self):
        entry = Entry.objects.get(pk=self.entry.pk)
        revisions = list(entry.revisions.all())
        assert sum(each.state in OPEN_STATES for each in revisions) <= 1
        public = [each for each in revisions if each.state == RevisionState.PUBLISHED]
        is_shown = entry.live_revision is not None and entry.withdrawn_at is None
        assert public == ([entry.live_revision] if is_shown else [])

    @invariant()
    def nobody_owes_a_review_of_what_is_not_in_review(self):
        owed = Review.objects.filter(revision__entry=self.entry, state__in=OPEN_REVIEW)
        assert not owed.exclude(revision__state=RevisionState.IN_REVIEW).exists()

    @invariant()
    def each_decision_and_each_request_was_mailed_once(self):
        events = ReviewEvent.objects.filter(revision__entry=self.entry)
        told = Mail.objects.filter(kind="marketplace_decided")
        # One officer may submit for this city.
        assert told.count() == events.filter(action__in=DECISIONS).count()
        asked = Review.objects.filter(revision__entry=self.entry)
        assert Mail.objects.filter(kind="marketplace_assigned").count() == asked.count()
        asking = [Action.ASSIGN, Action.REASSIGN, Action.CONSULT]
        assert asked.count() == events.filter(action__in=asking).count()
        opinions = asked.filter(asked_for=AskedFor.OPINION).count()
        assert opinions <= events.filter(action__in=[Action.CONSULT, Action.REASSIGN]).count()

    @invariant()
    def publishing_happens_once_for_each_revision_and_only_after_its_embargo(self):
        for revision in self.entry.revisions.all():
            published = revision.events.filter(action=Action.PUBLISH)
            assert published.count() <= 1
            if published and revision.embargo_until:
                assert published[0].at >= revision.embargo_until

    @invariant()
    def nothing_was_given_up_and_who_is_in_conflict_reads_no_review(self):
        assert not Effect.objects.filter(state=EffectState.DEAD).exists()
        conflicted = self.people["staff in conflict"]
        assert not Review.objects.visible_to(conflicted).exists()
        hidden = Revision.objects.visible_to(conflicted).filter(entry=self.entry)
        assert set(hidden.values_list("state", flat=True)) <= {RevisionState.PUBLISHED}

    @invariant()
    def given_reviews_are_dated(self):
        given = Review.objects.filter(revision__entry=self.entry, state=ReviewState.GIVEN)
        assert not given.filter(given_at=None).exists()


def run(examples, steps):
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_any_order_of_steps_keeps_what_always_holds():
    run(examples=8, steps=20)


@pytest.mark.fault
@pytest.mark.django_db
def test_ten_thousand_steps_in_any_order_keep_what_always_holds():
    run(examples=250, steps=40)
