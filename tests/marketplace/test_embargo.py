"""Approved now, public later: the embargo, lifted or waited out."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cities import effects
from cities.effects import running
from cities.models import Effect, EffectState
from marketplace.models import ReviewEvent, RevisionState
from marketplace.workflow import Action, StepRefused, perform
from tests.factories import make_entry, make_officer, make_process, make_revision, make_staff

pytestmark = pytest.mark.django_db
A_WEEK = timedelta(days=7)


@pytest.fixture
def held():
    """A revision that staff approved, to be public in a week."""
    revision = make_entry(state="in_review").revisions.get()
    until = timezone.now() + A_WEEK
    return perform(Action.APPROVE, revision, actor=make_staff(), embargo_until=until).revision


def test_it_waits_and_is_published_then(held, drain):
    drain()
    held.refresh_from_db()
    assert held.state == RevisionState.APPROVED
    assert list(type(held).objects.embargoed()) == [held]
    with time_machine.travel(timezone.now() + A_WEEK + timedelta(minutes=1)):
        drain()
    held.refresh_from_db()
    assert held.state == RevisionState.PUBLISHED
    held.entry.refresh_from_db()
    assert held.entry.live_revision == held


def test_it_survives_a_worker_that_dies_and_a_queue_that_forgets(held, drain):
    effect = Effect.objects.get(kind="marketplace.publish")
    with time_machine.travel(timezone.now() + A_WEEK + timedelta(minutes=1)):
        # Taken by a worker that dies: its lease ends, and the sweep finds it.
        assert running.take(effect.pk) is not None
        assert not effects.run(effect.pk)
    with time_machine.travel(timezone.now() + A_WEEK + timedelta(minutes=9)):
        assert effect in Effect.objects.lost(effects.GRACE)
        drain()
    held.refresh_from_db()
    assert held.state == RevisionState.PUBLISHED
    assert ReviewEvent.objects.filter(action=Action.PUBLISH).count() == 1


def test_work_that_comes_too_early_is_put_back_to_the_moment(held):
    effect = Effect.objects.get(kind="marketplace.publish")
    Effect.objects.update(due_at=timezone.now())
    assert not effects.run(effect.pk)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (EffectState.WAITING, 0)
    assert effect.due_at == held.embargo_until


def test_staff_lift_it_and_it_is_published_once(held, drain):
    perform(Action.LIFT, held, actor=make_staff(), note="The minister was sooner.")
    drain()
    held.refresh_from_db()
    assert (held.state, held.embargo_until) == (RevisionState.PUBLISHED, None)
    with time_machine.travel(timezone.now() + A_WEEK + timedelta(minutes=1)):
        drain()
    assert ReviewEvent.objects.filter(action=Action.PUBLISH).count() == 1
    with pytest.raises(StepRefused):
        perform(Action.LIFT, held, actor=make_staff())


def test_the_city_may_take_it_back_until_then(held, drain):
    perform(Action.WITHDRAW, held, actor=make_officer(held.entry.city))
    with time_machine.travel(timezone.now() + A_WEEK + timedelta(minutes=1)):
        drain()
    held.refresh_from_db()
    assert held.state == RevisionState.WITHDRAWN
    assert not Effect.objects.exclude(state=EffectState.DONE).filter(kind__contains="market")


def test_a_withdrawn_entry_takes_along_what_an_embargo_holds_back(drain):
    entry, staff = make_entry(), make_staff()
    later = make_revision(entry, state="in_review")
    perform(Action.APPROVE, later, actor=staff, embargo_until=timezone.now() + A_WEEK)
    perform(Action.WITHDRAW, entry.live_revision, actor=staff, note="Outdated.")
    later.refresh_from_db()
    assert later.state == RevisionState.WITHDRAWN


def test_a_process_holds_back_everything_until_its_moment(drain):
    moment = timezone.now() + A_WEEK
    process = make_process(embargo_until=moment)
    sooner, later = moment - timedelta(days=1), moment + timedelta(days=1)
    for asked, expected in ((None, moment), (sooner, moment), (later, later)):
        revision = make_entry(state="in_review", process=process).revisions.get()
        event = perform(Action.APPROVE, revision, actor=make_staff(), embargo_until=asked)
        assert event.revision.embargo_until == expected


def test_a_moment_that_has_passed_is_no_embargo(drain):
    revision = make_entry(state="in_review").revisions.get()
    yesterday = timezone.now() - timedelta(days=1)
    perform(Action.APPROVE, revision, actor=make_staff(), embargo_until=yesterday)
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.PUBLISHED
