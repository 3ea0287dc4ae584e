"""Seats of a plan: what holds fewer people than are planned, or than come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.audiences import audiences_of
from events.models import Audience, RegistrationStatus, SignUp, known_zone
from events.plan.reading import Plan, Planned

Told = tuple[str, str, str, tuple[int, ...]]


def conflicts_of_seats(plan: Plan) -> Iterator[Told]:
    """Tell kind, words, help and sessions of each; six queries."""
    yield from _rooms(plan)
    yield from _places(plan)
    event = plan.lived.event
    confirmed = event.registrations.filter(status=RegistrationStatus.CONFIRMED)
    people = audiences_of(event, confirmed.values_list("user", flat=True))
    yield from _outsiders(plan, people)
    sizes: dict[str, int] = defaultdict(int)
    for roles in people.values():
        for role in roles:
            sizes[role] += 1
    for starts in sorted({one.starts_at for one in plan.sessions if one.starts_at}):
        yield from _without_seats(plan, starts, sizes)


def _rooms(plan: Plan) -> Iterator[Told]:
    for session in plan.sessions:
        name, seats = plan.rooms.get(session.room or 0, ("", None))
        if seats is not None and session.capacity is not None and session.capacity > seats:
            words = _("“%(title)s” has %(places)d places, and %(room)s %(seats)d seats.")
            told = {
                "title": session.title,
                "places": session.capacity,
                "room": name,
                "seats": seats,
            }
            larger = [
                room
                for key, (room, most) in plan.rooms.items()
                if (most is None or most >= session.capacity)
                and not any(one.room == key and one.overlaps(session) for one in plan.sessions)
            ]
            if larger:
                advice = _("Plan fewer places, or a larger room that is free then: %s.")
                advice %= ", ".join(larger)
            else:
                advice = _("Plan fewer places; no larger room is free then.")
            yield "seats", words % told, advice, (session.pk,)


def _places(plan: Plan) -> Iterator[Told]:
    for session in plan.sessions:
        if session.capacity is not None and session.taken > session.capacity:
            words = _("%(taken)d people have one of the %(places)d places in “%(title)s”.")
            told = {
                "taken": session.taken,
                "places": session.capacity,
                "title": session.title,
            }
            advice = _("Plan more places, or ask somebody to give theirs back: nobody loses one.")
            yield "places", words % told, advice, (session.pk,)


def _outsiders(plan: Plan, people: dict[int, frozenset[str]]) -> Iterator[Told]:
    """Tell sessions in which people hold places whom their audience does not name any more."""
    held = SignUp.objects.filter(
        session__day__event=plan.lived.event, status=RegistrationStatus.CONFIRMED
    )
    inside = plan.lived.in_plan(held.order_by().values_list("session", "user"))
    for session in plan.sessions:
        number = sum(
            session.audience not in people.get(user, {Audience.PUBLIC})
            for user in inside[session.pk]
            if session.capacity is not None
        )
        if number:
            words = ngettext(
                "%(number)d person with a place in “%(title)s” is not of its audience: %(whom)s.",
                "%(number)d people with a place in “%(title)s” are not of its audience: %(whom)s.",
                number,
            )
            told = {
                "number": number,
                "title": session.title,
                "whom": Audience(session.audience).label,
            }
            advice = _("Widen the audience, or cancel their places in the list of sign-ups.")
            yield "audience", words % told, advice, (session.pk,)


def _without_seats(plan: Plan, begins: datetime, sizes: dict[str, int]) -> Iterator[Told]:
    """Tell which audiences have fewer seats than people at the moment sessions begin.

    All sessions that run then and are for them count; one without a number of places and without a
    room that has one takes everybody. Who has nothing to go to then is free, which may be meant.
    """
    running = [
        one
        for one in plan.sessions
        if one.starts_at and one.ends_at and one.starts_at <= begins < one.ends_at
    ]
    for audience in dict.fromkeys(one.audience for one in running):
        theirs = [one for one in running if one.audience in {audience, Audience.PUBLIC}]
        seats = [_seats(plan, one) for one in theirs]
        total = sum(filter(None, seats))
        if None in seats or total >= sizes[audience]:
            continue
        moment = begins.astimezone(known_zone(plan.event.time_zone) or UTC)
        told = {
            "moment": f"{date_format(moment, 'D j M')}, {time_format(moment, 'TIME_FORMAT')}",
            "seats": total,
            "people": sizes[audience],
            "whom": Audience(audience).label,
            "titles": ", ".join(f"“{one.title}”" for one in theirs),
        }
        words = _(
            "%(moment)s: %(seats)d seats for %(people)d people who come (%(whom)s) in %(titles)s."
        )
        advice = _("Add places or a parallel session for them, or choose a larger room.")
        yield "audience", words % told, advice, tuple(one.pk for one in theirs)


def _seats(plan: Plan, session: Planned) -> int | None:
    """Return how many fit in: its places, or the seats of its room; None where nobody counts."""
    return (
        session.capacity
        if session.capacity is not None
        else plan.rooms.get(session.room or 0, ("", None))[1]
    )
