"""What does not go together in a plan, and what can be done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import combinations

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Event, known_zone
from events.plan.reading import Busy, Plan, Planned, plan_of
from events.plan.seats import conflicts_of_seats


@dataclass(frozen=True)
class Conflict:
    """One thing that does not go together: what it is, what helps, and in which sessions."""

    kind: str
    words: str
    help: str
    sessions: tuple[int, ...]


def conflicts_of(event: Event) -> list[Conflict]:
    """Return what does not go together in the plan of an event, the gravest first.

    Cancelled sessions are in nobody's way, and those without hours are not looked at for time.
    """
    plan = plan_of(event)
    return [
        *_outside(plan),
        *_rooms(plan),
        *_people(plan),
        *(Conflict(*told) for told in conflicts_of_seats(plan)),
        *_blocks(plan),
    ]


def _outside(plan: Plan) -> Iterator[Conflict]:
    """Tell sessions that are not on a day of their event, or not on the day they stand under."""
    event, zone = plan.event, _zone(plan)
    whole = {"first": _day(event.starts_on), "last": _day(event.ends_on)}
    for session in plan.sessions:
        if not event.starts_on <= session.day <= event.ends_on:
            words = _("“%(title)s” is on %(day)s, and the event from %(first)s to %(last)s.")
            told = {"title": session.title, "day": _day(session.day), **whole}
            advice = _("Give the session another date, or the event other days.")
            yield Conflict("day", words % told, advice, (session.pk,))
        elif session.starts_at and session.starts_at.astimezone(zone).date() != session.day:
            words = _("“%(title)s” begins at %(moment)s in %(zone)s, but stands under %(day)s.")
            told = {
                "title": session.title,
                "moment": date_format(session.starts_at.astimezone(zone), "DATETIME_FORMAT"),
                "zone": event.time_zone,
                "day": _day(session.day),
            }
            advice = _("The time zone of the event may have changed. Give date and hours anew.")
            yield Conflict("day", words % told, advice, (session.pk,))


def _rooms(plan: Plan) -> Iterator[Conflict]:
    for one, other in _pairs(plan.sessions):
        room = plan.rooms[one.room or 0][0]
        words = _("%(room)s is taken twice: “%(one)s” and “%(other)s”, %(span)s.")
        span = _shared(plan, one, other)
        told = {"room": room, "one": one.title, "other": other.title, "span": span}
        free = _free_rooms(plan, other)
        if free:
            advice = _("Move one of them to another hour, or to a room that is free then: %s.")
            advice %= ", ".join(free)
        else:
            advice = _("Move one of them to another hour: no other room is free then.")
        yield Conflict("room", words % told, advice, (one.pk, other.pk))


def _free_rooms(plan: Plan, session: Planned) -> list[str]:
    """Name the rooms in which nothing happens during a session, and that have seats enough."""
    taken = {other.room for other in plan.sessions if other.overlaps(session)}
    return [
        name
        for key, (name, seats) in plan.rooms.items()
        if key not in taken and (seats is None or seats >= (session.capacity or 0))
    ]


def _people(plan: Plan) -> Iterator[Conflict]:
    for one, other in _busy_pairs(plan.busy):
        words = _("%(name)s is needed twice: %(one)s and %(other)s, %(span)s.")
        told = {
            "name": one.name,
            "one": _where(one),
            "other": _where(other),
            "span": _shared(plan, one, other),
        }
        if one.session and other.session:
            advice = _("Move one of the two, or name somebody else for it.")
        elif one.session or other.session:
            advice = _("Move the session, name somebody else, or have the talks worked out again.")
        else:
            advice = _("Call one of the talks off, or have one of the rounds worked out again.")
        keys = tuple(key for key in (one.session, other.session) if key)
        yield Conflict("person", words % told, advice, keys)


def _busy_pairs(busy: Iterable[Busy]) -> Iterator[tuple[Busy, Busy]]:
    of_person: dict[str, list[Busy]] = defaultdict(list)
    for one in busy:
        of_person[one.who].append(one)
    for spans in of_person.values():
        for one, other in combinations(sorted(spans, key=lambda span: span.starts_at), 2):
            if one.where != other.where and other.starts_at < one.ends_at:
                yield one, other


def _where(one: Busy) -> str:
    if one.session is None:
        return _("the one-to-one talk with %s") % one.title
    return f"“{one.title}”"


def _blocks(plan: Plan) -> Iterator[Conflict]:
    for session in plan.sessions:
        missed = _missed(plan.minutes.get(session.pk, []), session)
        if not missed:
            continue
        told = {"title": session.title, "minutes": abs(missed)}
        if missed > 0:
            words = ngettext(
                "The blocks of “%(title)s” are %(minutes)d minute longer than the session.",
                "The blocks of “%(title)s” are %(minutes)d minutes longer than the session.",
                missed,
            )
            advice = _("Shorten blocks, or let the session end later.")
        else:
            words = ngettext(
                "The blocks of “%(title)s” leave %(minutes)d minute of the session open.",
                "The blocks of “%(title)s” leave %(minutes)d minutes of the session open.",
                -missed,
            )
            advice = _(
                "Lengthen or add blocks, let the session end earlier, or leave the minutes of one "
                "block empty: it takes what is left."
            )
        yield Conflict("blocks", words % told, advice, (session.pk,))


def _missed(minutes: list[int | None], session: Planned) -> int:
    """Return by how many minutes blocks miss their session; negative when they are too short."""
    if not minutes or not (session.starts_at and session.ends_at):
        return 0
    length = int((session.ends_at - session.starts_at).total_seconds() // 60)
    missed = sum(filter(None, minutes)) - length
    # A block without minutes takes what is left: only too much can miss then.
    return max(0, missed) if None in minutes else missed


def _pairs(sessions: list[Planned]) -> Iterator[tuple[Planned, Planned]]:
    """Return those that share a room and a minute, in order."""
    in_room: dict[int, list[Planned]] = defaultdict(list)
    for session in sessions:
        if session.room and session.starts_at:
            in_room[session.room].append(session)
    for those in in_room.values():
        for one, other in combinations(those, 2):
            if one.overlaps(other):
                yield one, other


def _zone(plan: Plan) -> tzinfo:
    return known_zone(plan.event.time_zone) or UTC


def _day(day: object) -> str:
    return str(date_format(day, "j F"))  # type: ignore[arg-type]


def _shared(plan: Plan, one: Planned | Busy, other: Planned | Busy) -> str:
    """Say the minutes that two things share, where the event is."""
    zone = _zone(plan)
    starts = max(_known(one.starts_at), _known(other.starts_at)).astimezone(zone)
    ends = min(_known(one.ends_at), _known(other.ends_at)).astimezone(zone)
    clock = f"{time_format(starts, 'TIME_FORMAT')}–{time_format(ends, 'TIME_FORMAT')}"
    return f"{date_format(starts, 'D j M')}, {clock}"


def _known(moment: datetime | None) -> datetime:
    assert moment  # noqa: S101 - only what has hours can overlap
    return moment
