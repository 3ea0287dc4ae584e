"""The plan of an event as plain rows: sessions, who is where when, and how many there may be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from events.models import (
    AgendaItem,
    Event,
    Meeting,
    PeerGroup,
    RegistrationStatus,
    Session,
    Talk,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A session that takes place."""

    pk: int
    title: str
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    room: int | None
    audience: str
    capacity: int | None
    taken: int
    """How many have a place in it."""

    def overlaps(self, other: Planned) -> bool:
        """Say whether two sessions share a minute."""
        return bool(
            self.starts_at
            and self.ends_at
            and other.starts_at
            and other.ends_at
            and self.starts_at < other.ends_at
            and other.starts_at < self.ends_at
        )


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody is needed somewhere: in a session, or in a talk of two (`session` is None)."""

    who: str
    """One word for each person, also for those the portal does not know, and each city."""
    name: str
    starts_at: datetime
    ends_at: datetime
    session: int | None
    title: str
    talk: int | None = None

    @property
    def where(self) -> tuple[int | None, int | None]:
        """Return the key of the session or the talk."""
        return self.session, self.talk


@dataclass(frozen=True)
class Plan:
    """All of it."""

    event: Event
    sessions: list[Planned]
    rooms: dict[int, tuple[str, int | None]]
    """Name and seats."""
    busy: list[Busy]
    minutes: dict[int, list[int | None]]
    """The blocks of each session."""


def plan_of(event: Event) -> Plan:
    """Read the plan of an event; ten queries however long it is."""
    confirmed = Q(sign_ups__status=RegistrationStatus.CONFIRMED)
    came = Q(guest_places__is_taken=True)
    signed_up = Count("sign_ups", filter=confirmed, distinct=True)
    taken = signed_up + Count("guest_places", filter=came, distinct=True)
    columns = (
        "pk", "title", "day__date", "starts_at", "ends_at", "room", "audience", "capacity",
    )  # fmt: skip
    rows = Session.objects.filter(day__event=event, is_cancelled=False).annotate(taken=taken)
    sessions = [Planned(*row) for row in rows.in_order().values_list(*columns, "taken")]
    minutes: dict[int, list[int | None]] = defaultdict(list)
    blocks = AgendaItem.objects.filter(session__day__event=event)
    for session, length in blocks.values_list("session", "minutes"):
        minutes[session].append(length)
    rooms = {
        pk: (name, seats) for pk, name, seats in event.rooms.values_list("pk", "name", "capacity")
    }
    return Plan(
        event, sessions, rooms, [*_in_sessions(event, sessions), *_in_talks(event)], minutes
    )


def _in_sessions(event: Event, sessions: list[Planned]) -> list[Busy]:
    """Return who speaks, moderates or guides a group in which session."""
    of_event = {"session__day__event": event, "session__is_cancelled": False}
    talks = Talk.objects.filter(**of_event).order_by()
    columns = ("session", "speaker", "speaker__name", "speaker_name")
    named: list[Any] = list(talks.values_list(*columns))
    moderators = Session.moderators.through.objects.filter(**of_event)
    named += [(*row, "") for row in moderators.values_list("session", "user", "user__name")]
    unknown = Session.objects.filter(day__event=event).exclude(moderators_outside="")
    named += [
        (session.pk, None, "", name)
        for session in unknown.only("moderators_outside")
        for name in session.outsiders
    ]
    guides = PeerGroup.objects.filter(guide__user__isnull=False, **of_event)
    names = ("session", "guide__user", "guide__user__name")
    named += [(*row, "") for row in guides.values_list(*names)]
    found = {one.pk: one for one in sessions}
    busy = []
    for key, user, member, outsider in named:
        session = found.get(key)
        if session is None or not (session.starts_at and session.ends_at and (user or outsider)):
            continue
        who = str(user) if user else " ".join(outsider.casefold().split())
        busy.append(
            Busy(who, member or outsider, session.starts_at, session.ends_at, key, session.title)
        )
    return list(dict.fromkeys(busy))


def _in_talks(event: Event) -> list[Busy]:
    """Return which experts talk with which cities when, in whatever round; once for each side."""
    talks = Meeting.objects.live().filter(round__event=event)
    names = (
        "expert__user", "expert__user__name", "asker__city", "asker__city__name",
        "slot__starts_at", "slot__ends_at", "pk",
    )  # fmt: skip
    busy = []
    for user, expert, city, name, starts, ends, key in talks.values_list(*names):
        busy.append(Busy(str(user), expert, starts, ends, None, name, key))
        busy.append(Busy(f"city {city}", name, starts, ends, None, expert, key))
    return busy
