"""What a city's page shows of events: where the city was and where it spoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cities.models import Actor, City
from events.models import Event, Talk

MOST = 12


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the events a city took part in and what it presented, or None without either."""
    events = Event.objects.visible_to(user)
    attended = list(events.filter(cities=city).for_cards().order_by("-starts_on")[:MOST])
    talks = list(
        Talk.objects.filter(city=city, session__day__event__in=events)
        .select_related("session__day__event")
        .order_by("-session__day__date", "position")[:MOST]
    )
    if not attended and not talks:
        return None
    return {"events": attended, "talks": talks}
