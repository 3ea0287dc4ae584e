"""117 cities into groups of three, and 117 cities × 60 experts × 24 slots, each within a minute."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from time import perf_counter

import pytest

from events.allocation import groups, meetings, peers, refilling, regrouping, talks
from events.allocation.baselines import by_chance, greedy
from events.allocation.scoring import quality_of
from tests.events.allocation.problems import a_lab, a_market

pytestmark = pytest.mark.bench
MOST_SECONDS = 60


def timed(work):
    """What some work returns, and how many seconds it took."""
    began = perf_counter()
    done = work()
    return done, perf_counter() - began


@pytest.mark.parametrize("seed", [1, 2])
def test_117_cities_into_groups_of_three(record, seed):
    problem = a_lab(seed)
    plan, seconds = timed(lambda: groups.solve(problem, seed))
    record(f"117 cities into groups, lab {seed}", seconds, MOST_SECONDS, "s")
    ours, patient = quality_of(problem, plan), quality_of(problem, greedy(problem))
    lots = quality_of(problem, by_chance(problem, seed))
    record("… score", ours.score, f"≥ {patient.score} greedy, {lots.score} by chance", "%")

    assert seconds <= MOST_SECONDS
    assert peers.broken_rules(problem, plan) == []
    assert (ours.unplaced, ours.repeats, ours.guided) == (0, 0, 100)
    assert ours.score > patient.score > lots.score
    assert len({len(group.members) for group in plan.groups}) == 1

    pins = some_pins(plan, Random(seed))
    pinned = replace(problem, before=plan, pins=pins)
    again, seconds = timed(lambda: regrouping.solve_again(pinned, seed))
    moved = peers.moved_between(plan, again)
    record("… again with three pins", seconds, MOST_SECONDS, "s")
    record("… cities moved", len(moved), 2 * len(pins), "")

    assert seconds <= MOST_SECONDS
    assert peers.broken_rules(pinned, again) == []
    # Each pinned city changes places with one other at most.
    assert len(moved) <= 2 * len(pins)


def some_pins(plan, rng):
    """Three cities, each pinned to a group of its own that is not the one it sits in."""
    seats = plan.seats
    keys = rng.sample(sorted(seats), 3)
    numbers = [group.number for group in plan.groups if group.number not in map(seats.get, keys)]
    return dict(zip(keys, rng.sample(numbers, 3), strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_117_cities_60_experts_and_24_slots(record, seed):
    problem = a_market(seed)
    plan, seconds = timed(lambda: meetings.solve(problem))
    record(f"1:1s of 117 × 60 × 24, market {seed}", seconds, MOST_SECONDS, "s")
    ours = meetings.quality_of(problem, plan.talks)
    patient = meetings.quality_of(problem, refilling.greedy(problem))
    lots = meetings.quality_of(problem, refilling.by_chance(problem, seed))
    served = f"≥ {patient.cities_served} greedy, {lots.cities_served} by chance"
    record("… cities with a talk", ours.cities_served, served, "")
    record(
        "… points of wishes", ours.points, f"≥ {patient.points} greedy, {lots.points} by chance", ""
    )

    assert seconds <= MOST_SECONDS
    assert plan.proved
    assert talks.broken_rules(problem, plan.talks) == []
    assert (ours.cities_served, ours.points) > (patient.cities_served, patient.points)
    assert ours.cities_served >= lots.cities_served
    assert ours.points > patient.points > lots.points

    pins = frozenset(other_times(problem, plan.talks, Random(seed)))
    pinned = replace(problem, pins=pins, before=frozenset(plan.talks))
    again, seconds = timed(lambda: meetings.solve(pinned))
    record("… again with three pins", seconds, MOST_SECONDS, "s")
    lost = pairs_of(plan.talks) - pairs_of(again.talks)
    record(
        "… talks with another time", len({*plan.talks} - {*again.talks}) - len(lost), "fewest", ""
    )
    record("… talks lost", len(lost), len(pins), "")

    assert seconds <= MOST_SECONDS
    assert talks.broken_rules(pinned, again.talks) == []
    assert pins <= set(again.talks)
    # Proved: of the plans with these pins, none keeps more talks, nor more of them as they were.
    assert again.proved
    assert len(lost) <= len(pins)


def pairs_of(planned):
    """Who talks with whom."""
    return {(talk.city, talk.expert) for talk in planned}


def other_times(problem, planned, rng):
    """Three talks of different cities and experts, each moved to another slot that both have."""
    found = {}
    for talk in rng.sample(planned, len(planned)):
        free = problem.city[talk.city].free & set(problem.expert[talk.expert].rooms)
        others = sorted(free - {talk.slot})
        cities = {one.city for one in found.values()}
        if others and talk.expert not in found and talk.city not in cities:
            found[talk.expert] = replace(talk, slot=others[0])
        if len(found) == 3:
            break
    return found.values()
