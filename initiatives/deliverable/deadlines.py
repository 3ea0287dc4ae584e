"""Until when a deliverable is handed in, by the portal's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from initiatives.models import DocumentTemplate

# Who began to send in time is not late because of a slow line.
GRACE = timedelta(minutes=1)


class TooLate(Exception):
    """The deadline has passed; the words say so, and whom to ask."""


def is_over(template: DocumentTemplate, now: datetime) -> bool:
    """Say whether nothing can be handed in any more, the minute of grace included."""
    return template.due_at is not None and now > template.due_at + GRACE


def refuse_late(template: DocumentTemplate, by: User, now: datetime) -> None:
    """Raise TooLate after the deadline, except for whom a city would ask."""
    if is_over(template, now) and not by.is_superuser:
        raise TooLate(
            _("The deadline was %(when)s. Nothing is lost: what you wrote is kept as a late draft.")
            % {"when": words(template)}
            + " "
            + whom_to_ask()
        )


def words(template: DocumentTemplate) -> str:
    """Return the deadline with its time zone; "" where there is none."""
    if template.due_at is None:
        return ""
    return f"{date_format(timezone.localtime(template.due_at), 'DATETIME_FORMAT')} ({_zone()})"


def said(template: DocumentTemplate) -> str:
    """Return what the page says of the deadline of an outline; "" where there is none."""
    told = {"outline": template.name, "when": words(template)}
    if template.due_at is None:
        return ""
    if is_over(template, timezone.now()):
        return _("%(outline)s: the deadline was %(when)s.") % told + " " + whom_to_ask()
    return _("%(outline)s: to be handed in by %(when)s.") % told


def whom_to_ask() -> str:
    """Say who can still hand it in."""
    if settings.PORTAL_CONTACT:
        return _("Ask %s: the programme can move the deadline or hand it in for you.") % (
            settings.PORTAL_CONTACT
        )
    return _("Ask the programme's staff: they can move the deadline or hand it in for you.")


def _zone() -> str:
    return timezone.get_current_timezone_name()
