"""Work for the worker: telling people of events, groups and talks, and working those out."""

from __future__ import annotations

from cities import effects
from events import notifications
from events.models import AgendaVersion, Event, EventStatus, MeetingRound, PeerRound, RoundState
from events.services import agenda_versions, meetings, peers, registrations, runs, whereabouts

# What is true of an event for as long as it is worth telling.
STILL = {
    notifications.CALLED_OFF: EventStatus.CANCELLED,
    notifications.DATES: EventStatus.PUBLISHED,
    notifications.ELSEWHERE: EventStatus.PUBLISHED,
}
# What is true of a round whose members are told.
TELLS = {"state": RoundState.PUBLISHED, "event__status": EventStatus.PUBLISHED}


@effects.does("events.tell_registered")
def tell_registered(
    *, event: int, told: str, turn: int, where: str = "", was_emptied: bool = False
) -> None:
    """Mail everybody who has a place, waits or has a part, unless staff have changed their mind."""
    found = Event.objects.select_for_update().filter(pk=event).first()
    if found is None or (where and where != whereabouts.where_of(found)):
        return
    if found.status == STILL[told]:
        notifications.tell_registered(found, told, turn, was_emptied=was_emptied)
    elif told == notifications.DATES:
        registrations.keep_untold(found)


@effects.does(peers.TOLD)
def tell_groups(*, round: int) -> None:
    """Mail everybody whose group is new, changed or gone, unless the event was hidden since."""
    rounds = PeerRound.objects.select_for_update(of=("self",)).select_related("event")
    found = rounds.filter(pk=round, **TELLS).first()
    if found is not None:
        notifications.tell_groups(found)


@effects.does(meetings.TOLD)
def tell_meetings(*, round: int) -> None:
    """Mail everybody whose talk is new or called off, unless the event was hidden since."""
    found = MeetingRound.objects.select_related("event").filter(pk=round, **TELLS).first()
    if found is not None:
        notifications.tell_meetings(found)


@effects.does(agenda_versions.TOLD)
def tell_agenda(*, version: int) -> None:
    """Mail everybody whom changes to an agenda concern, unless they were told or it was hidden."""
    held = AgendaVersion.objects.select_for_update(of=("self",)).select_related("event")
    found = held.filter(pk=version).first()
    if found is not None:
        agenda_versions.tell(found)


@effects.does(runs.KIND, outside=True)
def solve(*, run: int) -> None:
    """Search for groups or talks."""
    runs.work(run)
