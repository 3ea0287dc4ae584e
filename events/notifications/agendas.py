"""Who is told of changes to an agenda, by mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import User
from events.models import AgendaVersion

mails.register(
    "agenda-changed",
    label=_("Changes to an agenda"),
    about=_("A session you come to, starred, speak in or meet a group in was moved or cancelled."),
    may_wait=False,
)


def tell_agenda(version: AgendaVersion, person: User, changes: Sequence[Any]) -> None:
    """Mail one person what a version changes for them: once for each version."""
    mails.write(
        "agenda-changed",
        key=f"agenda:{version.pk}",
        to=person,
        template="emails/events_agenda.txt",
        link=reverse("events:agenda", kwargs={"slug": version.event.slug}),
        about=f"events.event:{version.event_id}",
        event=version.event,
        note=version.note,
        changes=changes,
    )
