"""Writes that touch several rows: places at events, groups, one-to-one talks, solver runs."""

from events.services.needs import NeedsRefused, forget_needs, needs_of, state_needs
from events.services.own_agendas import holder_of, new_address, revoke_address, star
from events.services.registrations import (
    RegistrationRefused,
    ahead_of,
    cancel,
    change_status,
    fill_places,
    register,
    register_delegation,
    seats_left,
    tell_calendars_of_rooms,
    tell_of_change,
)
from events.services.signups import (
    SignUpRefused,
    fill_session,
    leave,
    places_left,
    sign_up,
    waits_behind,
)

__all__ = [
    "NeedsRefused",
    "RegistrationRefused",
    "SignUpRefused",
    "ahead_of",
    "cancel",
    "change_status",
    "fill_places",
    "fill_session",
    "forget_needs",
    "holder_of",
    "leave",
    "needs_of",
    "new_address",
    "places_left",
    "register",
    "register_delegation",
    "revoke_address",
    "seats_left",
    "sign_up",
    "star",
    "state_needs",
    "tell_calendars_of_rooms",
    "tell_of_change",
    "waits_behind",
]
