"""One-to-one talks: every city once before any twice, and small plans are as good as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.allocation.meetings import NEXT_TALK, TalkPinsRefused, points_of, quality_of, solve
from events.allocation.refilling import by_chance, greedy, refill, refusals, smallest_help
from events.allocation.talks import (
    Asker,
    Expert,
    Slot,
    Talk,
    TalkProblem,
    Wish,
    broken_rules,
)
from tests.events.allocation.problems import a_market, few_talks
from tests.examples import examples

repeatable = settings(deadline=None, derandomize=True, max_examples=examples(80))


def every_plan(problem: TalkProblem) -> Iterator[tuple[Talk, ...]]:
    """Every set of talks that breaks no rule, pins aside."""
    free = replace(problem, pins=frozenset())
    possible = [
        Talk(city.key, wish.expert, slot.key)
        for city in problem.cities
        for wish in city.wishes
        for slot in problem.slots
        if not broken_rules(free, (Talk(city.key, wish.expert, slot.key),))
    ]

    def go_on(at: int, talks: tuple[Talk, ...]):
        if at == len(possible):
            yield talks
            return
        yield from go_on(at + 1, talks)
        more = (*talks, possible[at])
        if not broken_rules(free, more):
            yield from go_on(at + 1, more)

    yield from go_on(0, ())


def worth(problem: TalkProblem, talks: tuple[Talk, ...]) -> tuple[int, int]:
    """What the plan is chosen by: cities with a talk, then points and what a next talk adds."""
    rank = {(city.key, wish.expert): wish.rank for city in problem.cities for wish in city.wishes}
    times = Counter(talk.city for talk in talks)
    points = sum(points_of(rank[talk.city, talk.expert]) for talk in talks)
    return len(times), points + sum(sum(NEXT_TALK[:number]) for number in times.values())


@repeatable
@given(few_talks())
def test_a_plan_keeps_every_rule_and_none_is_better(problem):
    plan = solve(problem)

    assert plan.proved
    assert broken_rules(problem, plan.talks) == []
    assert worth(problem, plan.talks) == max(worth(problem, each) for each in every_plan(problem))


@repeatable
@given(few_talks(), st.data())
def test_solving_again_with_a_pin_changes_as_few_talks_as_must_change(problem, data):
    before = solve(problem)
    possible = [talks for talks in every_plan(problem) if talks and set(talks) - set(before.talks)]
    if not possible:
        return
    pin = data.draw(st.sampled_from(sorted({*data.draw(st.sampled_from(possible))})))
    again = replace(problem, pins=frozenset({pin}), before=frozenset(before.talks))
    pairs = {(talk.city, talk.expert) for talk in before.talks}

    def aims(talks: tuple[Talk, ...]) -> tuple[int, int, int]:
        kept = sum((talk.city, talk.expert) in pairs for talk in talks)
        return len({talk.city for talk in talks}), kept, len({*talks} & {*before.talks})

    plan = solve(again)

    assert broken_rules(again, plan.talks) == []
    assert aims(plan.talks) == max(aims(each) for each in every_plan(problem) if pin in each)


@repeatable
@given(few_talks(), st.data())
def test_what_is_cancelled_goes_to_who_waits_in_their_order(problem, data):
    plan = solve(problem)
    if not plan.talks:
        return
    gone = data.draw(st.sampled_from(plan.talks))
    left = tuple(talk for talk in plan.talks if talk != gone)
    cities = tuple(
        replace(city, wishes=tuple(wish for wish in city.wishes if wish.expert != gone.expert))
        if city.key == gone.city
        else city
        for city in problem.cities
    )
    after = replace(problem, cities=cities)

    new = refill(after, left)

    assert new == refill(after, left)
    assert broken_rules(after, (*left, *new)) == []
    # Whoever still waits could not be given anything.
    assert refill(after, (*left, *new)) == ()


def market(*cities: Asker, **experts: Expert) -> TalkProblem:
    slots = tuple(Slot(key, key * 30, key * 30 + 20) for key in range(4))
    return TalkProblem(slots, tuple(experts.values()), cities)


ALWAYS = frozenset(range(4))


def test_no_city_is_served_twice_before_every_city_is_served_once():
    both = (Wish(1, 1), Wish(2, 2))
    problem = market(
        Asker(1, both, ALWAYS), Asker(2, (Wish(1, 3), Wish(2, 4)), ALWAYS),
        a=Expert(1, {0: ""}), b=Expert(2, {1: ""}),
    )  # fmt: skip
    assert Counter(talk.city for talk in solve(problem).talks) == {1: 1, 2: 1}


def test_who_waits_without_any_talk_is_served_before_a_dearer_wish():
    problem = market(
        Asker(1, (Wish(1, 1), Wish(2, 1)), ALWAYS), Asker(2, (Wish(2, 5),), ALWAYS),
        a=Expert(1, {0: ""}), b=Expert(2, {1: ""}),
    )  # fmt: skip
    assert refill(problem, (Talk(1, 1, 0),)) == (Talk(2, 2, 1),)


@pytest.mark.parametrize(
    ("rooms", "number"),
    [(("A", "A"), 2), (("", ""), 2), (("A", "B"), 1), (("A", ""), 1)],
)
def test_nobody_runs_from_room_to_room_without_the_time_to_walk(rooms, number):
    slots = (Slot(0, 0, 20), Slot(1, 25, 45))
    experts = (Expert(1, {0: rooms[0]}), Expert(2, {1: rooms[1]}))
    asker = Asker(1, (Wish(1, 1), Wish(2, 2)), frozenset({0, 1}))
    problem = TalkProblem(slots, experts, (asker,))

    assert len(solve(problem).talks) == number
    assert len(solve(replace(problem, walk=5)).talks) == 2


def test_pins_that_cannot_be_together_are_refused():
    problem = market(
        Asker(1, (Wish(1, 1),), ALWAYS), Asker(2, (Wish(1, 1),), ALWAYS), a=Expert(1, {0: ""})
    )
    pins = frozenset({Talk(1, 1, 0), Talk(2, 1, 0)})

    with pytest.raises(TalkPinsRefused):
        solve(replace(problem, pins=pins))


def test_the_report_says_why_a_wish_was_not_served():
    problem = market(
        Asker(1, (Wish(1, 1),), ALWAYS),
        Asker(2, (Wish(1, 2), Wish(2, 3), Wish(3, 4)), frozenset({0})),
        a=Expert(1, {0: ""}), b=Expert(2, {}), c=Expert(3, {3: ""}),
    )  # fmt: skip
    talks = (Talk(1, 1, 0),)

    assert [(each.expert, each.reason) for each in refusals(problem, talks)] == [
        (1, "expert_full"), (2, "no_offer"), (3, "no_common_slot"),
    ]  # fmt: skip


def test_a_wish_that_could_be_served_says_so_and_one_without_time_to_walk_too():
    near = market(
        Asker(1, (Wish(1, 1), Wish(2, 2)), ALWAYS), a=Expert(1, {0: "A"}), b=Expert(2, {1: "A"})
    )
    far = replace(near, experts=(Expert(1, {0: "A"}), Expert(2, {1: "B"})), walk=20)

    for problem, reason in ((near, "free"), (far, "too_far")):
        assert [each.reason for each in refusals(problem, (Talk(1, 1, 0),))] == [reason]


def test_the_smallest_change_that_would_serve_a_city_is_named():
    problem = market(
        Asker(1, (Wish(1, 1),), ALWAYS),
        Asker(2, (Wish(1, 1),), frozenset({2})),
        a=Expert(1, {0: ""}),
    )
    found = smallest_help(problem, (Talk(1, 1, 0),), 2)

    assert found is not None
    assert (found.expert, found.slot, found.change) == (1, 2, "offer")


def test_whoever_watches_can_stop_the_search():
    class Stopped(Exception):
        pass

    def stop(_part: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        solve(a_market(), tell=stop)


def test_the_part_that_is_done_rises_to_the_whole():
    told: list[float] = []

    solve(a_market(cities=20, experts=8, slots=12), tell=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    # At least the end of each aim: cities with a talk, and points.
    assert len(set(told)) >= 2
    assert all(0 <= part <= 1 for part in told)


@repeatable
@given(few_talks(), st.integers(1, 9))
def test_talks_by_chance_keep_every_rule_and_are_never_better(problem, seed):
    drawn = by_chance(problem, seed)

    assert drawn == by_chance(problem, seed)
    assert broken_rules(problem, drawn) == []
    assert worth(problem, drawn) <= worth(problem, solve(problem).talks)


def test_another_seed_draws_other_talks():
    problem = a_market(cities=20, experts=8, slots=12)

    assert by_chance(problem, 1) != by_chance(problem, 2)


def test_a_plan_beats_wish_after_wish_on_a_busy_market():
    problem = a_market(cities=60, experts=24, slots=16)
    plan, patient = solve(problem), greedy(problem)
    ours, theirs = quality_of(problem, plan.talks), quality_of(problem, patient)

    assert broken_rules(problem, patient) == []
    assert ours.cities_served >= theirs.cities_served
    assert ours.points > theirs.points
    assert theirs.points > quality_of(problem, by_chance(problem, 1)).points
    assert solve(problem) == plan
