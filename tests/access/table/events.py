"""The pages of meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.table.rows import EVERYBODY, Row


def session_of(event: str, session: str) -> Callable[[Any], list[Any]]:
    """The arguments of a session's page."""

    def arguments(world: Any) -> list[Any]:
        day = getattr(world, session).day.date
        return [getattr(world, event).slug, day, getattr(world, session).slug]

    return arguments


EVENTS = [
    Row("events:event-list", EVERYBODY),
    Row("events:group-list", EVERYBODY),
    Row("events:group-detail", EVERYBODY, lambda world: [world.group.slug]),
    Row("events:event-detail", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:event-detail", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:event-calendar", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:event-calendar", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row(
        "events:day-calendar",
        EVERYBODY,
        lambda world: [world.event.slug, world.event.starts_on],
    ),
    Row("events:session-calendar", EVERYBODY, session_of("event", "session")),
    Row("events:session-calendar", "nnnnnoo", session_of("draft_event", "draft_session")),
    Row("events:session-detail", EVERYBODY, session_of("event", "session")),
    Row("events:session-detail", "nnnnnoo", session_of("draft_event", "draft_session")),
    # The lab is over: nobody gets a place, all are told why on its page.
    Row("events:register", "lrrrrrr", lambda world: [world.event.slug], "post"),
    Row("events:register", "nnnnnrr", lambda world: [world.draft_event.slug], "post"),
]
