"""Groups are worked out in the worker: once, with progress, cancelled, tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import PeerGroup, PeerRound, PeerSeat, RoundState, RunState, SolverRun
from events.services import peer_runs, runs
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_staff()


def solved(round: PeerRound, drain, staff, **options) -> SolverRun:
    """A run that the worker has finished."""
    run = runs.start(round, by=staff, **options)
    drain()
    run.refresh_from_db()
    round.refresh_from_db()
    return run


def seats_of(round: PeerRound) -> dict[int, int]:
    return dict(
        PeerSeat.objects.filter(group__round=round).values_list("entry__city", "group__number")
    )


def test_a_run_seats_everybody_and_staff_alone_see_it(drain, staff):
    round = make.make_peer_round(6)
    officer = make.make_officer(round.entries.first().city)

    run = solved(round, drain, staff)

    assert run.state == RunState.DONE
    assert round.state == RoundState.PROPOSED
    assert len(seats_of(round)) == 6
    assert {group.seats.count() for group in round.groups.all()} == {3}
    assert run.report["quality"]["repeats"] == 0
    for person, sees in ((staff, 2), (officer, 0), (AnonymousUser(), 0)):
        assert PeerGroup.objects.visible_to(person).count() == sees


def test_turns_fill_the_session(drain, staff):
    round = make.make_peer_round(3)
    solved(round, drain, staff)

    seats = PeerSeat.objects.order_by("position")
    assert [(seat.position, seat.begins, seat.pitch, seat.discussion) for seat in seats] == [
        (1, 0, 7, 23), (2, 30, 7, 23), (3, 60, 7, 23),
    ]  # fmt: skip


def test_the_same_seed_gives_the_same_groups(drain, staff):
    round = make.make_peer_round(12)
    first = solved(round, drain, staff, seed=7)
    again = solved(round, drain, staff, seed=7)

    assert again.plan == first.plan


def test_a_run_delivered_again_changes_nothing(drain, staff):
    round = make.make_peer_round(6)
    run = solved(round, drain, staff)
    before = seats_of(round), SolverRun.objects.values().get()

    runs.work(run.pk)

    assert (seats_of(round), SolverRun.objects.values().get()) == before


def test_whoever_asks_while_one_is_on_its_way_gets_that_one(staff):
    round = make.make_peer_round(6)
    assert runs.start(round, by=staff) == runs.start(round, by=staff)


def test_the_database_holds_one_run_at_a_time(staff):
    round = make.make_peer_round(6)
    runs.start(round, by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        SolverRun.objects.create(peer_round=round, asked_by=staff)


def test_a_cancelled_run_leaves_everything_as_it_was(drain, staff):
    round = make.make_peer_round(6)
    run = runs.start(round, by=staff)
    round.refresh_from_db()
    assert round.state == RoundState.SOLVING

    assert runs.cancel(run)
    drain()

    run.refresh_from_db()
    round.refresh_from_db()
    assert (run.state, round.state) == (RunState.CANCELLED, RoundState.DRAFT)
    assert not PeerGroup.objects.exists()


def test_a_search_stops_when_somebody_cancels(monkeypatch, staff):
    round = make.make_peer_round(6)
    run = runs.start(round, by=staff)
    monkeypatch.setattr(runs, "LOOK_S", 0.0)
    search = peer_runs.search

    def cancel_first(run, tell):
        runs.cancel(run)
        return search(run, tell)

    monkeypatch.setattr(peer_runs, "search", cancel_first)
    runs.work(run.pk)

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert run.plan == {}


def test_a_search_that_breaks_off_says_so_and_can_be_tried_again(drain, monkeypatch, staff):
    round = make.make_peer_round(6)
    with monkeypatch.context() as broken:
        broken.setattr(peer_runs, "search", lambda run, tell: 1 / 0)
        run = solved(round, drain, staff)
    assert (run.state, round.state) == (RunState.FAILED, RoundState.DRAFT)

    assert runs.retry(run)
    drain()

    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_run_whose_worker_is_gone_may_be_asked_for_again(staff):
    run = runs.start(make.make_peer_round(6), by=staff)
    assert not runs.may_retry(run)
    SolverRun.objects.update(changed_at=timezone.now() - runs.SILENT - timedelta(seconds=1))
    run.refresh_from_db()
    assert runs.may_retry(run)


def test_a_round_without_cities_or_sessions_is_not_worked_out(staff):
    with pytest.raises(runs.RunRefused, match="cities"):
        runs.start(make.make_peer_round(2), by=staff)
    round = make.make_peer_round(6)
    round.sessions.clear()
    with pytest.raises(runs.RunRefused, match="sessions"):
        runs.start(round, by=staff)
