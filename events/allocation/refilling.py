"""What happens at once when a talk is cancelled, and what would help who waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from events.allocation.meetings import waiting_of
from events.allocation.talks import Refusal, Talk, TalkProblem


def refill(problem: TalkProblem, talks: tuple[Talk, ...]) -> tuple[Talk, ...]:
    """Return the talks that free places go to: those who wait are served in their order.

    The order is asked anew after each talk, since whoever got one stands further back. Each gets
    the earliest slot that keeps every rule; no talk that stands moves.
    """
    standing = list(talks)
    new: list[Talk] = []
    while True:
        talk = next(
            (
                found
                for city, expert in waiting_of(problem, standing)
                if (found := first_free(problem, standing, city, expert)) is not None
            ),
            None,
        )
        if talk is None:
            return tuple(new)
        standing.append(talk)
        new.append(talk)


def first_free(problem: TalkProblem, talks: list[Talk], city: int, expert: int) -> Talk | None:
    """Return the earliest talk of a city with an expert that keeps every rule, if there is one."""
    return next(free_talks(problem, talks, city, expert), None)


def free_talks(problem: TalkProblem, talks: list[Talk], city: int, expert: int) -> Iterator[Talk]:
    """Tell the talks of a city with an expert that keep every rule, the earliest first."""
    if expert not in problem.expert:
        return
    of_city = [talk for talk in talks if talk.city == city]
    of_expert = [talk for talk in talks if talk.expert == expert]
    if len(of_city) >= problem.city[city].most or len(of_expert) >= problem.expert[expert].most:
        return
    offered = problem.expert[expert].rooms
    for slot in sorted(offered, key=lambda one: (problem.slot[one].starts, one)):
        talk = Talk(city, expert, slot)
        if problem.can_come(talk) and all(
            problem.may_follow(other, talk) for other in (*of_city, *of_expert)
        ):
            yield talk


def greedy(problem: TalkProblem) -> tuple[Talk, ...]:
    """Return the talks a patient person would arrange: wish after wish, in order."""
    kept = tuple(sorted(problem.pins))
    return (*kept, *refill(problem, kept))


def by_chance(problem: TalkProblem, seed: int) -> tuple[Talk, ...]:
    """Return talks as a hat would give them: wishes and slots are drawn, and every rule kept."""
    rng = Random(seed)  # noqa: S311 - a seed repeats the plan; nothing is secret
    standing = sorted(problem.pins)
    drawn = list(waiting_of(problem, standing))
    rng.shuffle(drawn)
    for city, expert in drawn:
        free = list(free_talks(problem, standing, city, expert))
        if free:
            standing.append(rng.choice(free))
    return tuple(standing)


def refusals(problem: TalkProblem, talks: tuple[Talk, ...]) -> list[Refusal]:
    """Return why each wish that waits was not served."""
    rank = {(city.key, wish.expert): wish.rank for city in problem.cities for wish in city.wishes}
    return [
        Refusal(city, expert, rank[city, expert], _reason(problem, talks, city, expert))
        for city, expert in waiting_of(problem, list(talks))
    ]


def _reason(problem: TalkProblem, talks: tuple[Talk, ...], city: int, expert: int) -> str:
    asked = problem.expert.get(expert)
    if asked is None or not asked.rooms:
        return "no_offer"
    common = [slot for slot in asked.rooms if problem.can_come(Talk(city, expert, slot))]
    if not common:
        return "no_common_slot"
    of_city = [talk for talk in talks if talk.city == city]
    of_expert = [talk for talk in talks if talk.expert == expert]
    if len(of_city) >= problem.city[city].most:
        return "city_full"
    if len(of_expert) >= asked.most:
        return "expert_full"
    open_slots = [
        slot
        for slot in common
        if all(problem.may_follow(other, Talk(city, expert, slot)) for other in of_expert)
    ]
    if not open_slots:
        return "expert_full"
    if first_free(problem, list(talks), city, expert) is not None:
        return "free"
    busy = all(any(problem.overlap(slot, one.slot) for one in of_city) for slot in open_slots)
    return "city_busy" if busy else "too_far"


@dataclass(frozen=True)
class Help:
    """One change that would give a city without any talk its first one."""

    city: int
    expert: int
    rank: int
    slot: int
    change: str
    """offer: the expert offers this slot too; skip: the city leaves a session for it; more: the
    expert gives one talk more."""


def smallest_help(problem: TalkProblem, talks: tuple[Talk, ...], city: int) -> Help | None:
    """Return the mildest single change that serves a city with no talk; None when there is none."""
    asker = problem.city[city]
    wishes = sorted(asker.wishes, key=lambda wish: (wish.rank, wish.asked, wish.expert))
    slots = sorted(problem.slots, key=lambda slot: (slot.starts, slot.key))
    for change in ("more", "offer", "skip"):
        for wish in wishes:
            expert = problem.expert.get(wish.expert)
            if expert is None:
                continue
            own = [talk for talk in talks if talk.expert == expert.key]
            full = len(own) >= expert.most
            for slot in slots:
                if slot.key in problem.begun or slot.key in expert.engaged:
                    continue
                talk = Talk(city, expert.key, slot.key)
                offered, free = slot.key in expert.rooms, problem.can_come(talk)
                needs = {"more": full, "offer": not offered, "skip": not free}
                if [name for name, needed in needs.items() if needed] != [change]:
                    continue
                clash = any(problem.overlap(slot.key, one.slot) for one in own)
                if clash or (offered and not all(problem.may_follow(one, talk) for one in own)):
                    continue
                return Help(city, expert.key, wish.rank, slot.key, change)
    return None
