"""Who is told of one-to-one talks, by mail."""

from __future__ import annotations

from datetime import UTC

from cities import mails
from cities.models import Mail
from events.models import Meeting, MeetingRound, known_zone
from events.notifications.places import team_of


def tell_meetings(round: MeetingRound) -> None:
    """Mail both sides of every talk of a published round, once; and of those that were moved.

    Talks that were cancelled before anybody was told of them are not told now: before the first
    publishing, or while their event was hidden.
    """
    off = round.meetings.filter(cancelled_at__gte=round.published_at)
    keys = {f"meeting:{pk}:on": pk for pk in off.values_list("pk", flat=True)}
    known = Mail.objects.filter(key__in=keys).values_list("key", flat=True).distinct()
    meetings = round.meetings.live() | round.meetings.filter(pk__in=[keys[key] for key in known])
    for meeting in meetings.select_related(
        "round__event", "asker__city", "expert__user", "slot"
    ).distinct():
        tell_meeting(meeting)


def tell_meeting(meeting: Meeting) -> None:
    """Mail the expert and the city's team that a talk is arranged, or called off.

    Nobody is told of talks at an event that is a draft, called off or over.
    """
    if not meeting.round.event.may_be_told:
        return
    is_off = meeting.cancelled_at is not None
    wish = meeting.asker.wishes.filter(expert=meeting.expert_id).first()
    for person in dict.fromkeys([meeting.expert.user, *team_of(meeting.asker.city_id)]):
        mails.write(
            "one-to-one",
            key=f"meeting:{meeting.pk}:{'off' if is_off else 'on'}",
            to=person,
            template="emails/events_meeting_off.txt" if is_off else "emails/events_meeting.txt",
            link=meeting.get_absolute_url(),
            about=f"events.meeting:{meeting.pk}",
            meeting=meeting,
            event=meeting.round.event,
            question=wish.question if wish else "",
            zone=known_zone(meeting.round.event.time_zone) or UTC,
        )
