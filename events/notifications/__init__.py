"""Who is told what about events, by mail."""

from events.notifications.agendas import tell_agenda
from events.notifications.groups import tell_groups
from events.notifications.guests import (
    invite_guest,
    tell_guests,
    tell_withdrawn,
    token_of_guest,
)
from events.notifications.involved import concerns_anybody, in_groups, involved_in, team_of
from events.notifications.meetings import tell_left, tell_meeting, tell_meetings
from events.notifications.places import (
    CALLED_OFF,
    DATES,
    ELSEWHERE,
    tell_place_in_session,
    tell_registered,
    tell_where_it_stands,
)
from events.notifications.steps import (
    AFTER,
    BEFORE,
    ask_to_collaborate,
    remind,
    tell_collaboration,
    tell_no,
)

__all__ = [
    "AFTER",
    "BEFORE",
    "CALLED_OFF",
    "DATES",
    "ELSEWHERE",
    "ask_to_collaborate",
    "concerns_anybody",
    "in_groups",
    "invite_guest",
    "involved_in",
    "remind",
    "team_of",
    "tell_agenda",
    "tell_collaboration",
    "tell_groups",
    "tell_guests",
    "tell_left",
    "tell_meeting",
    "tell_meetings",
    "tell_no",
    "tell_place_in_session",
    "tell_registered",
    "tell_where_it_stands",
    "tell_withdrawn",
    "token_of_guest",
]
