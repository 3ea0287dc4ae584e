"""One-to-one talks by an integer program: every city once before any city twice, then first wishes.

A column for each city, wished expert and slot in which both can; rows say what cannot be at once.
It is solved for one aim after the other, each time keeping what was reached: cities with a talk,
talks that keep their expert, talks that stay as they were, and last the points of the wishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from events.allocation.programs import NoPlan, Program
from events.allocation.talks import Asker, Talk, TalkPlan, TalkProblem, TalkQuality

# What a wish is worth, by rank; later ranks are worth the last. A city's next talk is worth extra,
# less each time, so that places go to many.
POINTS = (100, 60, 35, 20, 10)
NEXT_TALK = (0, 30, 15)
SECONDS = 40.0


class TalkPinsRefused(Exception):
    """Pinned talks contradict the rules; `talks` are those that cannot be together."""

    def __init__(self, talks: frozenset[Talk]) -> None:
        super().__init__("pinned talks cannot be together")
        self.talks = talks


@dataclass
class _Columns:
    """The columns of a program, and where to find them."""

    program: Program = field(default_factory=Program)
    of: dict[Talk, int] = field(default_factory=dict)
    by_city: dict[int, list[Talk]] = field(default_factory=lambda: defaultdict(list))
    by_expert: dict[int, list[Talk]] = field(default_factory=lambda: defaultdict(list))
    served: dict[int, int] = field(default_factory=dict)
    points: list[float] = field(default_factory=list)


def solve(
    problem: TalkProblem,
    *,
    seconds: float = SECONDS,
    tell: Callable[[float], None] | None = None,
) -> TalkPlan:
    """Return the best plan there is, or the best that was found in time (`proved` says which).

    `tell` is told now and then which part of the whole is done, from 0 to 1: the aims that were
    solved, and of the one at work the time it took of what it may take. Raises TalkPinsRefused
    when pinned talks cannot be together, and whatever `tell` raises.
    """
    made = _build(problem)
    proved, program = True, made.program
    try:
        aims = _aims(problem, made)
        steps = len(aims) + 1
        for step, aim in enumerate(aims):
            program.worths = [float(column in aim) for column in range(len(program.worths))]
            taken = _solve_step(program, step, steps, seconds / steps, tell)
            program.at_least(sum(taken[column] for column in aim), aim)
            proved = proved and program.proved
        program.worths = made.points
        taken = _solve_step(program, steps - 1, steps, seconds / steps, tell)
    except NoPlan:
        raise TalkPinsRefused(problem.pins) from None
    talks = [talk for talk, column in made.of.items() if taken[column]]
    proved = proved and program.proved
    return TalkPlan(tuple(sorted(talks)), waiting_of(problem, talks), proved)


def _solve_step(
    program: Program,
    step: int,
    steps: int,
    seconds: float,
    tell: Callable[[float], None] | None,
) -> list[bool]:
    """Solve for one aim of several, counted from 0, within so many seconds."""
    if tell is None:
        return program.solve(seconds=seconds)
    began = monotonic()

    def goes_on() -> None:
        tell((step + min(1.0, (monotonic() - began) / seconds)) / steps)

    taken = program.solve(seconds=seconds, goes_on=goes_on)
    tell((step + 1) / steps)
    return taken


def _aims(problem: TalkProblem, made: _Columns) -> list[set[int]]:
    """Return what comes before points: sets of columns, of each as many as can be."""
    before = {(talk.city, talk.expert) for talk in problem.before}
    same = {made.of[talk] for talk in made.of if (talk.city, talk.expert) in before}
    stays = {made.of[talk] for talk in problem.before if talk in made.of}
    return [aim for aim in (set(made.served.values()), same, stays) if aim]


def points_of(rank: int) -> int:
    """Return what a wish of a rank is worth."""
    return POINTS[min(rank, len(POINTS)) - 1]


def waiting_of(problem: TalkProblem, talks: list[Talk]) -> tuple[tuple[int, int], ...]:
    """Return the wishes that wait, in the order in which they are served: whoever has fewer talks
    goes first, then the dearer wish, then the earlier one.
    """
    have: dict[int, int] = defaultdict(int)
    for talk in talks:
        have[talk.city] += 1
    met = {(talk.city, talk.expert) for talk in talks}
    waiting = [
        (have[city.key], wish.rank, wish.asked, city.key, wish.expert)
        for city in problem.cities
        for wish in city.wishes
        if (city.key, wish.expert) not in met
    ]
    return tuple((city, expert) for _have, _rank, _asked, city, expert in sorted(waiting))


def quality_of(problem: TalkProblem, talks: tuple[Talk, ...]) -> TalkQuality:
    """Return how good talks are, whoever arranged them."""
    rank = {(city.key, wish.expert): wish.rank for city in problem.cities for wish in city.wishes}
    ranks = [rank.get((talk.city, talk.expert), len(POINTS)) for talk in talks]
    return TalkQuality(
        talks=len(talks),
        cities_with_a_wish=sum(bool(city.wishes) for city in problem.cities),
        cities_served=len({talk.city for talk in talks}),
        first_wishes_served=ranks.count(1),
        by_rank={one: ranks.count(one) for one in sorted(set(ranks))},
        points=sum(map(points_of, ranks)),
    )


def _build(problem: TalkProblem) -> _Columns:
    made = _Columns()
    for city in sorted(problem.cities, key=lambda one: one.key):
        for wish in sorted(city.wishes, key=lambda one: (one.rank, one.expert)):
            expert = problem.expert.get(wish.expert)
            for slot in sorted(expert.rooms) if expert else []:
                talk = Talk(city.key, wish.expert, slot)
                ahead = slot not in problem.begun and problem.can_come(talk)
                if ahead or talk in problem.pins:
                    _add(made, talk, points_of(wish.rank))
    for pin in sorted(problem.pins):
        if pin not in made.of:
            # Staff may arrange a talk that nobody wished for.
            _add(made, pin, 0)
        made.program.fix(made.of[pin])
    for city in sorted(problem.cities, key=lambda one: one.key):
        _rows_of_city(problem, made, city)
    for expert in problem.experts:
        own = made.by_expert[expert.key]
        _at_most(problem, made, expert.most, own)
        _rows_of_times(problem, made, own)
    made.points = list(made.program.worths)
    return made


def _add(made: _Columns, talk: Talk, worth: int) -> None:
    made.of[talk] = made.program.column(worth)
    made.by_city[talk.city].append(talk)
    made.by_expert[talk.expert].append(talk)


def _rows_of_city(problem: TalkProblem, made: _Columns, city: Asker) -> None:
    own, program = made.by_city[city.key], made.program
    if not own:
        return
    columns = [made.of[talk] for talk in own]
    _at_most(problem, made, city.most, own)
    for expert in sorted({talk.expert for talk in own}):
        _at_most(problem, made, 1, [talk for talk in own if talk.expert == expert])
    _rows_of_times(problem, made, own)
    # A city's talks are counted: the first counter says that it has one, the others are worth less
    # and less.
    made.served[city.key] = program.column(NEXT_TALK[0])
    counters = [program.column(extra, whole=False) for extra in NEXT_TALK[1:]]
    program.no_more_than([made.served[city.key], *counters], columns)


def _rows_of_times(problem: TalkProblem, made: _Columns, own: list[Talk]) -> None:
    """Let nobody be in two talks at once, nor in two rooms without the time to walk."""
    by_slot: dict[int, list[Talk]] = defaultdict(list)
    for talk in own:
        by_slot[talk.slot].append(talk)
    for slot in sorted(by_slot):
        at_its_start = [
            talk
            for other in by_slot
            if problem.slot[other].starts <= problem.slot[slot].starts < problem.slot[other].ends
            for talk in by_slot[other]
        ]
        _at_most(problem, made, 1, at_its_start)
        for near in sorted(problem.close[slot] & set(by_slot)):
            for room in sorted({problem.room(talk) for talk in by_slot[slot]}):
                here = [talk for talk in by_slot[slot] if problem.room(talk) == room]
                far = [talk for talk in by_slot[near] if problem.room(talk) != room]
                if far:
                    _at_most(problem, made, 1, [*here, *far])


def _at_most(problem: TalkProblem, made: _Columns, most: int, talks: list[Talk]) -> None:
    """Take at most so many of these talks; those that have begun are there in any case."""
    held = len(problem.held.intersection(talks))
    made.program.at_most(max(most, held), [made.of[talk] for talk in talks])
