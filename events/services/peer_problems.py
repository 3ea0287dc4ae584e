"""A round of groups as the solver takes it: who takes part, who met before, what is pinned."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cities.models import CityMembership, ConsortiumMember, Pairing
from events.allocation import peers
from events.allocation.minutes import Lengths
from events.models import (
    EventStatus,
    PeerGroup,
    PeerRound,
    PeerSeat,
    RoundCity,
    RoundGuide,
    RoundState,
)
from events.services.meeting_hours import withdrawn_cities

Pair = tuple[int, int]


@dataclass(frozen=True)
class Gathered:
    """The problem, the rows its keys stand for, and why each pair counts as having met."""

    problem: peers.GroupProblem
    entries: dict[int, RoundCity]
    guides: dict[str, RoundGuide]
    groups: dict[int, PeerGroup]
    met: dict[Pair, str]
    state: str
    """A fingerprint of all this: a plan is used on the rows it was made for alone."""
    withdrawn: list[RoundCity]
    """Cities that come no more; they are in nothing of the above."""

    def members_of(self, group: PeerGroup) -> tuple[int, ...]:
        """Return the cities that sit in a group, and still come."""
        seats = (seat.entry.city_id for seat in group.seats.all())
        return tuple(city for city in seats if city in self.entries)


def gather(round: PeerRound, *, keeps: bool = False) -> Gathered:
    """Read a round; cities are known by their numbers. With `keeps`, few of them should move."""
    sessions = tuple(round.sessions.order_by("starts_at", "pk").values_list("pk", flat=True))
    rows = round.entries.select_related("city").prefetch_related("themes", "sessions")
    gone = withdrawn_cities(round.event)
    entries = {entry.city_id: entry for entry in rows if entry.city_id not in gone}
    guides = {
        str(guide.pk): guide
        for guide in round.guides.exclude(Q(user__is_active=False) | Q(city__in=gone))
        .select_related("city", "user")
        .prefetch_related("themes", "sessions")
    }
    groups = {
        group.number: group
        for group in round.groups.select_related("session", "guide").prefetch_related(
            "seats__entry__city"
        )
    }
    met = who_met(round, entries)
    seats = {
        seat.entry.city_id: (group, seat)
        for group in groups.values()
        for seat in group.seats.all()
        if seat.entry.city_id in entries
    }
    members: dict[int, list[int]] = defaultdict(list)
    for city, (group, _seat) in seats.items():
        members[group.number].append(city)
    standing = tuple(
        peers.Group(
            number=group.number,
            sitting=group.session_id,
            members=tuple(sorted(members[group.number])),
            guide=_known(group, guides),
        )
        for group in groups.values()
        if group.session_id in sessions and members[group.number]
    )
    turns = last_turns(round, entries)
    own = _cities_of(guides.values())
    problem = peers.GroupProblem(
        cities=tuple(_city(entry, sessions, turns) for entry in entries.values()),
        sittings=sessions,
        met=frozenset(met),
        smallest=round.smallest,
        usual=round.usual,
        largest=round.largest,
        guides=tuple(_guide(guide, sessions, own) for guide in guides.values()),
        pins={
            city: group.number
            for city, (group, seat) in seats.items()
            if (seat.is_pinned or group.is_pinned) and group.session_id in sessions
        },
        closed=frozenset(group.number for group in groups.values() if group.is_pinned),
        guide_pins={
            group.number: guide
            for group in groups.values()
            if (group.guide_is_pinned or group.is_pinned) and (guide := _known(group, guides))
        },
        before=peers.GroupPlan(standing) if standing else None,
    )
    state = hashlib.sha256(
        json.dumps(_plain(problem), sort_keys=True, default=str).encode()
    ).hexdigest()
    if not keeps:
        problem = _without_plan(problem)
    withdrawn = [entry for entry in rows if entry.city_id in gone]
    return Gathered(problem, entries, guides, groups, met, state, withdrawn)


def _known(group: PeerGroup, guides: dict[str, RoundGuide]) -> str | None:
    """Return who guides a group, unless nobody does or their account is closed."""
    key = str(group.guide_id)
    return key if key in guides else None


def lengths_of(round: PeerRound) -> Lengths:
    """Return how long pitch and discussion last in a round."""
    return Lengths(
        (round.pitch_least, round.pitch_most), (round.discussion_least, round.discussion_most)
    )


def who_met(round: PeerRound, cities: Iterable[int]) -> dict[Pair, str]:
    """Return the pairs of these cities that may not sit together, each with the reason in words.

    They sat in one group of a round that was published, or they are partners. Groups of an event
    that was called off, and of a session that was cancelled, did not meet.
    """
    known = set(cities)
    met: dict[Pair, str] = {}
    if round.partners_count_as_met:
        met |= _partners(known)
    seats = _seats_elsewhere(round).filter(entry__city__in=known)
    together: dict[tuple[int, str], list[int]] = defaultdict(list)
    for group, title, city in seats.values_list(
        "group", "group__round__event__title", "entry__city"
    ):
        together[group, title].append(city)
    for (_group, title), members in together.items():
        for one, other in combinations(members, 2):
            if one != other:
                met[peers.pair(one, other)] = _("met at %s") % title
    return met


def _seats_elsewhere(round: PeerRound) -> QuerySet[PeerSeat]:
    """Return the seats in published groups of other rounds that met, or are going to."""
    published = PeerSeat.objects.filter(
        group__round__state=RoundState.PUBLISHED, group__session__is_cancelled=False
    )
    return published.exclude(group__round=round).exclude(
        group__round__event__status=EventStatus.CANCELLED
    )


def _partners(known: set[int]) -> dict[Pair, str]:
    found = {}
    members = ConsortiumMember.objects.running().filter(city__in=known)
    consortia: dict[str, list[int]] = defaultdict(list)
    for name, city in members.values_list("consortium__name", "city"):
        consortia[name].append(city)
    for name, cities in consortia.items():
        for two in combinations(sorted(cities), 2):
            found[two] = _("both in %s") % name
    pairings = Pairing.objects.running().filter(first_city__in=known, second_city__in=known)
    for pairing in pairings:
        two = peers.pair(pairing.first_city_id, pairing.second_city_id)
        found[two] = str(pairing.get_kind_display())
    return found


def last_turns(round: PeerRound, cities: Iterable[int]) -> dict[int, int]:
    """Return in which place each city presented in its last published round."""
    seats = _seats_elsewhere(round).filter(entry__city__in=cities)
    seats = seats.order_by("group__round__published_at", "group__round")
    return dict(seats.values_list("entry__city", "position"))


def _cities_of(guides: Iterable[RoundGuide]) -> dict[int, set[int]]:
    """Return for each person among the guides the cities whose team they belong to."""
    people = [guide.user_id for guide in guides if guide.user_id]
    own: dict[int, set[int]] = defaultdict(set)
    members = CityMembership.objects.running().filter(user__in=people)
    for user, city in members.values_list("user", "city"):
        own[user].add(city)
    return own


def codes_of(languages: str) -> frozenset[str]:
    """Return the codes that are written one after the other."""
    return frozenset(filter(None, (code.strip() for code in languages.split(","))))


def _city(entry: RoundCity, sessions: tuple[int, ...], turns: dict[int, int]) -> peers.City:
    challenge = " ".join(entry.challenge.lower().split())
    topics = {f"theme:{theme.pk}" for theme in entry.themes.all()}
    return peers.City(
        key=entry.city_id,
        country=str(entry.city.country),
        languages=codes_of(entry.languages),
        topics=frozenset(topics | ({f"challenge:{challenge}"} if challenge else set())),
        sittings=_sittings(entry, sessions),
        last_turn=turns.get(entry.city_id, 0),
    )


def _guide(guide: RoundGuide, sessions: tuple[int, ...], own: dict[int, set[int]]) -> peers.Guide:
    apart = {guide.city_id} if guide.city_id else own.get(guide.user_id or 0, set())
    return peers.Guide(
        key=str(guide.pk),
        languages=codes_of(guide.languages),
        topics=frozenset(f"theme:{theme.pk}" for theme in guide.themes.all()),
        sittings=_sittings(guide, sessions),
        apart=frozenset(apart),
    )


def _sittings(row: RoundCity | RoundGuide, sessions: tuple[int, ...]) -> frozenset[int]:
    chosen = {session.pk for session in row.sessions.all()}
    return frozenset(sessions) & chosen if chosen else frozenset(sessions)


def _plain(problem: peers.GroupProblem) -> dict[str, Any]:
    """Return what a plan depends on, as plain values in a fixed order."""
    return {
        "cities": sorted(
            [one.key, one.country, sorted(one.languages), sorted(one.topics), sorted(one.sittings)]
            for one in problem.cities
        ),
        "guides": sorted(
            [one.key, sorted(one.languages), sorted(one.topics), sorted(one.sittings)]
            for one in problem.guides
        ),
        "met": sorted(problem.met),
        "sizes": [problem.smallest, problem.usual, problem.largest],
        "sittings": problem.sittings,
        "pins": sorted(problem.pins.items()),
        "closed": sorted(problem.closed),
        "guide_pins": sorted(problem.guide_pins.items()),
        "before": problem.before,
    }


def _without_plan(problem: peers.GroupProblem) -> peers.GroupProblem:
    """Keep of the plan that stands only the groups that something is pinned to."""
    pinned = {*problem.pins.values(), *problem.closed, *problem.guide_pins}
    before = problem.before
    if before is None:
        return problem
    left = tuple(group for group in before.groups if group.number in pinned)
    return replace(problem, before=peers.GroupPlan(left) if left else None)
