"""Plans to compare with: dealt by chance, and filled one group after the other."""

from __future__ import annotations

from random import Random

from events.allocation.peers import City, Group, GroupPlan, GroupProblem, pair
from events.allocation.scoring import score_of


def by_chance(problem: GroupProblem, seed: int) -> GroupPlan:
    """Return groups as a hat would give them: it looks at no rule but the size."""
    rng = Random(seed)  # noqa: S311 - a seed repeats the plan; nothing is secret
    keys = sorted(city.key for city in problem.cities)
    rng.shuffle(keys)
    number = max(1, len(keys) // problem.usual)
    return GroupPlan(
        tuple(
            Group(at + 1, problem.sittings[at % len(problem.sittings)], tuple(keys[at::number]))
            for at in range(number)
        )
    )


def greedy(problem: GroupProblem) -> GroupPlan:
    """Return groups as a patient person would fill them: each time the city that fits best.

    It keeps the hard rules, and leaves over whom it can place no more.
    """
    left = sorted(problem.cities, key=lambda city: city.key)
    groups: list[Group] = []
    unplaced: list[int] = []
    while left:
        first = left.pop(0)
        sitting = min(first.sittings & frozenset(problem.sittings), default=None)
        members = [first]
        while sitting is not None and len(members) < problem.usual:
            fits = [
                city for city in left if sitting in city.sittings and _may(problem, members, city)
            ]
            if not fits:
                break
            best = max(fits, key=lambda city: (score_of(problem, [*members, city]), -city.key))
            members.append(best)
            left.remove(best)
        if sitting is None or len(members) < problem.smallest:
            unplaced.append(first.key)
            left = sorted([*left, *members[1:]], key=lambda city: city.key)
        else:
            keys = tuple(sorted(city.key for city in members))
            groups.append(Group(len(groups) + 1, sitting, keys))
    return _with_the_rest(problem, groups, unplaced)


def _with_the_rest(problem: GroupProblem, groups: list[Group], unplaced: list[int]) -> GroupPlan:
    cities, still = problem.by_key, []
    for key in unplaced:
        for at, group in enumerate(groups):
            members = [cities[one] for one in group.members]
            if (
                len(members) < problem.largest
                and group.sitting in cities[key].sittings
                and _may(problem, members, cities[key])
            ):
                together = tuple(sorted((*group.members, key)))
                groups[at] = Group(group.number, group.sitting, together)
                break
        else:
            still.append(key)
    return GroupPlan(tuple(groups), tuple(still))


def _may(problem: GroupProblem, members: list[City], city: City) -> bool:
    return not any(pair(one.key, city.key) in problem.met for one in members)
