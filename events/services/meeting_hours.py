"""When cities and people are taken at an event, as far as that keeps them from one-to-one talks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import OuterRef, Subquery

from events.allocation import talks
from events.models import (
    Event,
    Meeting,
    MeetingOffer,
    MeetingRound,
    MeetingSlot,
    PeerGroup,
    PeerSeat,
    Registration,
    RegistrationStatus,
    RoundState,
    Session,
    SignUp,
    Talk,
)

Span = tuple[datetime, datetime]
Times = dict[int, list[Span]]
OF_GROUPS = {"session__is_cancelled": False, "round__state": RoundState.PUBLISHED}


@dataclass
class Elsewhere:
    """What talks of other rounds leave of a round's slots, by city or by person."""

    taken: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Slots in which they talk already, or which no room leaves time for."""
    rooms: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    """Slots so near to such a talk that there is time for this one room only."""

    def add(self, key: int, slot: MeetingSlot, span: Span, room: str, walk: timedelta) -> None:
        """Note a talk of another round."""
        starts, ends = span
        if slot.starts_at < ends and starts < slot.ends_at:
            self.taken[key].add(slot.pk)
            return
        is_near = max(slot.starts_at - ends, starts - slot.ends_at) < walk
        if is_near and self.rooms[key].setdefault(slot.pk, room) != room:
            self.taken[key].add(slot.pk)


def plain_room(name: str) -> str:
    """Return a room's name as rooms are compared; without one a talk is online."""
    return " ".join(name.lower().split()) or talks.ONLINE


def elsewhere(round: MeetingRound, slots: list[MeetingSlot]) -> tuple[Elsewhere, Elsewhere]:
    """Return what the talks of the event's other rounds leave to cities, and to experts.

    Talks that nobody sees yet count as well: two rounds are planned side by side.
    """
    room = MeetingOffer.objects.filter(expert=OuterRef("expert"), slot=OuterRef("slot"))
    standing = (
        Meeting.objects.live()
        .filter(round__event=round.event_id)
        .exclude(round=round)
        .annotate(room=Subquery(room.values("room")[:1]))
    )
    names = ("asker__city", "expert__user", "slot__starts_at", "slot__ends_at", "room")
    cities, people = Elsewhere(), Elsewhere()
    walk = timedelta(minutes=round.walk)
    told: Any = standing.order_by("pk").values_list(*names)
    for city, person, starts, ends, name in told:
        for slot in slots:
            where = plain_room(name or "")
            cities.add(city, slot, (starts, ends), where, walk)
            people.add(person, slot, (starts, ends), where, walk)
    return cities, people


def busy_slots(round: MeetingRound, slots: list[MeetingSlot]) -> dict[int, set[int]]:
    """Return the slots in which each city sits in or guides a group of the event, presents
    something, or has all of its people in sessions."""
    when: Times = defaultdict(list)
    seats = PeerSeat.objects.filter(
        group__round__event=round.event_id,
        **{f"group__{name}": value for name, value in OF_GROUPS.items()},
    )
    _note(when, seats, "entry__city", "group__session")
    guided = PeerGroup.objects.filter(round__event=round.event_id, **OF_GROUPS)
    _note(when, guided.filter(guide__city__isnull=False), "guide__city", "session")
    spoken = Talk.objects.filter(
        session__day__event=round.event_id, session__is_cancelled=False, city__isnull=False
    )
    _note(when, spoken, "city", "session")
    for city, spans in _spans_of_teams(round).items():
        when[city] += spans
    return _slots_within(when, slots)


def engaged_slots(round: MeetingRound, slots: list[MeetingSlot]) -> dict[int, set[int]]:
    """Return the slots in which each person has a place in a session of the event."""
    return _slots_within(_places(round), slots)


def needed_slots(round: MeetingRound, slots: list[MeetingSlot]) -> dict[int, set[int]]:
    """Return the slots in which each person speaks, moderates or guides a published group."""
    return _slots_within(_duties(round), slots)


def withdrawn_cities(event: Event) -> set[int]:
    """Return the cities that come no more: people of theirs were registered, and all gave their
    places back. One that staff recorded comes, and so does one that nobody ever registered for."""
    registered = event.registrations.filter(city__isnull=False)
    gone = set(registered.values_list("city", flat=True))
    gone -= set(registered.open().values_list("city", flat=True))
    return gone - set(event.attendances.values_list("city", flat=True)) if gone else gone


def _spans_of_teams(round: MeetingRound) -> Times:
    """Return when everybody of a city who has a place at the event is in a session as well.

    One of them who is free can talk for the city.
    """
    confirmed = Registration.objects.filter(
        event=round.event_id, status=RegistrationStatus.CONFIRMED, city__isnull=False
    )
    teams: dict[int, set[int]] = defaultdict(set)
    for city, person in confirmed.values_list("city", "user"):
        teams[city or 0].add(person)
    places, duties = _places(round), _duties(round)
    away: Times = {}
    for city, people in teams.items():
        theirs = {one: [*places.get(one, []), *duties.get(one, [])] for one in people}
        edges = sorted({moment for spans in theirs.values() for span in spans for moment in span})
        away[city] = [
            (begins, stops)
            for begins, stops in pairwise(edges)
            if all(
                any(starts < stops and begins < ends for starts, ends in spans)
                for spans in theirs.values()
            )
        ]
    return away


def _places(round: MeetingRound) -> Times:
    """Return when each person has a place in a session of the event."""
    when: Times = defaultdict(list)
    places = SignUp.objects.filter(
        session__day__event=round.event_id,
        session__is_cancelled=False,
        status=RegistrationStatus.CONFIRMED,
    )
    _note(when, places, "user", "session")
    return when


def _duties(round: MeetingRound) -> Times:
    """Return when each person speaks, moderates or guides a published group at the event."""
    when: Times = defaultdict(list)
    of_event = {"session__day__event": round.event_id, "session__is_cancelled": False}
    spoken = Talk.objects.filter(speaker__isnull=False, **of_event)
    _note(when, spoken, "speaker", "session")
    _note(when, Session.moderators.through.objects.filter(**of_event), "user", "session")
    guided = PeerGroup.objects.filter(round__event=round.event_id, **OF_GROUPS)
    _note(when, guided.filter(guide__user__isnull=False), "guide__user", "session")
    return when


def _note(when: Times, rows: Any, who: str, session: str) -> None:
    """Add the hours of sessions to whom the rows name; sessions without hours bind nobody."""
    timed = rows.filter(
        **{f"{session}__starts_at__isnull": False, f"{session}__ends_at__isnull": False}
    )
    columns = (who, f"{session}__starts_at", f"{session}__ends_at")
    for key, starts, ends in timed.order_by("pk").values_list(*columns):
        when[key].append((starts, ends))


def _slots_within(when: Times, slots: list[MeetingSlot]) -> dict[int, set[int]]:
    busy: dict[int, set[int]] = defaultdict(set)
    for key, spans in when.items():
        for starts, ends in spans:
            busy[key] |= {
                slot.pk for slot in slots if slot.starts_at < ends and starts < slot.ends_at
            }
    return busy
