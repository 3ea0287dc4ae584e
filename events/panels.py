"""What a city's page shows of events: where the city was and where it spoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cities.models import Actor, City
from events.models import Event, EventStatus, Talk

MOST = 12


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the events a city took part in and what it presented, or None without either."""
    events = Event.objects.visible_to(user)
    attended = list(events.filter(cities=city).for_cards().order_by("-starts_on")[:MOST])
    talks = list(
        Talk.objects.filter(city=city, session__day__event__in=events)
        .exclude(session__is_cancelled=True)
        .exclude(session__day__event__status=EventStatus.CANCELLED)
        .select_related("session__day__event")
        .order_by("-session__day__date", "position")[:MOST]
    )
    if not attended and not talks:
        return None
    return {
        "events": attended,
        "to_come": [talk for talk in talks if not talk.session.day.event.is_over],
        "past": [talk for talk in talks if talk.session.day.event.is_over],
    }
