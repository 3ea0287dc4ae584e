"""Peer-review groups: no hard rule is ever broken, and small plans are as good as can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.allocation.baselines import by_chance, greedy
from events.allocation.groups import PinsRefused, solve
from events.allocation.peers import (
    City,
    Group,
    GroupPlan,
    GroupProblem,
    Guide,
    broken_rules,
    moved_between,
    pins_that_cannot_hold,
)
from events.allocation.regrouping import solve_again
from events.allocation.relaxing import smallest_change
from events.allocation.scoring import facts_of, quality_of, total_of
from tests.events.allocation.problems import a_lab, few_cities
from tests.examples import examples

repeatable = settings(deadline=None, derandomize=True, max_examples=examples(60))


def city(key: int, country: str = "FR", **fields: frozenset) -> City:
    """A city that speaks English and may come to the one sitting there is."""
    given = {"languages": frozenset({"en"}), "topics": frozenset(), "sittings": frozenset({0})}
    return City(key, country, **{**given, **fields})


def every_plan(problem: GroupProblem) -> Iterator[GroupPlan]:
    """Every plan there is that breaks no rule, pins aside."""

    def go_on(left: tuple[int, ...], groups: tuple[Group, ...], bench: tuple[int, ...]):
        if not left:
            yield GroupPlan(groups, bench)
            return
        first, rest = left[0], left[1:]
        yield from go_on(rest, groups, (*bench, first))
        for size in range(problem.smallest - 1, problem.largest):
            for others in combinations(rest, size):
                for sitting in problem.sittings:
                    group = Group(len(groups) + 1, sitting, (first, *others))
                    if not broken_rules(problem, GroupPlan((group,))):
                        still = tuple(key for key in rest if key not in others)
                        yield from go_on(still, (*groups, group), bench)

    yield from go_on(tuple(one.key for one in problem.cities), (), ())


def worth(problem: GroupProblem, plan: GroupPlan) -> tuple[int, int]:
    return -len(plan.unplaced), total_of(problem, plan)


@repeatable
@given(few_cities(), st.integers(0, 9))
def test_a_plan_keeps_every_rule_and_none_is_better(problem, seed):
    plan = solve(problem, seed)

    assert broken_rules(problem, plan) == []
    assert sorted([*plan.seats, *plan.unplaced]) == [one.key for one in problem.cities]
    assert worth(problem, plan) == max(worth(problem, each) for each in every_plan(problem))


@repeatable
@given(few_cities(most=9), st.data())
def test_pins_hold_and_no_rule_breaks_for_them(problem, data):
    before = solve(problem, 0, searches=1)
    assume(before.groups)
    numbers = st.sampled_from([group.number for group in before.groups])
    keys = st.sampled_from([one.key for one in problem.cities])
    pinned = replace(
        problem, before=before, pins=data.draw(st.dictionaries(keys, numbers, max_size=3))
    )
    assume(not pins_that_cannot_hold(pinned))

    assert broken_rules(pinned, solve_again(pinned, 0)) == []


@repeatable
@given(few_cities(), st.data())
def test_solving_again_moves_as_few_as_must_move(problem, data):
    everybody = tuple(replace(one, sittings=frozenset(problem.sittings)) for one in problem.cities)
    open_problem = replace(problem, cities=everybody, met=frozenset())
    before = solve(open_problem, 0, searches=1)
    assume(before.groups and not before.unplaced)
    # Who sits together now may go on: the others keep their past.
    seats = before.seats
    met = frozenset(two for two in problem.met if seats[two[0]] != seats[two[1]])
    numbers = st.sampled_from([group.number for group in before.groups])
    keys = st.sampled_from([one.key for one in problem.cities])
    pins = data.draw(st.dictionaries(keys, numbers, min_size=1, max_size=2))
    pinned = replace(open_problem, met=met, before=before, pins=pins)
    possible = [
        len(moved_between(before, plan))
        for chosen in every_seating(before)
        if (plan := seated(before, chosen)) and not broken_rules(pinned, plan)
    ]
    assume(possible)

    plan = solve_again(pinned, 0)

    assert broken_rules(pinned, plan) == []
    assert len(moved_between(before, plan)) == min(possible)


def every_seating(before: GroupPlan) -> Iterator[dict[int, int]]:
    """Every way to spread the cities over the groups that stand."""

    def go_on(left: list[int], seats: dict[int, int]):
        if not left:
            yield dict(seats)
            return
        for group in before.groups:
            seats[left[0]] = group.number
            yield from go_on(left[1:], seats)

    yield from go_on(sorted(before.seats), {})


def seated(before: GroupPlan, seats: dict[int, int]) -> GroupPlan:
    groups = [
        replace(group, members=tuple(key for key in seats if seats[key] == group.number))
        for group in before.groups
    ]
    return GroupPlan(tuple(group for group in groups if group.members))


def test_the_same_seed_gives_the_same_plan_and_another_seed_may_not():
    problem = replace(a_lab(guides=0), cities=a_lab().cities[:30])
    plans = [solve(problem, seed, searches=1) for seed in (1, 1, 2, 3)]

    assert plans[0] == plans[1]
    assert len(set(plans)) > 1


def test_a_plan_beats_a_patient_person_and_chance():
    problem = replace(a_lab(), cities=a_lab().cities[::2])
    ours = quality_of(problem, solve(problem, 1, searches=1))
    theirs, lots = quality_of(problem, greedy(problem)), quality_of(problem, by_chance(problem, 1))

    assert (ours.unplaced, ours.repeats) == (0, 0)
    assert ours.score > theirs.score > lots.score


def test_a_newcomer_finds_a_place_and_nobody_else_moves():
    problem = GroupProblem(tuple(map(city, range(6))), (0,))
    before = solve(problem, 1)
    wider = replace(problem, cities=(*problem.cities, city(6)), before=before)

    plan = solve_again(wider, 1)

    assert moved_between(before, plan) == ()
    assert plan.unplaced == ()


def test_three_newcomers_get_a_group_of_their_own_where_groups_are_full():
    problem = GroupProblem(tuple(map(city, range(6))), (0,), largest=3)
    before = solve(problem, 1)
    wider = replace(problem, cities=tuple(map(city, range(9))), before=before)

    plan = solve_again(wider, 1)

    assert moved_between(before, plan) == ()
    assert (6, 7, 8) in [group.members for group in plan.groups]


def test_a_newcomer_without_a_place_is_left_out_and_nobody_else_moves():
    problem = GroupProblem(tuple(map(city, range(6))), (0,), largest=3)
    before = solve(problem, 1)
    plan = solve_again(replace(problem, cities=tuple(map(city, range(7))), before=before), 1)

    assert plan.groups == before.groups
    assert plan.unplaced == (6,)


def test_when_a_city_stays_away_one_other_fills_its_group():
    problem = GroupProblem(tuple(map(city, range(7))), (0,))
    before = solve(problem, 1)
    three = next(group for group in before.groups if len(group.members) == 3)
    left = tuple(one for one in problem.cities if one.key != three.members[0])

    plan = solve_again(replace(problem, cities=left, before=before), 1)

    moved = set(moved_between(before, plan)) - {three.members[0]}
    assert len(moved) == 1
    assert sorted(len(group.members) for group in plan.groups) == [3, 3]


def test_a_closed_group_takes_nobody_else():
    problem = GroupProblem(tuple(map(city, range(7))), (0,))
    before = solve(problem, 1)
    group = before.groups[0]
    pins = dict.fromkeys(group.members, group.number)
    closed = replace(
        problem, cities=tuple(map(city, range(8))), pins=pins, closed=frozenset({group.number}),
        before=before,
    )  # fmt: skip

    assert solve_again(closed, 1).groups[0] == group


@pytest.mark.parametrize(
    ("problem", "rule"),
    [
        (
            GroupProblem((city(0), city(1), city(2)), (0,), frozenset({(0, 1)}), pins={0: 1, 1: 1}),
            "met",
        ),
        (GroupProblem(tuple(map(city, range(5))), (0,), pins=dict.fromkeys(range(5), 1)), "large"),
        (GroupProblem((city(0, sittings=frozenset()),), (0,), pins={0: 1}), "away"),
        (GroupProblem((city(0),), (0,), pins={0: 1}, closed=frozenset({1})), "small"),
    ],
)
def test_pins_that_contradict_the_rules_are_refused_with_the_reason(problem, rule):
    with pytest.raises(PinsRefused) as refused:
        solve(problem, 1)

    assert [each.rule for each in refused.value.broken] == [rule]


@pytest.mark.parametrize(
    ("problem", "rule"),
    [
        # Seven cities in threes, one over.
        (GroupProblem(tuple(map(city, range(7))), (0,), largest=3), "larger"),
        # Five in threes: a group of two.
        (
            GroupProblem(tuple(map(city, range(5))), (0,), frozenset({(0, 3), (1, 3), (2, 3)})),
            "smaller",
        ),
        # One comes to no sitting.
        (
            GroupProblem((*map(city, range(3)), city(3, sittings=frozenset())), (0,)),
            "come",
        ),
        # All three met: nothing milder helps.
        (GroupProblem(tuple(map(city, range(3))), (0,), frozenset({(0, 1)})), "meet_again"),
    ],
)
def test_the_report_names_the_smallest_change_that_would_help(problem, rule):
    change = smallest_change(problem, solve(problem, 1), 1)

    assert change is not None
    assert change.rule == rule


def test_a_city_that_knows_everybody_is_told_with_whom_it_would_have_to_meet_again():
    everybody = frozenset((key, 6) for key in range(6))
    problem = GroupProblem(tuple(map(city, range(7))), (0,), everybody)
    plan = solve(problem, 1)
    change = smallest_change(problem, plan, 1)

    assert plan.unplaced == (6,)
    assert change is not None
    assert (change.rule, change.places) == ("meet_again", 1)
    # It would be the fourth of a group of three.
    assert len(change.cities) == 4


def test_where_everybody_has_a_place_no_change_is_named():
    problem = GroupProblem(tuple(map(city, range(6))), (0,))
    assert smallest_change(problem, solve(problem, 1), 1) is None


def test_every_group_has_a_guide_while_there_are_any_and_none_sits_with_its_own_city():
    people = tuple(
        Guide(f"g{at}", frozenset({"en"}), frozenset(), frozenset({0}), frozenset({at}))
        for at in range(2)
    )
    problem = GroupProblem(tuple(map(city, range(9))), (0,), guides=people)
    plan = solve(problem, 1)
    guided = {group.guide: group for group in plan.groups if group.guide}

    assert set(guided) == {"g0", "g1"}
    assert 0 not in guided["g0"].members
    assert 1 not in guided["g1"].members


def test_the_facts_say_why_a_group_is_good():
    members = (
        city(0, "FR", topics=frozenset({"heat", "data"}), languages=frozenset({"fr", "en"})),
        city(1, "ES", topics=frozenset({"heat"}), languages=frozenset({"es", "en"})),
        city(2, "IT", topics=frozenset({"data", "heat"}), languages=frozenset({"it"})),
    )
    guide = Guide("g", frozenset({"en"}), frozenset({"heat"}), frozenset({0}))
    problem = GroupProblem(members, (0,), guides=(guide,))
    facts = facts_of(problem, Group(1, 0, (0, 1, 2), "g"))

    assert facts.countries == ("ES", "FR", "IT")
    assert (facts.topic, facts.with_topic) == ("heat", (0, 1, 2))
    assert (facts.language, facts.with_language) == ("en", (0, 1))
    assert (facts.guide_knows_topic, facts.guide_speaks) == (True, False)


def test_whoever_watches_can_stop_the_search():
    class Stopped(Exception):
        pass

    def stop(_part: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        solve(GroupProblem(tuple(map(city, range(6))), (0,)), 1, tell=stop)
