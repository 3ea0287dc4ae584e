"""One-to-one talks: offered slots, plans put to use, answers, cancelling and filling again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from events import notifications
from events.allocation import refilling, talks
from events.models import (
    Meeting,
    MeetingAnswer,
    MeetingEnd,
    MeetingExpert,
    MeetingOffer,
    MeetingRound,
    MeetingSlot,
    MeetingWish,
    RoundState,
)
from events.services.announced import why_hidden
from events.services.calendar_versions import count_talks
from events.services.meeting_problems import GatheredTalks
from events.services.meeting_wishes import MeetingChanged, MeetingRefused, locked

TOLD = "events.tell_meetings"
Places = dict[MeetingSlot, tuple[str, str]]


@transaction.atomic
def set_offers(
    expert: MeetingExpert, places: Places, *, seen: set[int] | None = None, by: User | None = None
) -> int:
    """Keep what an expert offers, each slot with room and link; return how many talks fell.

    A talk in a slot that is offered no more is cancelled, and its city waits for another slot; one
    whose room or link is another now is told to both sides. Who waits is served. What was offered
    in slots that have begun stays as it is, and so does what is not among the slots `seen`, where
    they are told. Raises MeetingRefused when it is too late. Staff (`by`) are not bound by that,
    and may note what was offered in slots that have begun.
    """
    round = locked(expert.round)
    if by is None and not round.takes_offers:
        raise MeetingRefused(_("Slots can no longer be changed: the time for it is over."))
    expert.save(update_fields=["about", "most"])
    now = timezone.now()
    offers = expert.offers.all() if by else expert.offers.filter(slot__starts_at__gt=now)
    standing = {offer.slot_id: offer for offer in offers}
    talks_of = round.meetings.live().filter(expert=expert)
    for slot, place in places.items():
        if by or slot.starts_at > now:
            offer = standing.pop(slot.pk, MeetingOffer(expert=expert, slot=slot))
            _offer(offer, place)
    gone = standing.keys() if seen is None else standing.keys() & seen
    begun = talks_of.filter(slot__in=gone, slot__starts_at__lte=now)
    gone -= set(begun.values_list("slot", flat=True))
    fallen = list(talks_of.filter(slot__in=gone).select_related("slot"))
    expert.offers.filter(slot__in=gone).delete()
    for meeting in fallen:
        call_off(meeting, by=by or expert.user, cause=MeetingEnd.WITHDRAWN)
    tell_changes(round)
    fill(round)
    return len(fallen)


def _offer(offer: MeetingOffer, place: tuple[str, str]) -> None:
    """Keep an offered slot; a talk in it has another version when its room or link is another."""
    if offer.pk and (offer.room, offer.link) != place:
        count_talks(Meeting.objects.live().filter(expert=offer.expert_id, slot=offer.slot_id))
    offer.room, offer.link = place
    offer.save()


@transaction.atomic
def put_to_use(round: MeetingRound, plan: dict[str, Any]) -> None:
    """Arrange the talks of a plan. In a published round, talks that end stay as cancelled."""
    wanted = {talks.Talk(**told) for told in plan["talks"]}
    for meeting in round.meetings.live():
        talk = talks.Talk(meeting.asker_id, meeting.expert_id, meeting.slot_id)
        if talk in wanted:
            wanted.discard(talk)
        elif round.is_published:
            _end(meeting, cause=MeetingEnd.REARRANGED)
        else:
            meeting.delete()
    _arrange(round, sorted(wanted))


def _arrange(round: MeetingRound, planned: Sequence[talks.Talk]) -> list[Meeting]:
    return [
        Meeting.objects.create(
            round=round, asker_id=talk.city, expert_id=talk.expert, slot_id=talk.slot
        )
        for talk in planned
    ]


@transaction.atomic
def arrange(
    round: MeetingRound, *, asker: int, expert: int, slot: int
) -> tuple[Meeting, list[str]]:
    """Arrange a talk by hand, to stay; return it and the rules it breaks, for staff to weigh.

    Raises MeetingRefused where it cannot be at all: no offer, or somebody talks then already.
    """
    round = locked(round)
    gathered = GatheredTalks(round)
    talk = talks.Talk(asker, expert, slot)
    standing = gathered.problem.before
    if slot in gathered.begun:
        raise MeetingRefused(_("This slot has begun; choose one that lies ahead."))
    if slot in gathered.problem.expert[expert].engaged:
        raise MeetingRefused(_("The expert is needed elsewhere then."))
    if slot not in gathered.problem.expert[expert].rooms:
        raise MeetingRefused(_("The expert does not offer this slot."))
    if any(one.slot == slot and (one.city == asker or one.expert == expert) for one in standing):
        raise MeetingRefused(_("One of them has a talk in this slot already."))
    if any((one.city, one.expert) == (asker, expert) for one in standing):
        raise MeetingRefused(_("They have a talk with each other already."))
    free = replace(gathered.problem, pins=frozenset())
    before = talks.broken_rules(free, tuple(sorted(standing)))
    after = talks.broken_rules(free, (*sorted(standing), talk))
    doubts = [rule for rule, _talk in after[len(before) :]] if len(after) > len(before) else []
    meeting = Meeting.objects.create(
        round=round, asker_id=asker, expert_id=expert, slot_id=slot, is_pinned=True
    )
    if round.is_published:
        notifications.tell_meeting(meeting)
    elif round.state == RoundState.DRAFT:
        round.state = RoundState.PROPOSED
        round.save(update_fields=["state"])
    return meeting, list(dict.fromkeys(doubts))


@transaction.atomic
def publish(round: MeetingRound) -> None:
    """Show the talks to those concerned and mail them; wishes are closed from now on."""
    round = locked(round)
    if refusal := why_hidden(round.event):
        raise MeetingRefused(refusal)
    if round.state == RoundState.SOLVING:
        raise MeetingRefused(_("Talks are being worked out; wait, or cancel that."))
    if not round.meetings.live().exists():
        raise MeetingRefused(_("There are no talks yet."))
    round.state = RoundState.PUBLISHED
    # The first moment stays: what was cancelled since is still to be told.
    round.published_at = round.published_at or timezone.now()
    round.save(update_fields=["state", "published_at"])
    tell(round)


def tell(round: MeetingRound) -> None:
    """Have everybody mailed whose talk is new or cancelled."""
    moment = timezone.now().timestamp()
    effects.hand_over(TOLD, key=f"meeting-round:{round.pk}:{moment}", round=round.pk)


def tell_changes(round: MeetingRound) -> None:
    """Have both sides of talks mailed that read otherwise now, if they know them at all."""
    if round.is_published and round.meetings.untold().exists():
        tell(round)


@transaction.atomic
def accept(meeting: Meeting, *, for_expert: bool) -> None:
    """Note that the expert or the city will come; refused at an event that was called off."""
    meeting = _live(meeting)
    if meeting.is_off:
        raise MeetingRefused(_("The event was called off, and the talk with it."))
    name = "expert_answer" if for_expert else "city_answer"
    setattr(meeting, name, MeetingAnswer.ACCEPTED)
    meeting.save(update_fields=[name])


@transaction.atomic
def cancel(meeting: Meeting, *, by: User, reason: str = "") -> list[Meeting]:
    """Call a talk off; whoever waits gets the place at once. Returns the talks that are new.

    The city's wish for this expert ends with it: nobody is given again what was declined.
    """
    round = locked(meeting.round)
    meeting = _live(meeting)
    wish = MeetingWish.objects.filter(asker=meeting.asker_id, expert=meeting.expert_id)
    wish.update(is_closed=True)
    call_off(meeting, by=by, reason=reason)
    return fill(round)


def call_off(
    meeting: Meeting, *, by: User | None = None, reason: str = "", cause: str = ""
) -> None:
    """End a talk and tell both sides, in a round that is held; who waits is not served yet."""
    _end(meeting, by=by, reason=reason, cause=cause)
    if meeting.round.is_published:
        notifications.tell_meeting(meeting)


def _end(meeting: Meeting, *, by: User | None = None, reason: str = "", cause: str = "") -> None:
    meeting.cancelled_at, meeting.cancelled_by = timezone.now(), by
    meeting.reason, meeting.cause = reason, cause
    meeting.save(update_fields=["cancelled_at", "cancelled_by", "reason", "cause"])
    count_talks(Meeting.objects.filter(pk=meeting.pk))


@transaction.atomic
def serve(round: MeetingRound) -> list[Meeting]:
    """Give free places to those who wait, after staff changed how many talks there can be."""
    return fill(locked(round))


def fill(round: MeetingRound) -> list[Meeting]:
    """Give free places of a published round to the cities that wait, in their order.

    Slots that have begun are given to nobody.
    """
    if not round.is_published or not round.event.may_be_told:
        return []
    ahead = GatheredTalks(round).ahead
    new = _arrange(round, refilling.refill(ahead, tuple(sorted(ahead.before))))
    for meeting in new:
        notifications.tell_meeting(meeting)
    return new


@transaction.atomic
def write_notes(meeting: Meeting, *, notes: str, outcome: str, seen: int | None = None) -> None:
    """Keep what was said and agreed.

    `seen` is the version that was looked at, without it that of the row as it was read: raises
    MeetingChanged when somebody has saved another since.
    """
    version = meeting.version if seen is None else seen
    as_seen = Meeting.objects.filter(pk=meeting.pk, version=version)
    if not as_seen.update(notes=notes, outcome=outcome, version=F("version") + 1):
        raise MeetingChanged(_("Somebody wrote here meanwhile."))


def _live(meeting: Meeting) -> Meeting:
    names = ("round__event", "asker__city", "expert__user", "slot")
    held = Meeting.objects.select_for_update(of=("self",)).select_related(*names)
    found = held.get(pk=meeting.pk)
    if found.cancelled_at is not None:
        raise MeetingRefused(_("This talk was called off already."))
    if found.is_over:
        raise MeetingRefused(_("This talk is over; what came of it can still be noted."))
    return found
