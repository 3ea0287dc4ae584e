"""Groups again, moving as few cities as must move: pins, cancellations and newcomers.

What breaks a rule is mended in every way there is, first with no city moved beyond those without a
seat, then with one, then two…: the first depth at which a whole plan stands moves the fewest, and
of the plans of that depth the best one is taken. A city is moved when its group's number changes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from events.allocation.groups import PinsRefused, solve
from events.allocation.guides import with_guides
from events.allocation.mending import NOWHERE, Change, Seating, wrongs
from events.allocation.peers import (
    Group,
    GroupPlan,
    GroupProblem,
    Tell,
    pins_that_cannot_hold,
    told_nothing,
)
from events.allocation.scoring import total_of

# States looked at in all, and then in each of a few more depths.
MOST_STATES = 12_000
GLANCE, GLANCES = 1_500, 4
DEEPEST = 12
# How many may move for one newcomer.
DEEPEST_FOR_ONE = 3
# Plans of the first depth that are compared.
MOST_PLANS = 60
TELL_EVERY = 512


class TooDeep(Exception):
    """So many states were looked at that the search ends."""


def solve_again(problem: GroupProblem, seed: int, *, tell: Tell = told_nothing) -> GroupPlan:
    """Return the plan that moves the fewest cities from `problem.before`, and the best of those.

    Falls back on the search from nothing where the changes are too many to be looked through; then
    pins hold, but more than must may move. Raises PinsRefused as `solve` does.
    """
    refused = pins_that_cannot_hold(problem)
    if refused:
        raise PinsRefused(refused)
    if problem.before is None:
        return solve(problem, seed, tell=tell)
    plan = _fewest_moves(problem, DEEPEST, tell)
    if plan is None:
        plan = place_newcomers(problem, tell)
    if plan is None:
        return solve(problem, seed, tell=tell)
    return with_guides(problem, plan)


def _fewest_moves(
    problem: GroupProblem, deepest: int, tell: Tell, most_states: int = MOST_STATES
) -> GroupPlan | None:
    """Return the best of the whole plans that move the fewest; None when none was found.

    Once the states are used up, a few deeper depths get a glance each.
    """
    glances = GLANCES
    for depth in range(deepest + 1):
        tell(depth / (deepest + 1))
        search = _begin(problem, tell)
        search.most_states = max(most_states, GLANCE)
        with suppress(TooDeep):
            _mend(search, depth - len(search.moved))
        if search.found:
            # The best of them; of equals, always the same.
            seat = max(
                search.found,
                key=lambda seat: (
                    total_of(problem, _plan(problem, search.sitting, seat)),
                    sorted(seat.items()),
                ),
            )
            return _plan(problem, search.sitting, seat)
        most_states -= search.states
        glances -= most_states < GLANCE
        if glances < 0:
            return None
    return None


def place_newcomers(
    problem: GroupProblem, tell: Tell, most_states: int = MOST_STATES
) -> GroupPlan | None:
    """Return a plan that leaves out newcomers who find no place; None when that fails too."""
    assert problem.before is not None  # noqa: S101 - nobody else asks
    seated = problem.before.seats
    newcomers = [city for city in problem.cities if city.key not in seated]
    if not newcomers:
        return None
    left = replace(problem, cities=tuple(city for city in problem.cities if city.key in seated))
    plan = _fewest_moves(left, DEEPEST, tell)
    if plan is None:
        return None
    unplaced = []
    for city in newcomers:
        wider = replace(left, cities=(*left.cities, city), before=plan)
        fuller = _fewest_moves(wider, DEEPEST_FOR_ONE, tell, most_states)
        if fuller is None:
            unplaced.append(city.key)
        else:
            left, plan = wider, fuller
    return replace(plan, unplaced=tuple(sorted(unplaced)))


def _begin(problem: GroupProblem, tell: Tell) -> Seating:
    """Seat everybody as before, and those who are pinned elsewhere at their pins."""
    assert problem.before is not None  # noqa: S101 - asked for above
    home = {key: number for key, number in problem.before.seats.items() if key in problem.by_key}
    seat = {city.key: home.get(city.key, NOWHERE) for city in problem.cities}
    moved = set()
    sitting_of = dict(problem.sitting_of)
    for key, number in problem.pins.items():
        if key in seat:
            if key in home and home[key] != number:
                moved.add(key)
            seat[key] = number
    for number in {*problem.pins.values()} - set(sitting_of):
        pinned = [city for city in problem.cities if problem.pins.get(city.key) == number]
        common = frozenset(problem.sittings).intersection(*(city.sittings for city in pinned))
        sitting_of[number] = min(common)
    if len(home) < len(seat):
        # Newcomers may need a group of their own.
        free = max(sitting_of, default=0)
        for at, sitting in enumerate(problem.sittings, start=1):
            sitting_of[free + at] = sitting
    return Seating(problem, problem.by_key, sitting_of, seat, home, tell, moved)


def _mend(search: Seating, left: int) -> None:
    """Mend the first thing that is wrong in every way that moves at most `left` more cities."""
    if left < 0 or len(search.found) >= MOST_PLANS:
        return
    state = frozenset(search.seat.items())
    if state in search.seen:
        return
    search.seen.add(state)
    search.states += 1
    if search.states % TELL_EVERY == 0:
        search.tell(0.5)
    if search.states > search.most_states:
        raise TooDeep
    ways = _ways(search, left)
    if ways is None:
        search.found.append(dict(search.seat))
        return
    for key, number in ways:
        costs = 1 if key in search.home and key not in search.moved else 0
        if costs > left:
            continue
        before = search.put(key, number)
        search.moved |= {key} if costs else set()
        _mend(search, left - costs)
        search.put_back(key, before)
        search.moved -= {key} if costs else set()


def _ways(search: Seating, left: int) -> list[Change] | None:
    """Return the single changes of which every whole plan makes at least one; None when all holds.

    Of several things that are wrong, the one that leaves the fewest ways comes first. A move takes
    a city from one group to another and can mend both; where more is wrong, there is no way.
    """
    best: list[Change] | None = None
    groups: set[int] = set()
    for group, ways in wrongs(search):
        groups |= {group} if group != NOWHERE else set()
        if best is None or len(ways) < len(best):
            best = ways
    return [] if len(groups) > 2 * (left + len(search.newcomers)) else best


def _plan(problem: GroupProblem, sitting: dict[int, int], seat: dict[int, int]) -> GroupPlan:
    guides = (
        {group.number: group.guide for group in problem.before.groups} if problem.before else {}
    )
    groups = [
        Group(
            number=number,
            sitting=sitting[number],
            members=tuple(sorted(key for key, at in seat.items() if at == number)),
            guide=guides.get(number),
        )
        for number in sorted(sitting)
    ]
    return GroupPlan(groups=tuple(group for group in groups if group.members))
