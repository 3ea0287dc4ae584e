"""What an agenda says, as plain words and numbers that can be kept and compared."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from events.models import AgendaItem, Event, Session, Talk

COLUMNS = (
    "pk", "slug", "day__date", "title", "summary", "kind__name", "starts_at", "ends_at",
    "part_of_day", "room__name", "track__name", "theme__short_name", "audience", "language",
    "capacity", "is_cancelled",
)  # fmt: skip
NAMES = (
    "key", "slug", "day", "title", "summary", "kind", "starts_at", "ends_at", "part", "room",
    "track", "theme", "audience", "language", "capacity", "cancelled",
)  # fmt: skip


def snapshot_of(event: Event) -> dict[str, Any]:
    """Return days and sessions of an event as JSON holds them; four queries.

    Links to join and names of people are left out: what is kept stays when those are gone.
    """
    of_event = {"session__day__event": event}
    blocks: dict[int, list[Any]] = defaultdict(list)
    items = AgendaItem.objects.filter(**of_event).order_by("position")
    for session, title, minutes in items.values_list("session", "title", "minutes"):
        blocks[session].append([title, minutes])
    talks: dict[int, list[Any]] = defaultdict(list)
    said = Talk.objects.filter(**of_event).order_by("item__position", "position", "pk")
    names = ("session", "title", "organisation__name", "city__name")
    for session, title, organisation, city in said.values_list(*names):
        talks[session].append([title, list(filter(None, (organisation, city)))])
    sessions = Session.objects.filter(day__event=event).in_order().values_list(*COLUMNS)
    days = event.days.order_by("date").values_list("date", "title", "summary")
    return {
        "days": [[date.isoformat(), title, summary] for date, title, summary in days],
        "sessions": [
            {**_plain(row), "blocks": blocks[row[0]], "talks": talks[row[0]]} for row in sessions
        ],
    }


def _plain(row: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(NAMES, row, strict=True))
    for name in ("day", "starts_at", "ends_at"):
        told[name] = told[name].isoformat() if told[name] else None
    for name in ("room", "track", "theme"):
        told[name] = told[name] or ""
    return told
