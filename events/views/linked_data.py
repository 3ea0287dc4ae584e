"""Events and sessions for search engines, in the words of schema.org/Event."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from events.agenda import Entry
from events.models import Event, EventFormat, EventStatus

# These could end a script element from inside a JSON text.
UNSAFE_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
ATTENDANCE = {
    EventFormat.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    EventFormat.ON_SITE: "https://schema.org/OfflineEventAttendanceMode",
    EventFormat.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def event_as_json_ld(event: Event) -> SafeString:
    """Describe an event."""
    told = _about_event(event) | {
        "description": event.summary or event.title,
        "location": _location(event),
        "organizer": [
            {"@type": "Organization", "name": one.name} for one in event.organisers.all()
        ],
    }
    return _script({"@context": "https://schema.org", **told})


def session_as_json_ld(entry: Entry, event: Event) -> SafeString:
    """Describe a session as a part of its event; without hours, by its day."""
    session, span = entry.session, entry.span
    day = session.day.date.isoformat()
    is_off = session.is_cancelled or event.status == EventStatus.CANCELLED
    location = _location(event)
    if session.room and location["@type"] == "Place":
        location |= {"name": f"{session.room.name}, {location['name']}"}
    told = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": session.title,
        "description": session.summary or session.title,
        "url": settings.BASE_URL + session.get_absolute_url(),
        "startDate": span.starts.isoformat() if span else day,
        "endDate": span.ends.isoformat() if span else day,
        "eventStatus": _status(is_cancelled=is_off),
        "eventAttendanceMode": ATTENDANCE[EventFormat(event.format)],
        "inLanguage": session.language,
        "location": location,
        # As in the API, cities and organisations speak: names of people stay on the pages.
        "performer": [{"@type": "Organization", "name": name} for name in entry.cities],
        "superEvent": _about_event(event),
    }
    return _script(told)


def _about_event(event: Event) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": event.title,
        "url": settings.BASE_URL + event.get_absolute_url(),
        "startDate": event.starts_on.isoformat(),
        "endDate": event.ends_on.isoformat(),
        "eventStatus": _status(is_cancelled=event.status == EventStatus.CANCELLED),
        "eventAttendanceMode": ATTENDANCE[EventFormat(event.format)],
    }


def _status(*, is_cancelled: bool) -> str:
    return "https://schema.org/Event" + ("Cancelled" if is_cancelled else "Scheduled")


def _script(told: dict[str, Any]) -> SafeString:
    text = json.dumps(told, ensure_ascii=False).translate(UNSAFE_IN_SCRIPT)
    return mark_safe(text)  # noqa: S308 - what could end the element has been escaped


def _location(event: Event) -> dict[str, Any]:
    if event.format == EventFormat.ONLINE:
        return {
            "@type": "VirtualLocation",
            "url": event.link or settings.BASE_URL + event.get_absolute_url(),
        }
    name = event.place or (event.city.name if event.city else event.title)
    country = str(event.country) or (str(event.city.country) if event.city else "")
    address = {"@type": "PostalAddress", "addressCountry": country}
    if event.city:
        address["addressLocality"] = event.city.name
    return {"@type": "Place", "name": name, "address": address}
