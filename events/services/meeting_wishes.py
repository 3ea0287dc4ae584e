"""Rounds of one-to-one talks before any talk: who takes part, slots, and cities' wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cities.models import ExpertAssignment
from events.models import (
    MeetingAsker,
    MeetingExpert,
    MeetingRound,
    MeetingSlot,
    MeetingWish,
    Session,
)


class MeetingRefused(Exception):
    """Something cannot be done with a talk; the words say why."""


class MeetingChanged(MeetingRefused):
    """Somebody else saved the same meanwhile; what they saved stays."""


@transaction.atomic
def take_in(round: MeetingRound) -> tuple[int, int]:
    """Add the cities that come to the event and the edition's experts; return how many of each."""
    event = round.event
    cities = set(event.attendances.values_list("city", flat=True))
    cities |= set(
        event.registrations.open().filter(city__isnull=False).values_list("city", flat=True)
    )
    cities -= set(round.askers.values_list("city", flat=True))
    MeetingAsker.objects.bulk_create(MeetingAsker(round=round, city_id=one) for one in cities)
    people = set(
        ExpertAssignment.objects.running()
        .filter(edition=event.edition, user__is_active=True)
        .values_list("user", flat=True)
    ) - set(round.experts.values_list("user", flat=True))
    MeetingExpert.objects.bulk_create(
        MeetingExpert(round=round, user_id=one, kind="lead") for one in people
    )
    return len(cities), len(people)


@transaction.atomic
def make_slots(round: MeetingRound, session: Session, minutes: int, pause: int) -> int:
    """Part a session into slots with pauses between them; return how many are new."""
    if session.starts_at is None or session.ends_at is None:
        raise MeetingRefused(_("The hours of this session are not known yet."))
    new, starts = 0, session.starts_at
    while starts + timedelta(minutes=minutes) <= session.ends_at:
        ends = starts + timedelta(minutes=minutes)
        _slot, is_new = round.slots.get_or_create(starts_at=starts, defaults={"ends_at": ends})
        new += is_new
        starts = ends + timedelta(minutes=pause)
    return new


@transaction.atomic
def set_wishes(
    asker: MeetingAsker,
    wishes: Sequence[tuple[MeetingExpert, str]],
    away: Sequence[MeetingSlot],
    *,
    seen: int | None = None,
) -> None:
    """Keep a city's wishes in their order, and the slots in which it cannot come.

    A wish that stands keeps its moment; one that is left out is taken back. `seen` is the version
    that was looked at: raises MeetingChanged when a colleague has saved another since.
    """
    round = locked(asker.round)
    if seen is not None and seen != round.askers.values_list("version", flat=True).get(pk=asker.pk):
        raise MeetingChanged(_("Somebody of your team saved these wishes meanwhile."))
    if not round.takes_wishes:
        raise MeetingRefused(_("Wishes can no longer be changed."))
    kept = {wish.expert_id: wish for wish in asker.wishes.all()}
    for rank, (expert, question) in enumerate(wishes, start=1):
        wish = kept.pop(expert.pk, None) or MeetingWish(asker=asker, expert=expert)
        wish.rank, wish.question, wish.is_closed = rank, question, False
        wish.save()
    for wish in kept.values():
        wish.delete()
    asker.away.set(away)
    MeetingAsker.objects.filter(pk=asker.pk).update(version=F("version") + 1)


def locked(round: MeetingRound) -> MeetingRound:
    """Read a round again and hold all those of its event: whoever gives or takes a place waits for
    their turn, since a talk of one round keeps its city and its expert from talks of the others."""
    rounds = MeetingRound.objects.select_for_update(of=("self",)).select_related("event")
    held = rounds.filter(event__meeting_rounds=round.pk).order_by("pk")
    return {one.pk: one for one in held}[round.pk]
