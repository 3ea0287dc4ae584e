"""Staff screens of events, a file for each family of nouns."""

from events.admin import (
    events,
    groups,
    guests,
    meeting_rounds,
    meeting_slots,
    peer_rounds,
    polls,
    registrations,
    round_rows,
    sessions,
)

__all__ = [
    "events",
    "groups",
    "guests",
    "meeting_rounds",
    "meeting_slots",
    "peer_rounds",
    "polls",
    "registrations",
    "round_rows",
    "sessions",
]
