"""Where cities sit while groups are mended, and what is wrong: each change that could mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from events.allocation.peers import City, GroupProblem, Tell, pair

NOWHERE = -1
# A city, and the number of the group it goes to.
Change = tuple[int, int]


@dataclass
class Seating:
    """One depth: where everybody sits now, who has moved, and the plans found so far."""

    problem: GroupProblem
    cities: dict[int, City]
    sitting: dict[int, int]
    seat: dict[int, int]
    home: dict[int, int]
    tell: Tell
    moved: set[int] = field(default_factory=set)
    found: list[dict[int, int]] = field(default_factory=list)
    seen: set[frozenset[Change]] = field(default_factory=set)
    states: int = 0
    most_states: int = 0
    members: dict[int, list[int]] = field(default_factory=dict)
    # Groups that can be wrong: those that were at the start, and those that changed since.
    suspects: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Seat everybody."""
        self.members = {number: [] for number in [NOWHERE, *self.sitting]}
        for key, number in self.seat.items():
            self.members[number].append(key)
        for number in self.sitting:
            if any(_wrong_in(self, number, self.members[number])):
                self.suspects[number] += 1

    @property
    def newcomers(self) -> list[int]:
        """Return who has no seat yet."""
        return self.members[NOWHERE]

    def put(self, key: int, number: int) -> int:
        """Seat a city elsewhere; return where it sat."""
        before = self.seat[key]
        self.members[before].remove(key)
        self.members[number].append(key)
        self.seat[key] = number
        self.suspects.update((before, number))
        return before

    def put_back(self, key: int, before: int) -> None:
        """Take back what `put` did."""
        number = self.seat[key]
        self.put(key, before)
        self.suspects.subtract((before, number, before, number))


def wrongs(search: Seating) -> Iterator[tuple[int, list[Change]]]:
    """Say what is wrong: in which group, and each change that could mend it."""
    for key in search.newcomers:
        yield NOWHERE, _places(search, key)
    for number in [one for one, times in search.suspects.items() if times > 0 and one != NOWHERE]:
        for keys, newcomers in _wrong_in(search, number, search.members[number]):
            leave = [way for key in keys for way in _places(search, key)]
            yield number, [*leave, *((key, number) for key in newcomers)]


def _wrong_in(
    search: Seating, number: int, members: list[int]
) -> Iterator[tuple[Sequence[int], list[int]]]:
    """Say what is wrong in a group: which members could leave, and who else could come."""
    problem, cities = search.problem, search.cities
    sitting = search.sitting[number]
    for key in members:
        is_closed = number in problem.closed and problem.pins.get(key) != number
        if is_closed or sitting not in cities[key].sittings:
            yield [key], []
    for one, other in combinations(members, 2):
        if pair(one, other) in problem.met:
            yield [one, other], []
    if len(members) > problem.largest:
        yield members, []
    if 0 < len(members) < problem.smallest:
        come = [
            key
            for key in search.seat
            if search.seat[key] != number
            and _may_move(search, key)
            and sitting in cities[key].sittings
            and not any(pair(key, one) in problem.met for one in members)
        ]
        yield members, ([] if number in problem.closed else come)


def _places(search: Seating, key: int) -> list[Change]:
    """Return the groups a city could go to; none when it must not move, or has moved already."""
    if not _may_move(search, key):
        return []
    city, here = search.cities[key], search.seat[key]
    return [
        (key, number)
        for number, sitting in search.sitting.items()
        if number != here and sitting in city.sittings and number not in search.problem.closed
    ]


def _may_move(search: Seating, key: int) -> bool:
    """Say whether this city may be seated elsewhere: each is seated anew once at most."""
    if key in search.problem.pins:
        return False
    home = search.home.get(key, NOWHERE)
    return search.seat[key] == home
