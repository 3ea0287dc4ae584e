"""The pages of meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.table.rows import EVERYBODY, SIGNED_IN, Row


def session_of(event: str, session: str) -> Callable[[Any], list[Any]]:
    """The arguments of a session's page."""

    def arguments(world: Any) -> list[Any]:
        day = getattr(world, session).day.date
        return [getattr(world, event).slug, day, getattr(world, session).slug]

    return arguments


def starring(session: str) -> Callable[[Any], dict[str, Any]]:
    """What is sent to star a session."""
    return lambda world: {"star": getattr(world, session).pk}


def answer(world: Any) -> dict[str, Any]:
    """What is sent by whoever thought well of a session."""
    return {"rating": 5}


EVENTS = [
    Row("events:event-list", EVERYBODY),
    Row("events:figures", EVERYBODY),
    Row("events:group-list", EVERYBODY),
    Row("events:group-detail", EVERYBODY, lambda world: [world.group.slug]),
    # The team of a member city and staff see the inside; staff lead, and write for no city.
    Row("events:group-work", "lonnnoo", lambda world: [world.group.slug]),
    Row("events:group-ranking", "lonnnff", lambda world: [world.group.slug, world.city_a.slug]),
    Row("events:group-ranking", "lnnnnnn", lambda world: [world.group.slug, world.city_b.slug]),
    Row("events:group-share", "lonnnff", lambda world: [world.group.slug]),
    Row("events:group-step-new", "lonnnoo", lambda world: [world.group.slug]),
    Row("events:step", "lonnnoo", lambda world: [world.step.pk]),
    Row("events:step", "lonnnoo", lambda world: [world.step.pk], "post"),
    # Nothing is asked yet: whoever could answer is led back.
    Row("events:collaboration-no", "lrnnnrr", lambda world: [world.step.pk]),
    # City A asked: its team takes it back, and staff answer for nobody.
    Row("events:collaboration-no", "lonnnrr", lambda world: [world.asked_step.pk]),
    Row("events:collaboration-no", "lonnnoo", lambda world: [world.asked_step.pk], "post"),
    Row("events:outcome-edit", "lonnnff", lambda world: [world.outcome.pk]),
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
    Row("events:schedule-xml", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:schedule-xml", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:schedule-json", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:schedule-json", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:agenda", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:agenda", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:agenda-versions", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:agenda-versions", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:agenda-version", EVERYBODY, lambda world: [world.event.slug, 1]),
    Row("events:agenda-version", "nnnnnoo", lambda world: [world.draft_event.slug, 1]),
    Row("events:own-agenda", EVERYBODY, lambda world: [world.event.slug]),
    Row("events:own-agenda", "nnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:star", "lrrrrrr", lambda world: [world.event.slug], "post", starring("session")),
    Row(
        "events:star",
        "lnnnnrr",
        lambda world: [world.draft_event.slug],
        "post",
        starring("draft_session"),
    ),
    Row("events:calendar-address", SIGNED_IN),
    Row("events:calendar-address", SIGNED_IN, method="post"),
    # Whoever knows the address reads it: calendars sign in nowhere.
    Row("events:own-calendar", EVERYBODY, lambda world: [world.calendar_token]),
    Row("events:guest", EVERYBODY, lambda world: [world.guest_token]),
    Row("events:guest", EVERYBODY, lambda world: [world.guest_token], "post"),
    Row("events:guest", "nnnnnnn", lambda world: ["a-token-that-ended"]),
    # Only of guests who come, to whoever knows the address.
    Row("events:guest-calendar", EVERYBODY, lambda world: [world.guest_calendar]),
    Row("events:guest-calendar", "nnnnnnn", lambda world: ["a-token-that-ended"]),
    Row("events:check-in", "lnnnnoo", lambda world: [world.guest_code]),
    Row("events:check-in", "lnnnnrr", lambda world: [world.guest_code], "post"),
    Row("events:own-calendar", "nnnnnnn", lambda world: ["a-token-that-ended"]),
    # The lab is over: nobody gets a place, and all are told why on the session's page.
    Row("events:place-in-session", "lrrrrrr", session_of("event", "session"), "post"),
    Row("events:place-in-session", "lnnnnrr", session_of("draft_event", "draft_session"), "post"),
    # Staff keep every door; the holder of a code is led to their own page.
    Row("events:door", "lnnnnoo", lambda world: [world.event.slug]),
    Row("events:door", "lnnnnoo", lambda world: [world.draft_event.slug]),
    Row(
        "events:door",
        "lnnnnrr",
        lambda world: [world.event.slug],
        "post",
        lambda world: {"mark": world.place.pk},
    ),
    Row("events:check-in", "lrnnnoo", lambda world: [world.door_code]),
    Row("events:check-in", "lnnnnrr", lambda world: [world.door_code], "post"),
    # Those who keep a door are told in words that a code has ended.
    Row("events:check-in", "lnnnnnn", lambda world: ["a-code-that-ended"]),
    Row("events:attendance", "lnnnnoo", lambda world: [world.event.slug]),
    Row("events:attendance", "lnnnnrr", lambda world: [world.event.slug], "post"),
    Row("events:attendance-csv", "lnnnnoo", lambda world: [world.event.slug]),
    Row("events:present", "lonnnnn", lambda world: [world.event.slug]),
    Row("events:present", "lrnnnnn", lambda world: [world.event.slug], "post"),
    # The person it is for, and staff; not their colleagues.
    Row("events:certificate", "lonnnoo", lambda world: [world.place.pk]),
    # Whoever has a place reads what remains; officer A came for a city and writes, staff do not.
    Row("events:remains", "lonnnoo", session_of("event", "session")),
    Row("events:remains", "lonnnff", session_of("event", "session"), "post"),
    Row("events:remains", "lnnnnoo", session_of("draft_event", "draft_session")),
    Row("events:report", "lonnnoo", lambda world: [world.event.slug]),
    Row("events:report-pdf", "lonnnoo", lambda world: [world.event.slug]),
    Row("events:photo", "lonnnoo", lambda world: [world.event.slug, world.photo.pk]),
    Row("events:report", "lnnnnoo", lambda world: [world.draft_event.slug]),
    # The time for feedback on this lab is over: nobody gives it, and none was given.
    Row("events:feedback", "lnnnnnn", session_of("event", "session")),
    Row("events:feedback", "loooooo", session_of("event", "session"), "post", answer),
    Row("events:feedback", "lnnnnoo", session_of("draft_event", "draft_session"), "post", answer),
    # Staff, and whoever moderates it: the mentor.
    Row("events:feedback-results", "lnnonoo", session_of("event", "session")),
    Row("events:event-feedback", "lnnnnoo", lambda world: [world.event.slug]),
    # Polls are prepared and run by staff and whoever moderates the session: the mentor.
    Row("events:polls", "lnnonoo", session_of("event", "session")),
    Row("events:polls", "lnnnnoo", session_of("draft_event", "draft_session")),
    Row("events:poll-new", "lnnonoo", session_of("event", "session")),
    Row("events:poll-new", "lnnonoo", session_of("event", "session"), "post"),
    Row("events:poll", "lnnonoo", lambda world: [world.poll.pk]),
    Row("events:poll", "lnnrnrr", lambda world: [world.poll.pk], "post", lambda _world: {"end": 1}),
    Row("events:poll-edit", "lnnonoo", lambda world: [world.poll.pk]),
    Row("events:poll-question-new", "lnnonoo", lambda world: [world.poll.pk]),
    Row("events:poll-question", "lnnonoo", lambda world: [world.question.pk]),
    Row("events:poll-csv", "lnnonoo", lambda world: [world.ended_poll.pk]),
    Row("events:poll-csv", "lnnnnnn", lambda world: [world.poll.pk]),
    # The room needs the code, and no account; what has ended is left to those who ran it.
    Row("events:live", EVERYBODY),
    Row("events:live-entry", EVERYBODY, lambda world: [world.poll.code]),
    Row("events:live-entry", "rrrrrrr", lambda world: [world.poll.code], "post"),
    Row("events:live-entry", "nnnnnnn", lambda _world: ["BCDFGH"]),
    Row("events:live-voice", EVERYBODY, lambda world: [world.poll.code, world.voice_token]),
    Row("events:live-voice", EVERYBODY, lambda world: [world.poll.code, "ended"], "post"),
    Row("events:live-screen", EVERYBODY, lambda world: [world.poll.code]),
    Row("events:live-screen", "nnnnnnn", lambda _world: ["BCDFGH"]),
    Row("events:my-meetings", SIGNED_IN, lambda world: [world.event.slug]),
    Row("events:my-meetings", "lnnnnoo", lambda world: [world.draft_event.slug]),
    Row("events:peer-group", "lonnnoo", lambda world: [world.peer_group.pk]),
    Row("events:peer-group", "lnnnnoo", lambda world: [world.proposed_group.pk]),
    # The city, its expert and staff; the two sides alone answer.
    Row("events:meeting", "lononoo", lambda world: [world.meeting.pk]),
    Row("events:meeting", "lrnrnff", lambda world: [world.meeting.pk], "post"),
    Row("events:meeting-offers", "lnnonnn", lambda world: [world.meeting_round.pk]),
    Row("events:meeting-wishes", "lonnnff", lambda world: [world.asker.pk]),
    # Who works for a city registers its team; the reviewer is of no city.
    Row("events:delegation", "loonnnn", lambda world: [world.event.slug]),
    Row("events:delegation", "lnnnnnn", lambda world: [world.draft_event.slug]),
    # The lab is over: nobody gets a place, all are told why on its page.
    Row("events:register", "lrrrrrr", lambda world: [world.event.slug], "post"),
    Row("events:register", "nnnnnrr", lambda world: [world.draft_event.slug], "post"),
]
