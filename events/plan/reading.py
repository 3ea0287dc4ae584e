"""The plan of an event as plain rows: sessions, who is where when, and how many there may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from events.models import (
    AgendaItem,
    Event,
    GuestPlace,
    Meeting,
    PeerGroup,
    PeerSeat,
    RegistrationStatus,
    RoundState,
    Session,
    SignUp,
    Talk,
)
from events.plan.lived import Lived, lived_by

Rows = Iterable[tuple[int, int]]
# A session, one word for whoever is needed there, and their name.
Named = tuple[int, str, str]


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
    lived: Lived
    """Where its people are."""
    sessions: list[Planned]
    rooms: dict[int, tuple[str, int | None]]
    """Name and seats."""
    busy: list[Busy]
    minutes: dict[int, list[int | None]]
    """The blocks of each session."""


def plan_of(event: Event) -> Plan:
    """Read the plan of an event, or a draft of one; as many queries however long it is."""
    lived = lived_by(event)
    taken = lived.in_plan([*_signed_up(lived.event), *_guests(lived.event)])
    columns = (
        "pk", "title", "day__date", "starts_at", "ends_at", "room", "audience", "capacity",
    )  # fmt: skip
    planned = Session.objects.filter(day__event=event, is_cancelled=False).in_order()
    rows: Any = planned.values_list(*columns)
    sessions = [Planned(*(*row, len(taken[row[0]]))) for row in rows]
    minutes: dict[int, list[int | None]] = defaultdict(list)
    blocks = AgendaItem.objects.filter(session__day__event=event)
    for session, length in blocks.values_list("session", "minutes"):
        minutes[session].append(length)
    rooms = {
        pk: (name, seats) for pk, name, seats in event.rooms.values_list("pk", "name", "capacity")
    }
    busy = [*_in_sessions(event, lived, sessions), *_in_talks(lived.event)]
    return Plan(event, lived, sessions, rooms, busy, minutes)


def _signed_up(event: Event) -> Rows:
    places = SignUp.objects.filter(session__day__event=event, status=RegistrationStatus.CONFIRMED)
    return places.order_by().values_list("session", "user")


def _guests(event: Event) -> Rows:
    places = GuestPlace.objects.filter(session__day__event=event, is_taken=True)
    return places.order_by().values_list("session", "guest")


def _in_sessions(event: Event, lived: Lived, sessions: list[Planned]) -> list[Busy]:
    """Return who speaks, moderates, sits in a group or guides one in which session."""
    found = {one.pk: one for one in sessions}
    busy = []
    for key, who, name in [*_on_stage(event), *_in_groups(lived)]:
        session = found.get(key)
        if session is None or not (session.starts_at and session.ends_at):
            continue
        busy.append(Busy(who, name, session.starts_at, session.ends_at, key, session.title))
    return list(dict.fromkeys(busy))


def _on_stage(event: Event) -> Iterator[Named]:
    """Tell who speaks or moderates, known to the portal or not."""
    of_event = {"session__day__event": event}
    talks = Talk.objects.filter(**of_event).order_by()
    named: list[Any] = list(
        talks.values_list("session", "speaker", "speaker__name", "speaker_name")
    )
    moderators = Session.moderators.through.objects.filter(**of_event)
    named += [(*row, "") for row in moderators.values_list("session", "user", "user__name")]
    unknown = Session.objects.filter(day__event=event).exclude(moderators_outside="")
    named += [
        (session.pk, None, "", name)
        for session in unknown.only("moderators_outside")
        for name in session.outsiders
    ]
    for session, user, member, outsider in named:
        if user or outsider:
            who = str(user) if user else " ".join(outsider.casefold().split())
            yield session, who, member or outsider


def _in_groups(lived: Lived) -> Iterator[Named]:
    """Tell who guides a group, and which cities sit in one, or guide one, that was published."""
    groups = PeerGroup.objects.filter(session__in=list(lived.sessions)).order_by()
    published = groups.filter(round__state=RoundState.PUBLISHED)
    people = groups.filter(guide__user__isnull=False)
    cities = [
        *PeerSeat.objects.filter(group__in=published)
        .order_by()
        .values_list("group__session", "entry__city", "entry__city__name"),
        *published.filter(guide__city__isnull=False).values_list(
            "session", "guide__city", "guide__city__name"
        ),
    ]
    for session, user, name in people.values_list("session", "guide__user", "guide__user__name"):
        yield lived.sessions[session], str(user), name or ""
    for session, city, name in cities:
        yield lived.sessions[session], f"city {city}", name


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
