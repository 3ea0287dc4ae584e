"""A person's calendar: sessions they starred or have a place in, their groups and talks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event as Entry

from cities.models import User
from events.calendars import entry_of, moments, session_entry, written
from events.models import (
    Event,
    Meeting,
    MeetingOffer,
    PeerGroup,
    RegistrationStatus,
    Session,
    SessionStar,
    SignUp,
    Talk,
)
from events.schedule.rows import in_columns, rows_of, talks_in_columns


def own_calendar(user: User) -> bytes:
    """Return all that a person has at events, with what was cancelled as cancelled."""
    # A program reads it, which speaks no language: the person's own is meant.
    with translation.override(user.language):
        entries = [*_starred(user), *_groups(user), *_talks(user)]
        return written(_("My agenda"), user.time_zone, entries)


def _starred(user: User) -> list[Entry]:
    places = SignUp.objects.filter(user=user, status=RegistrationStatus.CONFIRMED)
    starred = SessionStar.objects.visible_to(user)
    chosen = Session.objects.visible_to(user).filter(
        Q(pk__in=starred.values("session")) | Q(pk__in=places.values("session"))
    )
    events = {
        event.pk: event
        for event in Event.objects.filter(days__sessions__in=chosen).select_related("city")
    }
    of_session = dict(chosen.values_list("pk", "day__event"))
    rows = rows_of(
        list(in_columns(chosen)),
        list(talks_in_columns(Talk.objects.filter(session__in=chosen))),
    )
    return [session_entry(events[of_session[row.pk]], row) for row in rows]


def _groups(user: User) -> list[Entry]:
    """Return groups in their session's hours; one whose hours are not known has no entry."""
    groups = (
        PeerGroup.objects.visible_to(user)
        .concerning(user)
        .select_related("round", "session__day__event", "session__room")
        .prefetch_related("seats__entry__city")
        .order_by("pk")
    )
    entries = []
    for group in groups:
        session, event = group.session, group.session.day.event
        if not (session.starts_at and session.ends_at):
            continue
        cities = ", ".join(seat.entry.city.name for seat in group.seats.all())
        entries.append(
            entry_of(
                uid=f"peer-group-{group.pk}",
                summary=f"{group.name}: {session.title} ({event.title})",
                words=[cities, "" if group.is_off else group.link],
                url=group.get_absolute_url(),
                location=group.label or _two(group.breakout, session.room),
                cancelled=group.is_off,
                sequence=event.sequence + session.sequence + group.sequence,
                changed_at=_latest(
                    event.changed_at,
                    session.changed_at,
                    group.changed_at,
                    group.round.published_at,
                ),
                **moments(session.starts_at, session.ends_at, event),
            )
        )
    return entries


def _talks(user: User) -> list[Entry]:
    talks = (
        Meeting.objects.visible_to(user)
        .concerning(user)
        .select_related("round__event", "asker__city", "expert__user", "slot")
        .distinct()
        .order_by("pk")
    )
    offers = {
        (offer.expert_id, offer.slot_id): offer
        for offer in MeetingOffer.objects.filter(expert__meetings__in=talks)
    }
    entries = []
    for talk in talks:
        event, slot = talk.round.event, talk.slot
        offer = offers.get((talk.expert_id, talk.slot_id))
        sides = f"{talk.asker.city.name} – {talk.expert.user.name}"
        entries.append(
            entry_of(
                uid=f"one-to-one-{talk.pk}",
                summary=_("One-to-one talk: %s") % sides,
                words=[event.title, talk.why, offer.link if offer and not talk.is_off else ""],
                url=talk.get_absolute_url(),
                location=offer.room if offer else "",
                cancelled=talk.is_off,
                # The version of its notes only grows as well; entries have always counted it.
                sequence=event.sequence + talk.version + talk.sequence,
                changed_at=_latest(
                    event.changed_at,
                    talk.changed_at,
                    talk.cancelled_at,
                    talk.round.published_at,
                ),
                **moments(slot.starts_at, slot.ends_at, event),
            )
        )
    return entries


def _two(one: str, other: object) -> str:
    return f"{one}, {other}" if other else one


def _latest(*moments: datetime | None) -> datetime:
    return max(filter(None, moments))
