"""Who is told what about events, by mail."""

from events.notifications.agendas import tell_agenda
from events.notifications.groups import tell_groups
from events.notifications.guests import invite_guest, tell_guests, token_of_guest
from events.notifications.meetings import tell_meeting, tell_meetings
from events.notifications.places import (
    CALLED_OFF,
    DATES,
    team_of,
    tell_place_in_session,
    tell_registered,
    tell_where_it_stands,
)

__all__ = [
    "CALLED_OFF",
    "DATES",
    "invite_guest",
    "team_of",
    "tell_agenda",
    "tell_groups",
    "tell_guests",
    "tell_meeting",
    "tell_meetings",
    "tell_place_in_session",
    "tell_registered",
    "tell_where_it_stands",
    "token_of_guest",
]
