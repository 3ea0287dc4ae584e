"""The words of peer-review groups: cities, guides, pins, the problem and the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

# Called with the part that is done, 0 to 1; raises to stop the search.
Tell = Callable[[float], None]


def told_nothing(_part: float) -> None:
    """Go on: nobody watches."""


def pair(one: int, other: int) -> tuple[int, int]:
    """Return two cities in the order in which pairs are kept."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class City:
    """A city that presents and listens. `topics` are its themes and challenges alike."""

    key: int
    country: str
    languages: frozenset[str]
    topics: frozenset[str]
    # The sittings it can come to. A sitting is a session in which groups meet side by side.
    sittings: frozenset[int]
    # In which place it presented the last time; 0 when it never did.
    last_turn: int = 0


@dataclass(frozen=True)
class Guide:
    """A mentor city or lead expert who can sit with one group in each sitting."""

    key: str
    languages: frozenset[str]
    topics: frozenset[str]
    sittings: frozenset[int]
    # Cities it must not sit with: its own.
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Group:
    """Cities that meet in one sitting. Its number stays with it when groups are solved again."""

    number: int
    sitting: int
    members: tuple[int, ...]
    guide: str | None = None


@dataclass(frozen=True)
class GroupPlan:
    """Groups by number, and the cities that no group could take."""

    groups: tuple[Group, ...]
    unplaced: tuple[int, ...] = ()

    @property
    def seats(self) -> dict[int, int]:
        """Return the group's number for each city that has one."""
        return {city: group.number for group in self.groups for city in group.members}


def moved_between(before: GroupPlan, after: GroupPlan) -> tuple[int, ...]:
    """Return the cities that had a seat before and have another one, or none, now."""
    old, new = before.seats, after.seats
    return tuple(sorted(key for key, number in old.items() if new.get(key) != number))


@dataclass(frozen=True)
class GroupProblem:
    """Everything a plan is made from."""

    cities: tuple[City, ...]
    sittings: tuple[int, ...]
    # Pairs that may not sit together: they met before, or work together already.
    met: frozenset[tuple[int, int]] = frozenset()
    smallest: int = 3
    usual: int = 3
    largest: int = 4
    guides: tuple[Guide, ...] = ()
    # City → number of the group it stays in, whatever else moves.
    pins: Mapping[int, int] = field(default_factory=dict)
    # Numbers of groups that take nobody else.
    closed: frozenset[int] = frozenset()
    # Number of a group → key of the guide that stays with it.
    guide_pins: Mapping[int, str] = field(default_factory=dict)
    # The plan that stands: its groups keep number and sitting, and few cities should move.
    before: GroupPlan | None = None

    def __post_init__(self) -> None:
        if not 2 <= self.smallest <= self.usual <= self.largest:
            raise ValueError("Sizes must be in order, and nobody meets alone.")

    @property
    def by_key(self) -> dict[int, City]:
        """Return the cities by key."""
        return {city.key: city for city in self.cities}

    @property
    def sitting_of(self) -> dict[int, int]:
        """Return the sitting of each group that stands."""
        return {group.number: group.sitting for group in self.before.groups} if self.before else {}


@dataclass(frozen=True)
class Broken:
    """A hard rule that does not hold: which, for which cities, in which group."""

    rule: str
    """met, away, small, large, closed, pin, twice"""
    cities: tuple[int, ...]
    group: int


def broken_rules(problem: GroupProblem, plan: GroupPlan) -> list[Broken]:
    """Return every hard rule that a plan breaks: none, for a plan of ours."""
    found = [each for group in plan.groups for each in broken_in(problem, group)]
    seen: set[int] = set()
    for group in plan.groups:
        twice = seen.intersection(group.members)
        found += [Broken("twice", (key,), group.number) for key in sorted(twice)]
        seen.update(group.members)
    seats = plan.seats
    return found + [
        Broken("pin", (key,), number)
        for key, number in sorted(problem.pins.items())
        if seats.get(key, number) != number
    ]


def broken_in(problem: GroupProblem, group: Group) -> list[Broken]:
    """Return the hard rules that one group breaks by itself."""
    cities, number = problem.by_key, group.number
    pairs = combinations(sorted(group.members), 2)
    found = [Broken("met", two, number) for two in pairs if two in problem.met]
    away = [key for key in group.members if group.sitting not in cities[key].sittings]
    found += [Broken("away", (key,), number) for key in away]
    if number in problem.closed:
        strangers = [key for key in group.members if problem.pins.get(key) != number]
        found += [Broken("closed", (key,), number) for key in strangers]
    if len(group.members) < problem.smallest:
        found.append(Broken("small", group.members, number))
    if len(group.members) > problem.largest:
        found.append(Broken("large", group.members, number))
    return found


def pins_that_cannot_hold(problem: GroupProblem) -> list[Broken]:
    """Return what is wrong with the pins themselves, whoever else sits where."""
    found = []
    cities, sitting_of = problem.by_key, problem.sitting_of
    pinned: dict[int, list[int]] = {}
    for key, number in sorted(problem.pins.items()):
        if key in cities:
            pinned.setdefault(number, []).append(key)
    for number, keys in pinned.items():
        found += [Broken("met", two, number) for two in combinations(keys, 2) if two in problem.met]
        if len(keys) > problem.largest:
            found.append(Broken("large", tuple(keys), number))
        if number in problem.closed and len(keys) < problem.smallest:
            found.append(Broken("small", tuple(keys), number))
        if number in sitting_of:
            away = [key for key in keys if sitting_of[number] not in cities[key].sittings]
            found += [Broken("away", (key,), number) for key in away]
        elif not frozenset(problem.sittings).intersection(*(cities[key].sittings for key in keys)):
            found.append(Broken("away", tuple(keys), number))
    return found
