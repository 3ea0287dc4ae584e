"""What waited while an event was hidden, made up for when it is shown again."""

from __future__ import annotations

from events.models import (
    Event,
    MeetingRound,
    PeerRound,
    RegistrationStatus,
    RoundState,
    Session,
)
from events.services import agenda_versions, meetings, peers, signups


def catch_up(event: Event) -> None:
    """Tell members of groups and talks what changed, and give free places to those who wait.

    While an event is hidden nobody is told, and nobody moves up. What was told before is not told
    again: rounds keep it. To be called in the transaction that shows the event.
    """
    if not event.may_be_told:
        return
    # What the agenda says from now on; what changed of it since people were told is told.
    agenda_versions.keep_version(event)
    agenda_versions.hand_over_untold(event)
    waited_for = Session.objects.filter(
        day__event=event, sign_ups__status=RegistrationStatus.WAITING
    )
    for session in waited_for.distinct().order_by("pk"):
        signups.fill_session(session)
    published = {"event": event, "state": RoundState.PUBLISHED}
    for peer_round in PeerRound.objects.filter(**published).order_by("pk"):
        peers.tell(peer_round)
    for talks in MeetingRound.objects.filter(**published).order_by("pk"):
        meetings.fill(meetings.locked(talks))
        meetings.tell(talks)
