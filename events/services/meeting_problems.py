"""A round of one-to-one talks as the solver takes it: slots, offers, wishes, who is busy when."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils import timezone

from events.allocation import talks
from events.models import (
    Meeting,
    MeetingAsker,
    MeetingExpert,
    MeetingRound,
    MeetingSlot,
    PeerSeat,
    Registration,
    RegistrationStatus,
    RoundState,
    SignUp,
    Talk,
)

Span = tuple[datetime, datetime]


class GatheredTalks:
    """The problem, the rows its keys stand for, and a fingerprint of it all."""

    def __init__(self, round: MeetingRound) -> None:
        """Read a round."""
        self.round = round
        self.slots = {slot.pk: slot for slot in round.slots.all()}
        self.experts = {
            expert.pk: expert
            for expert in round.experts.select_related("user").prefetch_related("offers")
        }
        self.askers = {
            asker.pk: asker
            for asker in round.askers.select_related("city").prefetch_related("wishes", "away")
        }
        self.meetings = list(round.meetings.live())
        self.busy = busy_slots(round, list(self.slots.values()))
        self.engaged = engaged_slots(round, list(self.slots.values()))
        now = timezone.now()
        self.begun = frozenset(slot.pk for slot in self.slots.values() if slot.starts_at <= now)
        self.problem = self._problem()
        self.state = hashlib.sha256(
            json.dumps(self._plain(), sort_keys=True, default=str).encode()
        ).hexdigest()

    def _problem(self) -> talks.TalkProblem:
        return talks.TalkProblem(
            slots=tuple(
                talks.Slot(slot.pk, minute(slot.starts_at), minute(slot.ends_at))
                for slot in self.slots.values()
            ),
            experts=tuple(self._expert(expert) for expert in self.experts.values()),
            cities=tuple(self._asker(asker) for asker in self.askers.values()),
            pins=frozenset(talk_of(one) for one in self.meetings if one.is_pinned),
            before=frozenset(map(talk_of, self.meetings)),
            walk=self.round.walk,
        )

    @property
    def ahead(self) -> talks.TalkProblem:
        """Return what can still be arranged: slots that have begun are given to nobody, and talks
        in them stay."""
        problem = self.problem
        return replace(
            problem,
            cities=tuple(replace(city, free=city.free - self.begun) for city in problem.cities),
            pins=problem.pins | {talk for talk in problem.before if talk.slot in self.begun},
            begun=self.begun,
        )

    def _asker(self, asker: MeetingAsker) -> talks.Asker:
        away = {slot.pk for slot in asker.away.all()} | self.busy[asker.city_id]
        wishes = tuple(
            talks.Wish(wish.expert_id, wish.rank, int(wish.asked_at.timestamp() * 1000))
            for wish in asker.wishes.all()
            if not wish.is_closed
        )
        return talks.Asker(asker.pk, wishes, frozenset(self.slots) - away, self.round.most_per_city)

    def _expert(self, expert: MeetingExpert) -> talks.Expert:
        """An expert with the slots they offer and can keep.

        A place in a session keeps somebody away from talks, but from none that stands already.
        """
        standing = {one.slot_id for one in self.meetings if one.expert_id == expert.pk}
        engaged = self.engaged[expert.user_id] - standing
        rooms = {
            offer.slot_id: " ".join(offer.room.lower().split()) or talks.ONLINE
            for offer in expert.offers.all()
            if offer.slot_id not in engaged
        }
        return talks.Expert(expert.pk, rooms, expert.most)

    def _plain(self) -> dict[str, Any]:
        problem = self.problem
        return {
            "slots": sorted([one.key, one.starts, one.ends] for one in problem.slots),
            "experts": sorted(
                [one.key, sorted(one.rooms.items()), one.most] for one in problem.experts
            ),
            "cities": sorted(
                [
                    one.key,
                    sorted([wish.expert, wish.rank, wish.asked] for wish in one.wishes),
                    sorted(one.free),
                    one.most,
                ]
                for one in problem.cities
            ),
            "talks": sorted(map(str, problem.before)),
            "pins": sorted(map(str, problem.pins)),
            "walk": problem.walk,
            "begun": sorted(self.begun),
        }


def minute(moment: datetime) -> int:
    """Return a moment in minutes, as the solver counts."""
    return int(moment.timestamp() // 60)


def talk_of(meeting: Meeting) -> talks.Talk:
    """Return a talk as the solver knows it."""
    return talks.Talk(meeting.asker_id, meeting.expert_id, meeting.slot_id)


def busy_slots(round: MeetingRound, slots: list[MeetingSlot]) -> dict[int, set[int]]:
    """Return the slots in which each city sits in a group of the event, presents something, or has
    all of its people in sessions."""
    when: dict[int, list[Span]] = defaultdict(list)
    seats = PeerSeat.objects.filter(
        group__round__event=round.event_id,
        group__round__state=RoundState.PUBLISHED,
    )
    times = ("entry__city", "group__session__starts_at", "group__session__ends_at")
    for city, starts, ends in seats.values_list(*times):
        if starts and ends:
            when[city].append((starts, ends))
    spoken = Talk.objects.filter(
        session__day__event=round.event_id,
        session__is_cancelled=False,
        city__isnull=False,
    )
    for city, starts, ends in spoken.values_list("city", "session__starts_at", "session__ends_at"):
        if city and starts and ends:
            when[city].append((starts, ends))
    for city, spans in _spans_of_teams(round).items():
        when[city] += spans
    return _slots_within(when, slots)


def engaged_slots(round: MeetingRound, slots: list[MeetingSlot]) -> dict[int, set[int]]:
    """Return the slots in which each person has a place in a session of the event."""
    when: dict[int, list[Span]] = defaultdict(list)
    for person, starts, ends in _places(round):
        when[person].append((starts, ends))
    return _slots_within(when, slots)


def _spans_of_teams(round: MeetingRound) -> dict[int, list[Span]]:
    """Return when everybody of a city who has a place at the event has one in a session as well.

    One of them who is free can talk for the city.
    """
    confirmed = Registration.objects.filter(
        event=round.event_id, status=RegistrationStatus.CONFIRMED, city__isnull=False
    )
    teams: dict[int, set[int]] = defaultdict(set)
    for city, person in confirmed.values_list("city", "user"):
        teams[city or 0].add(person)
    places = _places(round)
    away: dict[int, list[Span]] = {}
    for city, people in teams.items():
        theirs = [(starts, ends) for person, starts, ends in places if person in people]
        edges = sorted({moment for span in theirs for moment in span})
        held: dict[Span, set[int]] = defaultdict(set)
        for person, starts, ends in places:
            if person not in people:
                continue
            for piece in pairwise(edges):
                if starts < piece[1] and piece[0] < ends:
                    held[piece].add(person)
        away[city] = [piece for piece, those in held.items() if those == people]
    return away


def _places(round: MeetingRound) -> list[tuple[int, datetime, datetime]]:
    """Return who has a place in a session of the event, from when until when."""
    places = SignUp.objects.filter(
        session__day__event=round.event_id,
        session__is_cancelled=False,
        session__starts_at__isnull=False,
        status=RegistrationStatus.CONFIRMED,
    )
    told: Any = places.order_by("pk").values_list("user", "session__starts_at", "session__ends_at")
    return list(told)


def _slots_within(when: dict[int, list[Span]], slots: list[MeetingSlot]) -> dict[int, set[int]]:
    busy: dict[int, set[int]] = defaultdict(set)
    for key, spans in when.items():
        for starts, ends in spans:
            busy[key] |= {
                slot.pk for slot in slots if slot.starts_at < ends and starts < slot.ends_at
            }
    return busy
