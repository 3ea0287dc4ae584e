"""The smallest change to the rules that would give the cities without a group a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from events.allocation.groups import PinsRefused, solve
from events.allocation.peers import City, GroupPlan, GroupProblem, Tell, pair, told_nothing
from events.allocation.regrouping import place_newcomers

# Changes tried for a plan that leaves one city out, fewer where it leaves out more; and states
# looked at for each city: they are placed one by one in the plan that stands. Small cases are
# solved anew.
MOST_TRIED, LEAST_TRIED = 24, 4
MOST_STATES = 800
SMALL = 12


@dataclass(frozen=True)
class Change:
    """One change of a rule, and how many cities it would place."""

    rule: str
    """larger, smaller, meet_again, come, unpin"""
    cities: tuple[int, ...] = ()
    number: int = 0
    """The new size, or the sitting to come to."""
    places: int = 0


def smallest_change(
    problem: GroupProblem, plan: GroupPlan, seed: int, tell: Tell = told_nothing
) -> Change | None:
    """Return the change that places the most, the mildest of those; None when no single one helps.

    In the order of mildness: a larger group, a smaller one, a city that comes to another sitting, a
    pin less, and last a pair that meets again.
    """
    best: Change | None = None
    tries = max(LEAST_TRIED, MOST_TRIED // max(1, len(plan.unplaced)))
    for number, (change, relaxed) in enumerate(_changes(problem, plan)):
        if number >= tries:
            break
        tell(number / tries)
        places = len(plan.unplaced) - len(_solved(relaxed, plan, seed, tell).unplaced)
        if places > (best.places if best else 0):
            best = replace(change, places=places)
        if best and best.places == len(plan.unplaced):
            break
    return best or _surest(problem, plan)


def _surest(problem: GroupProblem, plan: GroupPlan) -> Change | None:
    """Return the fewest that would have to meet again for one city to come to a group with room."""
    joins = [one for one in _meetings(problem, plan) if set(one[1:]) - set(plan.unplaced)]
    fewest = min(joins, key=lambda one: (len(one), one), default=None)
    return Change("meet_again", fewest, places=1) if fewest else None


def _solved(relaxed: GroupProblem, plan: GroupPlan, seed: int, tell: Tell) -> GroupPlan:
    try:
        if len(relaxed.cities) <= SMALL:
            return solve(replace(relaxed, before=None), seed, searches=1)
        return place_newcomers(replace(relaxed, before=plan), tell, MOST_STATES) or plan
    except PinsRefused:
        return plan


def _changes(problem: GroupProblem, plan: GroupPlan) -> Iterator[tuple[Change, GroupProblem]]:
    cities = problem.by_key
    unplaced = [cities[key] for key in plan.unplaced]
    yield (
        Change("larger", number=problem.largest + 1),
        replace(problem, largest=problem.largest + 1),
    )
    if problem.smallest > 2:
        less = problem.smallest - 1
        yield Change("smaller", number=less), replace(problem, smallest=less)
    for city in unplaced:
        for sitting in sorted(set(problem.sittings) - city.sittings):
            comes = replace(city, sittings=city.sittings | {sitting})
            yield (
                Change("come", (city.key,), sitting),
                replace(problem, cities=_with(problem.cities, comes)),
            )
    for key in sorted(problem.pins):
        pins = {one: number for one, number in problem.pins.items() if one != key}
        closed = problem.closed - {problem.pins[key]}
        yield Change("unpin", (key,)), replace(problem, pins=pins, closed=closed)
    for together in sorted(_meetings(problem, plan), key=lambda one: (len(one), one)):
        known = {pair(one, other) for one, other in combinations(together, 2)} & problem.met
        yield Change("meet_again", together), replace(problem, met=problem.met - known)


def _meetings(problem: GroupProblem, plan: GroupPlan) -> set[tuple[int, ...]]:
    """Return who would have to meet again: a city and all it knows in a group with room, or two."""
    outside = set(plan.unplaced)
    found: set[tuple[int, ...]] = {two for two in problem.met if set(two) <= outside}
    for key in plan.unplaced:
        for group in plan.groups:
            known = tuple(one for one in group.members if pair(one, key) in problem.met)
            comes = group.sitting in problem.by_key[key].sittings
            if known and comes and len(group.members) < problem.largest:
                found.add((key, *known))
    return found


def _with(cities: tuple[City, ...], changed: City) -> tuple[City, ...]:
    return tuple(changed if city.key == changed.key else city for city in cities)
