"""Groups from nothing: a seeded search that swaps cities between groups, and cools down.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983): a swap that helps is kept,
one that harms is kept now and then, ever more rarely. What breaks a hard rule costs so much that
the search leaves it; what it could not leave is taken apart at the end, so that no plan breaks one.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from random import Random

from events.allocation.floor import BENCH, Floor, Moves
from events.allocation.guides import with_guides
from events.allocation.peers import (
    Broken,
    GroupPlan,
    GroupProblem,
    Tell,
    pins_that_cannot_hold,
    told_nothing,
)
from events.allocation.scoring import MOST, total_of

# Attempts for each city in one search, and how many searches the best is chosen from.
STEPS_PER_CITY = 600
LEAST_STEPS = 6500
SEARCHES = 4
# Of so few cities, groups are made anew far more often, and it is searched more often.
FEW, SEARCHES_OF_FEW = 20, 10
# Which part of the attempts swap two cities, and, each from the one before, move one, make a
# group anew and close one; the others change a sitting.
PARTS, PARTS_OF_FEW = (0.75, 0.92, 0.94, 0.96), (0.5, 0.65, 0.9, 0.94)
HOT, COLD = 0.55 * MOST, 0.01 * MOST
TELL_EVERY = 4096


# Seats to change, or the sitting of one group.
Change = tuple[Moves, tuple[int, int] | None]


class PinsRefused(Exception):
    """The pins contradict the rules by themselves, so there is nothing to search."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__(f"{len(broken)} pins cannot hold")
        self.broken = broken


def solve(
    problem: GroupProblem, seed: int, *, searches: int = 0, tell: Tell = told_nothing
) -> GroupPlan:
    """Return the best plan found: as many cities placed as can be, then the highest score.

    Raises PinsRefused when the pins cannot hold, and whatever `tell` raises.
    """
    refused = pins_that_cannot_hold(problem)
    if refused:
        raise PinsRefused(refused)
    searches = searches or (SEARCHES_OF_FEW if len(problem.cities) <= FEW else SEARCHES)
    best: GroupPlan | None = None
    for number in range(searches):
        rng = Random(f"{seed}-{number}")  # noqa: S311 - a seed repeats the plan; nothing is secret
        floor = Floor(problem, rng)

        def part(done: float, number: int = number) -> None:
            tell((number + done) / searches)

        # Of many cities, every other search keeps the number of groups that the usual size gives.
        opens = len(problem.cities) <= FEW or number % 2 == 1 or searches == 1
        _cool_down(floor, rng, part, opens=opens)
        floor.take_apart()
        plan = floor.plan()
        if best is None or _worth(problem, plan) > _worth(problem, best):
            best = plan
    assert best is not None  # noqa: S101 - there is at least one search
    tell(1.0)
    return with_guides(problem, best)


def _worth(problem: GroupProblem, plan: GroupPlan) -> tuple[int, int]:
    return -len(plan.unplaced), total_of(problem, plan)


def _cool_down(floor: Floor, rng: Random, tell: Tell, *, opens: bool) -> None:
    """Try swaps and moves, ever more strictly; leave the floor at the best state seen."""
    free = floor.free
    if not free:
        return
    steps = max(LEAST_STEPS, STEPS_PER_CITY * len(free))
    # Few cities have few ways round: the search begins hot enough to leave some without a group.
    hot = floor.bench_cost if len(free) <= FEW else HOT
    ratio, random = COLD / hot, rng.random
    cost = best = floor.cost()
    kept = floor.copy()
    for step in range(steps):
        if step % TELL_EVERY == 0:
            tell(step / steps)
        heat = hot * ratio ** (step / steps)
        change = _propose(floor, free, random, opens=opens)
        if change is None:
            continue
        moves, sitting = change
        extra = floor.try_out(moves, sitting)
        if extra <= 0 or random() < exp(-extra / heat):
            cost += extra
            if cost < best:
                best, kept = cost, floor.copy()
        else:
            floor.undo()
    floor.restore(kept)


def _propose(
    floor: Floor, free: list[int], random: Callable[[], float], *, opens: bool
) -> Change | None:
    """Return a change to try; None when what was drawn is none."""
    draw = random()
    swaps, moves, openings, closings = PARTS_OF_FEW if len(free) <= FEW else PARTS
    one = free[int(random() * len(free))]
    here = floor.seat[one]
    if draw < swaps:
        other = free[int(random() * len(free))]
        there = floor.seat[other]
        return None if here == there else (((one, there), (other, here)), None)
    if draw < moves:
        there = int(random() * (floor.number + 1)) - 1
        if there == here or (there != BENCH and floor.is_full(there)):
            return None
        return ((one, there),), None
    if draw < openings and opens:
        return _opening(floor, free, random)
    if here == BENCH or floor.is_fixed(here):
        return None
    if draw < closings and opens:
        return _closing(floor, here, random)
    sittings = floor.problem.sittings
    return (), (here, sittings[int(random() * len(sittings))])


def _opening(floor: Floor, free: list[int], random: Callable[[], float]) -> Change | None:
    """Make a group anew, with as many cities as it needs at once; who sat there leaves."""
    at = int(random() * floor.number)
    leave = set(floor.members[at])
    if at in floor.closed or leave & floor.pinned.keys():
        return None
    come = {free[int(random() * len(free))] for _ in range(floor.problem.smallest)} - leave
    if len(come) < floor.problem.smallest:
        return None
    sittings = floor.problem.sittings
    new = floor.sitting[at] if floor.is_fixed(at) else sittings[int(random() * len(sittings))]
    moves = [*((one, BENCH) for one in sorted(leave)), *((one, at) for one in sorted(come))]
    return tuple(moves), (at, new)


def _closing(floor: Floor, here: int, random: Callable[[], float]) -> Change | None:
    """Close a group: its members go wherever there is room."""
    room = [
        at
        for at in range(floor.number)
        if at != here and floor.members[at]
        for _ in range(0 if at in floor.closed else floor.room_in(at))
    ]
    leave = list(floor.members[here])
    if any(one in floor.pinned for one in leave) or len(room) < len(leave):
        return None
    return tuple((one, room.pop(int(random() * len(room)))) for one in leave), None
