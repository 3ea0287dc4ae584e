"""A round of one-to-one talks as the solver takes it: slots, offers, wishes, who is busy when."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from events.allocation import talks
from events.models import Meeting, MeetingAsker, MeetingExpert, MeetingRound
from events.services import meeting_hours


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
        slots = list(self.slots.values())
        self.busy = meeting_hours.busy_slots(round, slots)
        self.engaged = meeting_hours.engaged_slots(round, slots)
        self.needed = meeting_hours.needed_slots(round, slots)
        self.of_cities, self.of_people = meeting_hours.elsewhere(round, slots)
        self.withdrawn = meeting_hours.withdrawn_cities(round.event)
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
        """A city with its wishes; one that comes no more waits for nothing."""
        city = asker.city_id
        away = {slot.pk for slot in asker.away.all()}
        away |= self.busy[city] | self.of_cities.taken[city]
        wishes = tuple(
            talks.Wish(wish.expert_id, wish.rank, int(wish.asked_at.timestamp() * 1000))
            for wish in asker.wishes.all()
            if not wish.is_closed and city not in self.withdrawn
        )
        free = frozenset(self.slots) - away
        near = self.of_cities.rooms[city]
        return talks.Asker(asker.pk, wishes, free, self.round.most_per_city, near)

    def _expert(self, expert: MeetingExpert) -> talks.Expert:
        """An expert with the slots they offer and can keep.

        A place in a session keeps somebody away from new talks, but from none that stands already.
        Who speaks, moderates, guides a group or talks in another round then can keep none, unless
        staff said that it stays or it has begun.
        """
        own = [one for one in self.meetings if one.expert_id == expert.pk]
        kept = {one.slot_id for one in own if one.is_pinned or one.slot_id in self.begun}
        person = expert.user_id
        engaged = self.engaged[person] - {one.slot_id for one in own}
        engaged |= (self.needed[person] | self.of_people.taken[person]) - kept
        if not expert.user.is_active:
            engaged |= set(self.slots) - kept
        near = self.of_people.rooms[person]
        rooms = {}
        for offer in expert.offers.all():
            slot, room = offer.slot_id, meeting_hours.plain_room(offer.room)
            if slot in kept or (slot not in engaged and near.get(slot, room) == room):
                rooms[slot] = room
        return talks.Expert(expert.pk, rooms, expert.most, frozenset(engaged))

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
                    sorted(one.near.items()),
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
