"""How good a group is: mixed countries, a shared topic, a common language, the usual size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from events.allocation.peers import City, Group, GroupPlan, GroupProblem, Guide, pair

# How much each wish weighs. Each is met to a part between 0 and FULL.
COUNTRIES, TOPIC, LANGUAGE, SIZE = 3, 4, 4, 3
FULL = 1000
MOST = FULL * (COUNTRIES + TOPIC + LANGUAGE + SIZE)
PER_SEAT_OFF = 400


@dataclass(frozen=True)
class Facts:
    """Why a group is good, as facts that words are made of."""

    countries: tuple[str, ...]
    topic: str
    """The topic most members share; "" when no two share one."""
    with_topic: tuple[int, ...]
    language: str
    """The language most members speak; "" when no two share one."""
    with_language: tuple[int, ...]
    guide: str | None
    guide_knows_topic: bool
    guide_speaks: bool
    score: int
    """Percent of what a group can reach."""


@dataclass(frozen=True)
class Quality:
    """How good a whole plan is; percentages are of groups, `score` of what could be reached."""

    placed: int
    unplaced: int
    groups: int
    score: float
    mixed: float
    shared_topic: float
    common_language: float
    guided: float
    repeats: int


def most_shared(words: Iterable[frozenset[str]]) -> tuple[str, int]:
    """Return the word that most sets hold and how many do; the first of the alphabet on a tie."""
    counted = Counter(word for each in words for word in each)
    if not counted:
        return "", 0
    word = min(counted, key=lambda one: (-counted[one], one))
    return word, counted[word]


def score_of(problem: GroupProblem, members: Sequence[City]) -> int:
    """Return how good it is that these sit together, from 0 to MOST."""
    size = len(members)
    if size < 2:
        return 0
    pairs = size * (size - 1) // 2
    mixed = sum(one.country != other.country for one, other in combinations(members, 2))
    topic = most_shared(city.topics for city in members)[1]
    language = most_shared(city.languages for city in members)[1]
    return (
        COUNTRIES * FULL * mixed // pairs
        + TOPIC * (FULL * topic // size if topic > 1 else 0)
        + LANGUAGE * (FULL * language // size if language > 1 else 0)
        + SIZE * max(0, FULL - PER_SEAT_OFF * abs(size - problem.usual))
    )


def total_of(problem: GroupProblem, plan: GroupPlan) -> int:
    """Return the scores of all groups, each as often as it has members."""
    cities = problem.by_key
    return sum(
        len(group.members) * score_of(problem, [cities[key] for key in group.members])
        for group in plan.groups
    )


def facts_of(problem: GroupProblem, group: Group) -> Facts:
    """Return why a group is good."""
    cities = problem.by_key
    members = [cities[key] for key in group.members]
    topic, sharing = most_shared(city.topics for city in members)
    language, speaking = most_shared(city.languages for city in members)
    guide = next((one for one in problem.guides if one.key == group.guide), None)
    return Facts(
        countries=tuple(sorted({city.country for city in members})),
        topic=topic if sharing > 1 else "",
        with_topic=tuple(one.key for one in members if topic in one.topics) if sharing > 1 else (),
        language=language if speaking > 1 else "",
        with_language=(
            tuple(one.key for one in members if language in one.languages) if speaking > 1 else ()
        ),
        guide=group.guide,
        guide_knows_topic=knows(guide, members),
        guide_speaks=speaks(guide, members),
        score=round(100 * score_of(problem, members) / MOST),
    )


def knows(guide: Guide | None, members: Sequence[City]) -> bool:
    """Say whether a guide knows the topic that most members share."""
    topic, sharing = most_shared(city.topics for city in members)
    return guide is not None and sharing > 1 and topic in guide.topics


def speaks(guide: Guide | None, members: Sequence[City]) -> bool:
    """Say whether a guide speaks a language that every member speaks."""
    if guide is None:
        return False
    common = frozenset.intersection(*(city.languages for city in members))
    return bool(common & guide.languages)


def quality_of(problem: GroupProblem, plan: GroupPlan) -> Quality:
    """Return how good a plan is, whoever made it."""
    facts = [(group, facts_of(problem, group)) for group in plan.groups]
    placed = sum(len(group.members) for group in plan.groups)
    repeats = sum(
        pair(one, other) in problem.met
        for group in plan.groups
        for one, other in combinations(group.members, 2)
    )

    def part(number: int) -> float:
        return round(100 * number / len(facts), 1) if facts else 0.0

    return Quality(
        placed=placed,
        unplaced=len(problem.cities) - placed,
        groups=len(facts),
        score=round(100 * total_of(problem, plan) / (placed * MOST), 1) if placed else 0.0,
        mixed=part(sum(len(each.countries) == len(group.members) for group, each in facts)),
        shared_topic=part(sum(len(each.with_topic) == len(group.members) for group, each in facts)),
        common_language=part(
            sum(len(each.with_language) == len(group.members) for group, each in facts)
        ),
        guided=part(sum(group.guide is not None for group in plan.groups)),
        repeats=repeats,
    )
