"""Where the people of a plan are: a draft has none, and is looked at with those of its event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from events.models import DraftedSession, Event, PlanDraft, Session


@dataclass(frozen=True)
class Lived:
    """The event in which people have places, talks and groups, and its sessions in the plan."""

    event: Event
    sessions: dict[int, int]
    """Which session of the plan stands for one of the event; both by key. Without those that a
    draft takes out."""

    def in_plan(self, rows: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
        """Return what hangs on sessions, such as people with a place, by the plan's sessions."""
        found: dict[int, list[int]] = defaultdict(list)
        for session, one in rows:
            if session in self.sessions:
                found[self.sessions[session]].append(one)
        return found


def lived_by(event: Event) -> Lived:
    """Return where the people are whom a plan concerns; two queries."""
    draft = PlanDraft.objects.select_related("event").filter(copy=event).first()
    if draft is None:
        keys = Session.objects.filter(day__event=event).order_by().values_list("pk", flat=True)
        return Lived(event, {key: key for key in keys})
    drafted = DraftedSession.objects.filter(draft=draft, copy__isnull=False)
    return Lived(draft.event, dict(drafted.values_list("session", "copy")))
