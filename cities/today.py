"""The day by which roles, pairings and editions begin and end: one for all readers."""

from datetime import date, datetime

from django.utils import timezone


def today() -> date:
    """Return the programme's day, in the zone of the portal, whatever the reader's clock says.

    By the readers' own days a role that somebody gives in Brussels after midnight would begin for
    a reader in Toronto six hours later, and in the background work another time again. What people
    type or read as "today" is of their own day: `timezone.localdate`.
    """
    return day_of(timezone.now())


def day_of(moment: datetime) -> date:
    """Return the programme's day at a moment, for instance to find the edition that ran."""
    return timezone.localdate(moment, timezone.get_default_timezone())
