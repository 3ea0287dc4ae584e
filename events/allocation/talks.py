"""The words of one-to-one talks: slots, experts, cities, wishes, and the plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

# The room of a talk that takes place online.
ONLINE = ""


@dataclass(frozen=True, order=True)
class Talk:
    """A city talks with an expert in a slot."""

    city: int
    expert: int
    slot: int


@dataclass(frozen=True)
class Slot:
    """A stretch of time, in minutes from any common moment."""

    key: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Expert:
    """Where an expert sits in each slot that they offer, and how many talks they give at most."""

    key: int
    rooms: Mapping[int, str]
    most: int = 99
    # Slots that they cannot offer either: they are needed elsewhere.
    engaged: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Wish:
    """A city's wish for an expert; 1 is the dearest. `asked` orders wishes of the same rank."""

    expert: int
    rank: int
    asked: int = 0


@dataclass(frozen=True)
class Asker:
    """A city with its wishes, the slots in which it attends no session, and its most talks."""

    key: int
    wishes: tuple[Wish, ...]
    free: frozenset[int]
    most: int = 3
    # Slots so near to something else the city is at that it has time for this one room only.
    near: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TalkProblem:
    """Everything a plan of talks is made from."""

    slots: tuple[Slot, ...]
    experts: tuple[Expert, ...]
    cities: tuple[Asker, ...]
    # Talks that stay as they are.
    pins: frozenset[Talk] = frozenset()
    # The talks that stand; few should move.
    before: frozenset[Talk] = frozenset()
    # Slots that have begun: what is pinned in them took place, whatever rules it broke.
    begun: frozenset[int] = frozenset()
    # Minutes to get from one room to another.
    walk: int = 10

    @cached_property
    def slot(self) -> dict[int, Slot]:
        """Return the slots by key."""
        return {slot.key: slot for slot in self.slots}

    @cached_property
    def expert(self) -> dict[int, Expert]:
        """Return the experts by key."""
        return {expert.key: expert for expert in self.experts}

    @cached_property
    def city(self) -> dict[int, Asker]:
        """Return the cities by key."""
        return {city.key: city for city in self.cities}

    @cached_property
    def held(self) -> frozenset[Talk]:
        """Return the pinned talks that have begun."""
        return frozenset(pin for pin in self.pins if pin.slot in self.begun)

    @cached_property
    def close(self) -> dict[int, frozenset[int]]:
        """Return for each slot those that end too shortly before it or begin too shortly after."""
        return {
            one.key: frozenset(
                other.key
                for other in self.slots
                if other != one and not self.overlap(one.key, other.key) and self._gap(one, other)
            )
            for one in self.slots
        }

    def _gap(self, one: Slot, other: Slot) -> bool:
        first, second = sorted((one, other), key=lambda slot: (slot.starts, slot.key))
        return second.starts - first.ends < self.walk

    def overlap(self, one: int, other: int) -> bool:
        """Say whether two slots share a minute; a slot overlaps with itself."""
        first, second = self.slot[one], self.slot[other]
        return first.starts < second.ends and second.starts < first.ends

    def room(self, talk: Talk) -> str:
        """Return where a talk is; ONLINE for those on a screen, or where nothing is offered."""
        return self.expert[talk.expert].rooms.get(talk.slot, ONLINE)

    def can_come(self, talk: Talk) -> bool:
        """Say whether the city is free in the slot of a talk and has time to get there."""
        city, room = self.city[talk.city], self.room(talk)
        return talk.slot in city.free and city.near.get(talk.slot, room) == room

    def may_follow(self, one: Talk, other: Talk) -> bool:
        """Say whether the same person can be in both talks: no overlap, and time to walk."""
        if self.overlap(one.slot, other.slot):
            return False
        return other.slot not in self.close[one.slot] or self.room(one) == self.room(other)


@dataclass(frozen=True)
class Refusal:
    """A wish that was not served, and why."""

    city: int
    expert: int
    rank: int
    reason: str
    """no_offer, no_common_slot, expert_full, city_full, free, city_busy, too_far"""


@dataclass(frozen=True)
class TalkPlan:
    """Talks, and the wishes that wait, in the order in which they are served when a place frees."""

    talks: tuple[Talk, ...]
    waiting: tuple[tuple[int, int], ...] = ()
    proved: bool = True
    """Whether no better plan exists."""


@dataclass(frozen=True)
class TalkQuality:
    """How good a plan of talks is; whoever made it."""

    talks: int
    cities_with_a_wish: int
    cities_served: int
    first_wishes_served: int
    by_rank: dict[int, int] = field(default_factory=dict)
    points: int = 0


def broken_rules(problem: TalkProblem, talks: tuple[Talk, ...]) -> list[tuple[str, Talk]]:
    """Return every hard rule that talks break, each with a talk: none, for a plan of ours."""
    found = []
    of_city: dict[int, list[Talk]] = defaultdict(list)
    of_expert: dict[int, list[Talk]] = defaultdict(list)
    for talk in talks:
        city, expert = problem.city[talk.city], problem.expert[talk.expert]
        if talk not in problem.pins:
            if talk.expert not in {wish.expert for wish in city.wishes}:
                found.append(("wish", talk))
            if not problem.can_come(talk):
                found.append(("busy", talk))
        if talk.slot not in expert.rooms:
            found.append(("offer", talk))
            continue
        for kind, others in (("city", of_city[talk.city]), ("expert", of_expert[talk.expert])):
            found += [(kind, talk) for other in others if not problem.may_follow(other, talk)]
            others.append(talk)
    found += [("pin", pin) for pin in problem.pins if pin not in talks]
    counted = Counter((talk.city, talk.expert) for talk in talks)
    found += [("twice", talk) for talk in talks if counted[talk.city, talk.expert] > 1]
    for key, own in of_city.items():
        found += [("city most", own[0])] if len(own) > problem.city[key].most else []
    for key, own in of_expert.items():
        found += [("expert most", own[0])] if len(own) > problem.expert[key].most else []
    return found
