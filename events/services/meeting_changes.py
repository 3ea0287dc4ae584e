"""What changes talks from outside: slots that move, others who come, cities that leave."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cities.models import User
from events import notifications
from events.models import Event, Meeting, MeetingEnd, MeetingRound, MeetingSlot, RoundState
from events.services import meetings, peers
from events.services.calendar_versions import count_talks
from events.services.meeting_hours import withdrawn_cities


@transaction.atomic
def slot_moved(slot: MeetingSlot) -> None:
    """Give the talks of a slot whose hours staff changed their next version, tell both sides, and
    serve who waits: somebody else may be free now."""
    round = meetings.locked(slot.round)
    count_talks(round.meetings.filter(slot=slot))
    meetings.tell_changes(round)
    meetings.fill(round)


@transaction.atomic
def others_came(talks: QuerySet[Meeting], left: Iterable[User]) -> None:
    """Tell of talks whose expert or city staff made another one: who comes now, and who left."""
    count_talks(talks)
    names = ("round__event", "asker__city", "expert__user", "slot")
    ahead = talks.filter(round__state=RoundState.PUBLISHED, slot__starts_at__gt=timezone.now())
    for meeting in ahead.select_related(*names):
        if meeting.told is not None:
            notifications.tell_left(meeting, left)
        notifications.tell_meeting(meeting)


@transaction.atomic
def city_left(event: Event, city: int) -> None:
    """Call off the talks ahead of a city whose people all gave their places at the event back, and
    let its groups go on without it.

    Who waits is served. The city's wishes stay: it waits again once somebody of it registers.
    """
    if city not in withdrawn_cities(event):
        return
    peers.city_left(event, city)
    rounds = MeetingRound.objects.filter(event=event, meetings__asker__city=city).distinct()
    names = ("round__event", "asker__city", "expert__user", "slot")
    for found in rounds.order_by("pk"):
        round = meetings.locked(found)
        ahead = round.meetings.live().filter(asker__city=city, slot__starts_at__gt=timezone.now())
        for meeting in ahead.select_related(*names):
            if round.is_published:
                meetings.call_off(meeting, cause=MeetingEnd.LEFT)
            else:
                meeting.delete()
        meetings.fill(round)


@transaction.atomic
def city_came(event: Event, city: int) -> None:
    """Serve a city that came back after all of its people had given their places back."""
    rounds = MeetingRound.objects.filter(event=event, askers__city=city)
    for round in rounds.filter(state=RoundState.PUBLISHED).order_by("pk"):
        meetings.serve(round)
