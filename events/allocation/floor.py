"""The floor on which groups are tried out: who sits where, and what that costs."""

from __future__ import annotations

from math import ceil
from random import Random

from events.allocation.peers import Group, GroupPlan, GroupProblem
from events.allocation.scoring import MOST, score_of

# The seat of a city that no group takes.
BENCH = -1
Moves = tuple[tuple[int, int], ...]
Kept = tuple[list[int], list[int]]


class Floor:
    """Seats of all cities by index, the sittings of groups, and what each group costs.

    A group may be empty. Costs: what the wishes lack, for each member; more for a city on the bench
    than any group can gain without it; and more still for each hard rule that is broken.
    """

    def __init__(self, problem: GroupProblem, rng: Random) -> None:
        self.problem = problem
        self.cities = sorted(problem.cities, key=lambda city: city.key)
        index = {city.key: at for at, city in enumerate(self.cities)}
        self.apart = [
            frozenset(
                index[one if one != city.key else other]
                for one, other in problem.met
                if city.key in (one, other) and one in index and other in index
            )
            for city in self.cities
        ]
        self.numbers = _numbers(problem)
        self.number = len(self.numbers)
        place = {number: at for at, number in enumerate(self.numbers)}
        self.closed = frozenset(place[one] for one in problem.closed if one in place)
        self.pinned = {
            index[key]: place[number] for key, number in problem.pins.items() if key in index
        }
        self.fixed = frozenset(
            place[one] for one in problem.sitting_of if one in place
        ) & frozenset(self.pinned.values())
        self.free = [at for at in range(len(self.cities)) if at not in self.pinned]
        self.bench_cost = MOST * (problem.largest + 1)
        self.hard_cost = self.bench_cost * (problem.largest + 1)
        self._costs: dict[tuple[int, tuple[int, ...]], int] = {}
        self._undo: list[tuple[int, int]] = []
        self._undo_sitting: tuple[int, int] | None = None
        self.sitting = self._first_sittings(rng)
        self.seat = self._first_seats(rng)
        self.members: list[list[int]] = self._gather()

    # ── the first state ──────────────────────────────────────────────────────────────────────────
    def _first_sittings(self, rng: Random) -> list[int]:
        """Give each group a sitting: the one it has, one its pins can come to, else any."""
        sittings = []
        known = self.problem.sitting_of
        for at, number in enumerate(self.numbers):
            pinned = [self.cities[one] for one, group in self.pinned.items() if group == at]
            if number in known:
                sittings.append(known[number])
                continue
            common = frozenset(self.problem.sittings).intersection(
                *(city.sittings for city in pinned)
            )
            sittings.append(rng.choice(sorted(common)))
        return sittings

    def _first_seats(self, rng: Random) -> list[int]:
        """Deal the cities out in any order, to the usual size; the last groups stay empty."""
        seat = [self.pinned.get(at, BENCH) for at in range(len(self.cities))]
        wanted = max(1, round(len(self.cities) / self.problem.usual))
        open_groups = [at for at in range(self.number) if at not in self.closed][:wanted]
        order = list(self.free)
        rng.shuffle(order)
        sizes = [seat.count(at) for at in range(self.number)]
        for one in order:
            room = [at for at in open_groups if sizes[at] < self.problem.largest]
            if not room:
                break
            fits = [at for at in room if self.sitting[at] in self.cities[one].sittings] or room
            there = min(fits, key=lambda at: sizes[at])
            seat[one] = there
            sizes[there] += 1
        return seat

    def _gather(self) -> list[list[int]]:
        members: list[list[int]] = [[] for _ in range(self.number)]
        for one, at in enumerate(self.seat):
            if at != BENCH:
                members[at].append(one)
        return members

    # ── what it costs ────────────────────────────────────────────────────────────────────────────
    def cost(self) -> int:
        """Return what the whole floor costs."""
        return sum(self.cost_of(at) for at in range(self.number)) + self.bench_cost * (
            self.seat.count(BENCH)
        )

    def cost_of(self, at: int) -> int:
        """Return what a group costs as it sits."""
        if at == BENCH:
            return 0
        members = tuple(sorted(self.members[at]))
        key = (self.sitting[at], members)
        found = self._costs.get(key)
        if found is None:
            found = self._costs[key] = self._work_out(self.sitting[at], members)
        return found

    def _work_out(self, sitting: int, members: tuple[int, ...]) -> int:
        size = len(members)
        if size == 0:
            return 0
        wrong = max(0, self.problem.smallest - size) + max(0, size - self.problem.largest)
        wrong += sum(sitting not in self.cities[one].sittings for one in members)
        wrong += sum(len(self.apart[one].intersection(members)) for one in members) // 2
        score = score_of(self.problem, [self.cities[one] for one in members])
        return size * (MOST - score) + wrong * self.hard_cost

    # ── trying things out ────────────────────────────────────────────────────────────────────────
    def is_full(self, at: int) -> bool:
        """Say whether a group takes nobody else."""
        return at in self.closed or len(self.members[at]) >= self.problem.largest

    def room_in(self, at: int) -> int:
        """Return how many more a group could take."""
        return self.problem.largest - len(self.members[at])

    def is_fixed(self, at: int) -> bool:
        """Say whether a group keeps its sitting."""
        return at in self.fixed

    def try_out(self, moves: Moves, sitting: tuple[int, int] | None) -> int:
        """Make moves and change a sitting; return what it costs more. `undo` takes it back."""
        touched = {self.seat[one] for one, _at in moves} | {at for _one, at in moves}
        self._undo, self._undo_sitting = [], None
        if not touched.isdisjoint(self.closed):
            return self.hard_cost * len(self.cities)
        if sitting is not None:
            touched.add(sitting[0])
        before = sum(self.cost_of(at) for at in touched)
        benched = sum(at == BENCH for _one, at in moves)
        benched -= sum(self.seat[one] == BENCH for one, _at in moves)
        self._undo = [(one, self.seat[one]) for one, _at in moves]
        if sitting is not None:
            at, new = sitting
            self._undo_sitting = (at, self.sitting[at])
            self.sitting[at] = new
        for one, at in moves:
            self._put(one, at)
        return sum(self.cost_of(at) for at in touched) - before + benched * self.bench_cost

    def undo(self) -> None:
        """Take back what was tried out last."""
        for one, at in reversed(self._undo):
            self._put(one, at)
        if self._undo_sitting is not None:
            at, sitting = self._undo_sitting
            self.sitting[at] = sitting
        self._undo, self._undo_sitting = [], None

    def _put(self, one: int, at: int) -> None:
        here = self.seat[one]
        if here != BENCH:
            self.members[here].remove(one)
        if at != BENCH:
            self.members[at].append(one)
        self.seat[one] = at

    def copy(self) -> Kept:
        """Return the state, to go back to."""
        return list(self.seat), list(self.sitting)

    def restore(self, kept: Kept) -> None:
        """Go back to a state."""
        self.seat, self.sitting = list(kept[0]), list(kept[1])
        self.members = self._gather()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────
    def take_apart(self) -> None:
        """Put on the bench whoever sits against a rule; then seat again whom a group can take."""
        for at in range(self.number):
            while self.members[at] and self.cost_of(at) >= self.hard_cost:
                # A group that nobody can join is no group, even for those who are pinned to it.
                loose = [one for one in self.members[at] if one not in self.pinned]
                loose = loose or self.members[at]
                self._put(min(loose, key=lambda one: (self._cost_without(one), one)), BENCH)
        for one in [one for one, at in enumerate(self.seat) if at == BENCH]:
            extra = {at: self._cost_with(one, at) for at in range(self.number)}
            fits = [at for at in extra if extra[at] < self.hard_cost and self._may_sit(one, at)]
            if fits:
                self._put(one, min(fits, key=lambda at: (extra[at], at)))

    def _may_sit(self, one: int, at: int) -> bool:
        return not self.is_full(at) and self.pinned.get(one, at) == at

    def _cost_without(self, one: int) -> int:
        at = self.seat[one]
        rest = tuple(sorted(other for other in self.members[at] if other != one))
        return self._work_out(self.sitting[at], rest)

    def _cost_with(self, one: int, at: int) -> int:
        return self._work_out(self.sitting[at], tuple(sorted([*self.members[at], one])))

    def plan(self) -> GroupPlan:
        """Return the floor as a plan."""
        groups = [
            Group(
                number=self.numbers[at],
                sitting=self.sitting[at],
                members=tuple(self.cities[one].key for one in sorted(self.members[at])),
            )
            for at in range(self.number)
            if self.members[at]
        ]
        bench = [self.cities[one].key for one, at in enumerate(self.seat) if at == BENCH]
        return GroupPlan(groups=tuple(groups), unplaced=tuple(bench))


def _numbers(problem: GroupProblem) -> list[int]:
    """Return the numbers groups may have: those that stand or are pinned to, and new ones."""
    most = len(problem.cities) // problem.smallest
    known = sorted({*problem.sitting_of, *problem.pins.values()})
    wanted = max(most, ceil(len(problem.cities) / problem.largest), len(known))
    new = (number for number in range(1, wanted + len(known) + 1) if number not in known)
    return sorted([*known, *(next(new) for _ in range(wanted - len(known)))])
