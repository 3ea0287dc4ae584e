"""Versions of groups and talks for calendars.

A version rises with each change of when, where and with whom (RFC 5545, 3.8.7.4).
"""

from __future__ import annotations

from hashlib import sha256

from django.db.models import F, QuerySet
from django.utils import timezone

from events.models import Meeting, PeerGroup, PeerRound, RoundGuide


def count_groups(round: PeerRound) -> None:
    """Give each group of a round that changed since it was last counted its next version.

    To be called after each change of groups, in its transaction. The hours of a session count in
    the session's own version.
    """
    for group in round.groups.prefetch_related("seats__entry"):
        says = _says(group)
        if says != group.says:
            group.says, group.changed_at = says, timezone.now()
            group.sequence += 1
            group.save(update_fields=["says", "changed_at", "sequence"])


def count_guided(guide: RoundGuide) -> None:
    """Give the groups of a mentor or expert that became another one their next version."""
    guide.groups.update(sequence=F("sequence") + 1, changed_at=timezone.now())


def move_to_session(group: PeerGroup, session: int) -> None:
    """Put a group in a session, unsaved; versions of the session it leaves go on counting."""
    if group.pk is not None and group.session_id != session:
        group.sequence += group.session.sequence
    group.session_id = session


def count_talks(meetings: QuerySet[Meeting]) -> None:
    """Give talks that changed their next version."""
    meetings.update(sequence=F("sequence") + 1, changed_at=timezone.now())


def _says(group: PeerGroup) -> str:
    cities = [seat.entry.city_id for seat in group.seats.all()]
    told = [group.session_id, group.guide_id, group.label, group.link, cities]
    return sha256(repr(told).encode()).hexdigest()[:16]
