"""A guest's calendar: the sessions to which they come."""

from __future__ import annotations

from django.utils import translation

from events.calendars import session_entry, written
from events.models import Guest, Session, Talk
from events.schedule.rows import in_columns, rows_of, talks_in_columns


def guest_calendar(guest: Guest) -> bytes:
    """Return the sessions in which a guest has a place, with what was cancelled as cancelled."""
    taken = guest.places.filter(is_taken=True).order_by()
    chosen = Session.objects.filter(pk__in=taken.values("session"))
    talks = Talk.objects.filter(session__in=chosen)
    # A program reads it, which speaks no language: the one of the guest's mails is meant.
    with translation.override(guest.language):
        rows = rows_of(list(in_columns(chosen)), list(talks_in_columns(talks)))
        entries = [session_entry(guest.event, row) for row in rows]
        return written(guest.event.title, guest.event.time_zone, entries)
