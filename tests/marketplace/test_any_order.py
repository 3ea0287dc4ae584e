"""Whoever tries whatever in whatever order: the table holds, and nothing happens twice."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from cities import effects
from cities.effects import works
from cities.models import Effect, EffectState
from marketplace import moves, periodic
from marketplace.models import (
    OPEN_STATES,
    Entry,
    Review,
    ReviewEvent,
    Revision,
    RevisionState,
)
from marketplace.services import decline, give_review, start_revision
from marketplace.steps import Action, Who
from marketplace.workflow import decide
from tests.factories import make_entry
from tests.marketplace import always
from tests.marketplace.always import DECISIONS, documented
from tests.marketplace.everybody import (
    IN_CONFLICT,
    REVIEWERS,
    Everybody,
    anybody,
    embargoes,
    reviewers,
)

# For more than usual: ANY_ORDER=250x40 runs 250 examples of 40 steps.
EXAMPLES, STEPS = (int(each) for each in os.environ.get("ANY_ORDER", "8x20").split("x"))


class AnyOrder(Everybody):
    """What may be tried, and what holds after each attempt."""

    figures = Counter()

    def teardown(self):
        self.figures.update(orders=1, taken=sum(self.taken.values()))
        try:
            self.everything_comes_to_rest()
        finally:
            super().teardown()

    # ── what people try ──────────────────────────────────────────────────────────────────────────
    @rule(who=anybody, action=st.sampled_from(Action), whom=reviewers, held=embargoes)
    def takes_a_step(self, who, action, whom, held):
        self.takes_from(self.latest(), who, action, whom, held)

    @rule(whom=reviewers, held=embargoes, data=st.data())
    def somebody_takes_a_step_that_is_theirs(self, whom, held, data):
        self.takes_what_the_table_has(self.latest(), whom, held, data)

    @rule()
    def opens_a_page_and_leaves_it_open(self):
        self.old_pages.append(self.latest())

    @precondition(lambda self: self.old_pages)
    @rule(whom=reviewers, data=st.data())
    def takes_a_step_on_an_old_page(self, whom, data):
        page = data.draw(st.sampled_from(self.old_pages))
        self.takes_what_the_table_has(page, whom, None, data)

    def takes_what_the_table_has(self, revision, whom, held, data):
        """Somebody takes a step that the table has for them where a page says it stands."""
        steps = sorted(step for state, step in documented() if state == revision.state)
        if steps:
            action = data.draw(st.sampled_from(steps))
            _after, named = documented()[RevisionState(revision.state), action]
            may = [name for name, person in self.people.items() if self.roles_of(person) & named]
            if may:
                who = data.draw(st.sampled_from(may))
                self.takes_from(revision, who, action, whom, held)

    def takes_from(self, revision, who, action, whom, held):
        given = {"reviewer": self.people[whom], "instead_of": self.owed().first()}
        until = timezone.now() + held if held else None
        self.step(action, revision, self.people[who], until=until, **given)

    @rule(who=st.sampled_from(["officer", "staff"]))
    def takes_it_back(self, who):
        self.step(Action.WITHDRAW, self.latest(), self.people[who])

    @rule(action=st.sampled_from(DECISIONS), held=embargoes)
    def reviewer_decides(self, action, held):
        owed = self.owed_review()
        if owed is not None:
            until = timezone.now() + held if held else None
            more = {"review": owed, "version": owed.version, "scores": {}, "private_note": ""}
            self.step(action, owed.revision, owed.reviewer, until=until, by=decide, **more)

    @rule(action=st.sampled_from(DECISIONS), held=embargoes)
    def staff_decide(self, action, held):
        until = timezone.now() + held if held else None
        self.step(action, self.latest(), self.people["staff"], until=until)

    @rule(days=st.integers(1, 9))
    def changes_stay_with_the_city_for_days(self, days):
        self.now.shift(timedelta(days=2))
        self.staff_decide(Action.SEND_BACK, None)
        self.now.shift(timedelta(days=days))
        self.comes_to_a_reviewer()

    @rule(who=anybody)
    def withdraws_what_is_public(self, who):
        live = self.live()
        if live is not None:
            self.step(Action.WITHDRAW, live, self.people[who])

    @rule()
    def what_is_public_is_withdrawn_while_a_later_one_is_under_review(self):
        live = self.live()
        self.comes_to_a_reviewer()
        if live is not None:
            self.step(Action.WITHDRAW, live, self.people["officer"])

    @rule()
    def officer_starts_the_next_revision(self):
        self.try_to(lambda: start_revision(self.entry, self.people["officer"]))

    @rule(conflict=st.booleans())
    def reviewer_gives_it_back(self, conflict):
        owed = self.owed_review()
        if owed is not None:
            self.try_to(lambda: decline(owed, reason="No time.", conflict=conflict))
            if conflict:
                self.roles[owed.reviewer_id] = set()

    @rule(action=st.sampled_from(DECISIONS))
    def reviewer_comes_into_conflict_and_decides_all_the_same(self, action):
        owed = self.owed_review()
        if owed is not None and self.roles[owed.reviewer_id]:
            self.comes_into_conflict(owed.reviewer)
            self.step(action, owed.revision, owed.reviewer)

    @rule(recommendation=st.sampled_from(["approve", "approve", "approve", "reject"]))
    def reviewer_gives_it_without_a_decision(self, recommendation):
        owed = self.owed_review()
        if owed is not None:
            words = {"scores": {}, "to_city": "Good.", "private_note": ""}
            given = {"recommendation": recommendation, "version": owed.version}
            self.try_to(lambda: give_review(owed, **given, **words))

    @rule()
    def round_goes_on_to_the_next(self):
        for _each in range(3):
            if self.owed().exists():
                self.reviewer_gives_it_without_a_decision("approve")
        self.worker_works()

    @rule(whom=reviewers)
    def staff_ask_somebody_else(self, whom):
        owed = self.owed_review()
        if owed is not None:
            given = {"reviewer": self.people[whom], "instead_of": owed}
            self.step(Action.REASSIGN, owed.revision, self.people["staff"], **given)

    def owed_review(self):
        """Return a review that is owed, once it came so far; None where nobody can be asked."""
        if not self.owed().exists():
            self.comes_to_a_reviewer()
        return self.owed().select_related("revision", "reviewer").first()

    def live(self):
        """Return what the public sees, once it came so far; None where it cannot."""
        if Entry.objects.get(pk=self.entry.pk).live_revision is None:
            self.goes_all_the_way(None)
        return Entry.objects.get(pk=self.entry.pk).live_revision

    @rule(goes=st.booleans())
    def staff_merge_it_with_another(self, goes):
        other = make_entry(city=self.entry.city)
        kept, merged = (other, self.entry) if goes else (self.entry, other)
        self.words += 1
        note = f"Word {self.words}."
        live = Entry.objects.get(pk=merged.pk).live_revision_id
        staff = self.people["staff"]
        if self.try_to(lambda: moves.merge(kept, merged, actor=staff, reason=note)) is None:
            return
        fresh = Entry.objects.get(pk=merged.pk)
        assert not Entry.objects.live().filter(pk=fresh.pk).exists()
        assert fresh.merged_into == kept
        if goes:
            withdrawn = ReviewEvent.objects.filter(revision=live, note=note)
            self.taken.update((live, each.action, each.actor_id, note) for each in withdrawn)
            self.entry = make_entry(city=self.entry.city, state="draft")
            self.entries.append(self.entry)
        assert live is None or not Revision.objects.filter(pk=live, state="published").exists()

    # ── what the portal does ─────────────────────────────────────────────────────────────────────
    @rule(again=st.booleans())
    def comes_to_a_reviewer(self, again=False):
        """Submitted, checked and asked for in one go, so that much happens in review."""
        if self.latest().state not in OPEN_STATES:
            self.officer_starts_the_next_revision()
        self.step(Action.SUBMIT, self.latest(), self.people["officer"])
        self.worker_works()
        if self.latest().state == RevisionState.CHECKED:
            given = {"reviewer": self.people[REVIEWERS[0]]}
            self.step(Action.ASSIGN, self.latest(), self.people["staff"], **given)
        if again:
            self.everything_is_delivered_again()

    @rule(held=embargoes)
    def goes_all_the_way(self, held):
        """Up to the public, or to a moment that staff do not wait for."""
        self.comes_to_a_reviewer()
        self.staff_decide(Action.APPROVE, held)
        self.worker_works()
        if held:
            self.step(Action.LIFT, self.latest(), self.people["staff"])

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

    @rule(passed=st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=4)]))
    def time_passes(self, passed):
        self.now.shift(passed)

    @rule(weeks=st.integers(1, 3))
    def weeks_pass_and_the_clock_strikes(self, weeks):
        self.now.shift(timedelta(weeks=weeks))
        for strike in (
            periodic.remind_reviewers,
            periodic.tell_overdue,
            periodic.escalate,
            periodic.reassign_late,
            periodic.look_for_reviewers,
        ):
            strike()
        self.worker_works()

    def everything_comes_to_rest(self):
        """At the end: nothing is left on its way that only the portal could bring on."""
        # Work that is done may leave work for later behind, as checks do.
        for _each in range(3):
            self.now.shift(timedelta(days=30))
            self.worker_works()
        periodic.look_for_reviewers()
        self.worker_works()
        for entry in self.entries:
            always.whatever_is_reviewed_goes_on_or_staff_were_told(entry)
        waiting = [RevisionState.SUBMITTED, RevisionState.APPROVED]
        left = Revision.objects.filter(entry__in=self.entries, state__in=waiting)
        assert list(left) == []
        undone = Effect.objects.exclude(state=EffectState.DONE)
        assert list(undone.values_list("kind", "state", "due_at", "last_error")) == []
        for check in (self.history_is_complete_and_leads_along_the_table, self.nothing_failed):
            check()

    # ── what always holds ────────────────────────────────────────────────────────────────────────
    @invariant()
    def what_always_holds(self):
        """Asked anew whenever anything at all has changed; most attempts are refused."""
        stand = always.stand()
        if stand == self.stood:
            return
        self.stood = stand
        self.history_is_complete_and_leads_along_the_table()
        self.every_step_was_taken_by_somebody_the_table_names()
        self.nobody_is_asked_who_is_in_conflict()
        self.one_revision_is_open_and_one_is_live_at_most()
        self.nothing_happens_twice()
        self.the_clock_is_right()
        self.nothing_failed()

    def history_is_complete_and_leads_along_the_table(self):
        for entry in self.entries:
            always.history_leads_along_the_table_to_where_each_revision_stands(entry)
        by_people = ReviewEvent.objects.filter(
            revision__entry__in=self.entries, actor__isnull=False
        ).values_list("revision", "action", "actor", "note")
        assert Counter(by_people) == self.taken

    def every_step_was_taken_by_somebody_the_table_names(self):
        new = ReviewEvent.objects.filter(revision__entry__in=self.entries, pk__gt=self.seen_event)
        for event in new.order_by("pk"):
            _after, named = documented()[RevisionState(event.before), Action(event.action)]
            roles = self.roles_of(event.actor)
            assert roles & named, event
            if event.actor_id is None and event.action == Action.ASSIGN:
                always.the_portal_asks_no_more_than_the_process_says(event)
            if event.actor_id is None and event.action == Action.NEXT_ROUND:
                always.the_portal_begins_a_round_only_where_the_one_before_agrees(event)
            if roles == {Who.REVIEWER} and event.action in DECISIONS:
                always.a_reviewer_decides_as_the_process_says(event)
            self.seen_event = event.pk

    def nobody_is_asked_who_is_in_conflict(self):
        new = Review.objects.filter(revision__entry__in=self.entries, pk__gt=self.seen_review)
        for review in new.order_by("pk"):
            # Who fell into conflict since has no role any more; those had one when asked.
            assert review.reviewer != self.people[IN_CONFLICT], review
            self.seen_review = review.pk
        always.who_is_in_conflict_reads_no_review(self.people["staff in conflict"], self.entry)

    def one_revision_is_open_and_one_is_live_at_most(self):
        for entry in self.entries:
            always.one_revision_is_open_and_one_is_live_at_most(entry)
            always.nobody_owes_a_review_of_what_is_not_in_review(entry)
            always.given_reviews_are_dated(entry)
            always.each_round_was_begun_once_and_no_review_counts_in_two(entry)

    def nothing_happens_twice(self):
        always.each_decision_and_each_request_was_mailed_once(self.entries)
        always.each_step_handed_over_its_work_once(self.entries)
        always.publishing_happens_once_and_only_after_its_embargo(self.entry, self.held)

    def the_clock_is_right(self):
        always.the_clock_runs_in_working_days_without_the_pauses(self.entry)

    def nothing_failed(self):
        failed = Effect.objects.exclude(last_error="")
        assert list(failed.values_list("kind", "last_error")) == []


def run(examples, steps):
    AnyOrder.figures = Counter(tried=examples * steps)
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return AnyOrder.figures


@pytest.mark.django_db
def test_any_order_of_steps_keeps_what_always_holds():
    run(EXAMPLES, STEPS)


@pytest.mark.fault
@pytest.mark.django_db
def test_ten_thousand_steps_in_any_order_keep_what_always_holds(record):
    record("Any order", **run(examples=250, steps=40))
