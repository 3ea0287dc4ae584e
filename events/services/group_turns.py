"""Who presents when in groups: worked out anew with their cities, their session and its minutes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from events.allocation.minutes import Timing, timing_of
from events.models import Event, PeerGroup, PeerRound, Session
from events.services.calendar_versions import count_groups
from events.services.peer_problems import Gathered, gather, lengths_of


@transaction.atomic
def sessions_changed(sessions: Iterable[Session]) -> None:
    """Work the turns of groups out anew in rounds of which a session may have other hours now.

    To be called wherever sessions change, with all of them at once.
    """
    keys = [session.pk for session in sessions]
    rounds = PeerRound.objects.filter(groups__session__in=keys).order_by("pk").distinct()
    for key in rounds.values_list("pk", flat=True) if keys else ():
        renew(PeerRound.objects.select_for_update(of=("self",)).get(pk=key))


def hold_rounds(event: Event) -> None:
    """Hold the rounds of an event, before a session of it is written under another key."""
    rounds = PeerRound.objects.filter(event=event).order_by("pk")
    list(rounds.select_for_update(of=("self",)).values_list("pk"))


def renew(round: PeerRound) -> None:
    """Work the turns of a round out anew, which is held; calendars learn what reads otherwise."""
    set_turns(round)
    count_groups(round)


def set_turns(round: PeerRound) -> None:
    """Work out who presents when in every group, but those that met with a city that left since."""
    gathered = gather(round, keeps=True)
    for group in gathered.groups.values():
        if len(gathered.members_of(group)) < len(group.seats.all()) and _has_met(group):
            continue
        seats = {seat.entry.city_id: seat for seat in group.seats.all()}
        timing = turns_of(round, gathered, group)
        for turn in timing.turns if timing else ():
            seat = seats[turn.city]
            seat.position, seat.begins = turn.position, turn.begins
            seat.pitch, seat.discussion = turn.pitch, turn.discussion
            seat.save(update_fields=["position", "begins", "pitch", "discussion"])


def _has_met(group: PeerGroup) -> bool:
    ends_at = group.session.ends_at
    return ends_at is not None and ends_at <= timezone.now()


def turns_of(round: PeerRound, gathered: Gathered, group: PeerGroup) -> Timing | None:
    """Return the turns of a group, or None for an empty one."""
    cities = gathered.problem.by_key
    members = [cities[key] for key in gathered.members_of(group)]
    if not members:
        return None
    minutes = minutes_of(group.session)
    # A session whose hours nobody knows is as long as its turns at their longest.
    if minutes is None:
        minutes = len(members) * (round.pitch_most + round.discussion_most)
    return timing_of(members, minutes, f"{round.pk}-{group.number}", lengths_of(round))


def minutes_of(session: Session) -> int | None:
    """Return how long a session lasts, where its hours are known."""
    if session.starts_at is None or session.ends_at is None:
        return None
    return int((session.ends_at - session.starts_at).total_seconds() // 60)
