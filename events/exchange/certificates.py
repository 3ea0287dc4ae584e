"""Certificates of attendance as PDF/UA, in the language of the person they are for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from events.models import Event, Registration
from initiatives.deliverable.pdf import compiled

LOCALE = Path(__file__).parent.parent / "locale"
SOURCE = Path(__file__).parent / "typst" / "certificate.typ"


def certificate_of(registration: Registration, days: list[date]) -> bytes:
    """Return the certificate for somebody who was there on these days; same days, same bytes."""
    language = language_of(registration.user)
    with translation.override(language):
        words = words_of(registration, days)
    made_on = max(days).isoformat()
    data = words | {"language": language, "on": made_on}
    return compiled(SOURCE, json.dumps(data, ensure_ascii=False), made_on)


def language_of(user: User) -> str:
    """Return a person's language where a certificate has its words, else English.

    What stands with a person may be anything; a document refuses what is no code of a language.
    """
    language = user.language.split("-")[0]
    return language if language in {one.name for one in LOCALE.iterdir()} else "en"


def words_of(registration: Registration, days: list[date]) -> dict[str, str | list[str]]:
    """Return what a certificate says, in the language that is active."""
    event = registration.event
    organisers = ", ".join(one.name for one in event.organisers.all())
    return {
        "portal": settings.PORTAL_NAME,
        "title": _("Certificate of attendance"),
        "notice": _("Demonstration: invented, certifies nothing") if event.demonstration else "",
        "name": registration.user.name,
        "of_city": registration.city.name if registration.city else "",
        "took_part": _("took part in"),
        "event": event.title,
        "where_and_when": " · ".join(filter(None, [_place(event), _span(event)])),
        "days_words": ngettext(
            "and was there on this day:", "and was there on these days:", len(days)
        ),
        "days": [_in_words(day) for day in sorted(days)],
        "organisers": _("Organised by %s.") % organisers if organisers else "",
        "said_by": _("As marked at the door of the event and kept by %s.") % settings.PORTAL_NAME,
    }


def _place(event: Event) -> str:
    if event.place:
        return event.place
    return event.city.name if event.city else str(event.get_format_display())


def _span(event: Event) -> str:
    if event.starts_on == event.ends_on:
        return _in_words(event.starts_on)
    return f"{_in_words(event.starts_on)} – {_in_words(event.ends_on)}"


def _in_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
