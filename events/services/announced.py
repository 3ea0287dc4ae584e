"""Whether an event is announced, so that people can be told of their groups and talks there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from events.models import Event, EventStatus


def why_hidden(event: Event) -> str:
    """Return why nothing can be published of an event, or ""."""
    if event.status == EventStatus.DRAFT:
        return _("The event is a draft. Publish the event first; nobody was told anything.")
    if event.status == EventStatus.CANCELLED:
        return _("The event is called off. Nothing was published, and nobody was told.")
    return ""
