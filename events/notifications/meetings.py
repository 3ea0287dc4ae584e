"""Who is told of one-to-one talks, by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from cities import mails
from cities.models import Mail, User
from events.models import Meeting, MeetingRound, known_zone
from events.notifications.involved import team_of


def tell_meetings(round: MeetingRound) -> None:
    """Mail both sides of every talk of a published round that is new or another than they know,
    once; and of those that were moved.

    Talks that were cancelled before anybody was told of them are not told now: before the first
    publishing, or while their event was hidden.
    """
    off = round.meetings.filter(cancelled_at__gte=round.published_at)
    keys = {f"meeting:{pk}:on": pk for pk in off.values_list("pk", flat=True)}
    known = Mail.objects.filter(key__in=keys).values_list("key", flat=True).distinct()
    meetings = round.meetings.untold() | round.meetings.filter(pk__in=[keys[key] for key in known])
    for meeting in meetings.select_related(
        "round__event", "asker__city", "expert__user", "slot"
    ).distinct():
        tell_meeting(meeting)


def tell_meeting(meeting: Meeting) -> None:
    """Mail the expert and the city's team that a talk is arranged, changed, or called off.

    Each version of a talk is told once. Nobody is told of talks at an event that is a draft, called
    off or over.
    """
    if not meeting.round.event.may_be_told:
        return
    people = [meeting.expert.user, *team_of(meeting.asker.city_id)]
    if meeting.cancelled_at is not None:
        _write_off(meeting, people, key=f"meeting:{meeting.pk}:off")
        return
    is_new = meeting.told is None
    wish = meeting.asker.wishes.filter(expert=meeting.expert_id).first()
    offer = meeting.expert.offers.filter(slot=meeting.slot_id).first()
    for person in dict.fromkeys(people):
        mails.write(
            "one-to-one",
            key=f"meeting:{meeting.pk}:on" + ("" if is_new else f":{meeting.sequence}"),
            to=person,
            template="emails/events_meeting.txt",
            is_new=is_new,
            question=wish.question if wish else "",
            room=offer.room if offer else "",
            **_about(meeting),
        )
    meeting.told = meeting.sequence
    meeting.save(update_fields=["told"])


def tell_left(meeting: Meeting, people: Iterable[User]) -> None:
    """Mail people whom staff took out of a talk that goes on without them."""
    if meeting.round.event.may_be_told:
        _write_off(meeting, people, key=f"meeting:{meeting.pk}:off:{meeting.sequence}")


def _write_off(meeting: Meeting, people: Iterable[User], *, key: str) -> None:
    for person in dict.fromkeys(people):
        mails.write(
            "one-to-one",
            key=key,
            to=person,
            template="emails/events_meeting_off.txt",
            **_about(meeting),
        )


def _about(meeting: Meeting) -> dict[str, Any]:
    event = meeting.round.event
    return {
        "link": meeting.get_absolute_url(),
        "about": f"events.meeting:{meeting.pk}",
        "meeting": meeting,
        "event": event,
        "zone": known_zone(event.time_zone) or UTC,
    }
