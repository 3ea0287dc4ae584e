"""What a city's page shows of the marketplace: its profile, its solutions, what it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from cities.models import Actor, City
from marketplace.models import Deployment, Entry, EntryKind


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the city's live entries and what it runs of others, or None without any.

    Only what is published stands here, whoever looks: an officer finds drafts on the desk.
    """
    entries = list(
        Entry.objects.live().visible_to(user).filter(city=city).for_cards().order_by("-pk")
    )
    runs = list(
        Deployment.objects.filter(
            Q(city=city), ~Q(entry__city=city), entry__in=Entry.objects.live().visible_to(user)
        ).select_related("entry__live_revision", "entry__city")
    )
    if not entries and not runs:
        return None
    return {
        "profile": next((one for one in entries if one.kind == EntryKind.CITY_PROFILE), None),
        "solutions": [one for one in entries if one.kind == EntryKind.SOLUTION],
        "runs": runs,
    }
