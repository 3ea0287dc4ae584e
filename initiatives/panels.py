"""What a city's page shows of its roadmaps and initiatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cities.models import Actor, City, Participation
from initiatives.models import Initiative, Roadmap, with_published

MOST = 12


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the roadmaps of a city and its consortia with their initiatives, or None."""
    participations = Participation.objects.of_city(city).order_by().values("pk")
    roadmaps = list(
        with_published(Roadmap.objects.visible_to(user))
        .filter(participation__in=participations)
        .select_related("participation__edition")
    )
    initiatives = list(
        Initiative.objects.visible_to(user)
        .filter(roadmap__participation__in=participations)
        .for_cards()[:MOST]
    )
    if not roadmaps and not initiatives:
        return None
    return {"roadmaps": roadmaps, "initiatives": initiatives}
