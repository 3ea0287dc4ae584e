"""What waits for what: the longest chain, and whom a slip hits.

A dependency is read as "finish to start": what waits begins once the other has ended. In real
roadmaps the two often overlap; then there was no room between them, and the rule still counts days
in one direction only. The longest chain follows Kelley and Walker ("Critical-Path Planning and
Scheduling", 1959): of all chains in which each waits for the one before, the one whose durations
add up to most days. Dependencies that run in a circle have no order; one of them is left out of
the sums and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

Edge = tuple[int, int]
"""First what has to be there, then what waits for it."""


@dataclass(frozen=True)
class Task:
    """Something with a first and a last day, as it is planned now and as it was at first."""

    start: date
    end: date
    plan_start: date
    plan_end: date
    is_over: bool = False
    """Whether it has ended, or was given up: nothing can put it off any more."""

    @property
    def days(self) -> int:
        """Return how many days it takes, the first and the last included."""
        return (self.end - self.start).days + 1

    @property
    def slip(self) -> int:
        """Return by how many days its end has moved; less than nothing when it came forward."""
        return (self.end - self.plan_end).days

    @property
    def moved(self) -> int:
        """Return by how many days its start has been put off."""
        return max(0, (self.start - self.plan_start).days)


@dataclass(frozen=True)
class Chain:
    """The longest chain, from the first to the last, its days, and the room within it.

    A day lost is a day lost in the end only where no room comes after it.
    """

    keys: tuple[int, ...] = ()
    days: int = 0
    rooms: tuple[int, ...] = ()
    """How many free days lie between each and the next one, as it is planned now."""

    @property
    def room(self) -> int:
        """Return all days of room."""
        return sum(self.rooms)

    @property
    def edges(self) -> set[Edge]:
        """Return its steps."""
        return set(zip(self.keys, self.keys[1:], strict=False))


@dataclass(frozen=True)
class Hit:
    """What a slip does to something that waits, directly or through others."""

    source: int
    key: int
    through: int
    """What it waits for directly: the source, or something the source has hit."""
    days: int
    planned: int
    """How many of these days it has been put off already."""

    @property
    def open_days(self) -> int:
        """Return how many days its plan has not taken in yet."""
        return max(0, self.days - self.planned)


@dataclass(frozen=True)
class Network:
    """Tasks with the dependencies among them that have an order."""

    tasks: Mapping[int, Task]
    edges: tuple[Edge, ...]
    order: tuple[int, ...]
    circular: tuple[Edge, ...]

    @classmethod
    def of(cls, tasks: Mapping[int, Task], edges: Iterable[Edge]) -> Network:
        """Put what has dates in order; of each circle one dependency is left out."""
        known = list(dict.fromkeys(edge for edge in edges if set(edge) <= tasks.keys()))
        left_out: list[Edge] = []
        while True:
            waits: dict[int, set[int]] = {key: set() for key in tasks}
            for before, after in known:
                waits[after].add(before)
            try:
                order = tuple(TopologicalSorter(waits).static_order())
            except CycleError as fault:
                # Each comes before the next one in the list that the library tells.
                circle = fault.args[1]
                step = (circle[-2], circle[-1])
                left_out.append(step)
                known.remove(step)
            else:
                return cls(tasks, tuple(known), order, tuple(left_out))

    def longest_chain(self) -> Chain:
        """Return the chain with most days; without any dependency there is none."""
        before = self._before()
        days: dict[int, int] = {}
        came_from: dict[int, int | None] = {}
        for key in self.order:
            longest = max(before[key], key=lambda one: (days[one], -one), default=None)
            came_from[key] = longest
            days[key] = self.tasks[key].days + (days[longest] if longest is not None else 0)
        ends = [key for key in self.order if came_from[key] is not None]
        if not ends:
            return Chain()
        at: int | None = max(ends, key=lambda one: (days[one], -one))
        total, keys = days[at] if at is not None else 0, []
        while at is not None:
            keys.append(at)
            at = came_from[at]
        keys.reverse()
        rooms = tuple(
            max(0, (self.tasks[after].start - self.tasks[one].end).days - 1)
            for one, after in pairwise(keys)
        )
        return Chain(tuple(keys), total, rooms)

    def hits(self) -> list[Hit]:
        """Return whom each slip reaches: what is left of it after the room that was planned."""
        before, after = self._before(), self._after()
        place = {key: at for at, key in enumerate(self.order)}
        found: list[Hit] = []
        for source in self.order:
            if self.tasks[source].slip > 0 and after[source]:
                later = sorted(_all_after(source, after), key=place.__getitem__)
                found += self._hits_of(source, later, before)
        return found

    def _hits_of(self, source: int, later: list[int], before: Mapping[int, list[int]]) -> list[Hit]:
        """Follow one slip through what waits for it, in the order of the whole."""
        reached = {source: self.tasks[source].slip}
        found = []
        for key in later:
            if self.tasks[key].is_over:
                continue
            left = {
                one: reached[one] - self._room(one, key) for one in before[key] if one in reached
            }
            through = max(left, key=lambda one: (left[one], -one), default=None)
            if through is None or left[through] <= 0:
                continue
            reached[key] = left[through]
            found.append(Hit(source, key, through, left[through], self.tasks[key].moved))
        return found

    def _room(self, one: int, other: int) -> int:
        """Return how many days lay between the two in the first plan."""
        return max(0, (self.tasks[other].plan_start - self.tasks[one].plan_end).days - 1)

    def _after(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for before, after in self.edges:
            found[before].append(after)
        return found

    def _before(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for before, after in self.edges:
            found[after].append(before)
        return found


def _all_after(source: int, after: Mapping[int, list[int]]) -> set[int]:
    """Return all that waits for something, directly or through others."""
    found: set[int] = set()
    waiting = [source]
    while waiting:
        fresh = [one for one in after[waiting.pop()] if one not in found]
        found.update(fresh)
        waiting += fresh
    return found
