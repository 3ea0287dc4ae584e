"""The events room of the second floor: events, sessions, groups, registrations."""

from events.models.events import (
    CityAttendance,
    Event,
    EventDay,
    EventFigure,
    EventFormat,
    EventKind,
    EventStatus,
    known_zone,
)
from events.models.groups import GroupMember, GroupRole, ThematicActionGroup
from events.models.registrations import Registration, RegistrationStatus
from events.models.sessions import AgendaItem, Audience, PartOfDay, Session, SessionKind, Talk

__all__ = [
    "AgendaItem",
    "Audience",
    "CityAttendance",
    "Event",
    "EventDay",
    "EventFigure",
    "EventFormat",
    "EventKind",
    "EventStatus",
    "GroupMember",
    "GroupRole",
    "PartOfDay",
    "Registration",
    "RegistrationStatus",
    "Session",
    "SessionKind",
    "Talk",
    "ThematicActionGroup",
    "known_zone",
]
