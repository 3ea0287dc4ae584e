"""What closed accounts hold at events to come is given on: places, talks and groups of experts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cities.models import User
from events.models import (
    Event,
    Meeting,
    MeetingEnd,
    MeetingRound,
    PeerGroup,
    PeerRound,
    Registration,
    RegistrationStatus,
)
from events.services import meetings, peers
from events.services.calendar_versions import count_groups
from events.services.registrations import RegistrationRefused, cancel


@transaction.atomic
def give_on(user: User | None = None) -> int:
    """Give places and talks of somebody whose account is closed, or of all, to those who wait.

    Groups that they were to guide go on without them, and are told; staff may name somebody else.

    Who waits for a place goes on waiting: others pass them, and they stand where they stood when
    the account is opened again. Returns how many were given on; a second time it is none.
    """
    return _give_back_places(user) + _call_off_talks(user) + _leave_groups(user)


def _give_back_places(user: User | None) -> int:
    held = Registration.objects.filter(
        status=RegistrationStatus.CONFIRMED,
        user__is_active=False,
        # Not coming(), which sorts: this stands within another question.
        event__in=Event.objects.coming().order_by(),
    )
    if user is not None:
        held = held.filter(user=user)
    number = 0
    for registration in held.select_related("event").order_by("event", "pk"):
        try:
            cancel(registration)
        except RegistrationRefused:
            # Its event has ended since.
            continue
        number += 1
    return number


def _call_off_talks(user: User | None) -> int:
    ahead = Meeting.objects.live().filter(
        expert__user__is_active=False, slot__starts_at__gt=timezone.now()
    )
    if user is not None:
        ahead = ahead.filter(expert__user=user)
    number = 0
    rounds = MeetingRound.objects.filter(pk__in=ahead.order_by().values("round"))
    for found in rounds.order_by("pk"):
        round = meetings.locked(found)
        names = ("round__event", "asker__city", "expert__user", "slot")
        for meeting in ahead.filter(round=round).select_related(*names):
            if round.is_published:
                meetings.call_off(meeting, cause=MeetingEnd.CLOSED)
            else:
                meeting.delete()
            number += 1
        # The city may have another wish, which others could have had before.
        meetings.fill(round)
    return number


def _leave_groups(user: User | None) -> int:
    left = PeerGroup.objects.filter(
        guide__user__is_active=False, round__event__in=Event.objects.coming().order_by()
    )
    if user is not None:
        left = left.filter(guide__user=user)
    number = 0
    for found in PeerRound.objects.filter(pk__in=left.order_by().values("round")).order_by("pk"):
        round = peers.locked(found)
        number += left.filter(round=round).update(guide=None, guide_is_pinned=False)
        count_groups(round)
        if round.is_published:
            peers.tell(round)
    return number
