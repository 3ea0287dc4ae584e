"""What a city's page shows of the marketplace: its profile, its solutions, what it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from cities.models import Actor, City
from marketplace.ledger.words import status_words, values_words
from marketplace.models import Deployment, Entry, EntryKind, Need


def city_panel(city: City, user: Actor) -> Mapping[str, Any] | None:
    """Return the city's live entries, what it runs of others, and who runs its own, or None.

    Only what is published stands here, whoever looks: an officer finds drafts on the desk.
    """
    entries = list(
        Entry.objects.live().visible_to(user).filter(city=city).for_cards().order_by("-pk")
    )
    rows = (
        Deployment.objects.by_others()
        .shown()
        .filter(Q(city=city) | Q(entry__city=city))
        .select_related("city", "entry__live_revision", "entry__city")
        .prefetch_related("values")
    )
    told = [(row, status_words(row), values_words(row.values.all())) for row in rows]
    runs = [line for line in told if line[0].city_id == city.pk]
    reused = [line for line in told if line[0].city_id != city.pk]
    # Named by its own wish; its other needs stand in sums.
    needs = list(Need.objects.active().filter(city=city, is_named=True).select_related("demand"))
    if not entries and not runs and not needs:
        return None
    profile = next((one for one in entries if one.kind == EntryKind.CITY_PROFILE), None)
    revision = profile.live_revision if profile else None
    return {
        "lead": revision.summary if revision else "",
        "lead_language": revision.language if revision else "",
        "profile": profile,
        "solutions": [one for one in entries if one.kind == EntryKind.SOLUTION],
        "runs": runs,
        "reused": reused,
        "needs": needs,
    }


def offer_at(city: City, words: str) -> tuple[str, Mapping[str, str]]:
    """Return where the draft of a solution is made, and the words it begins with."""
    sends = {"city": str(city.pk), "kind": EntryKind.SOLUTION.value, "title": words}
    return reverse("marketplace:offer"), sends | {"language": "en"}


def demand_at(city: City, words: str) -> tuple[str, Mapping[str, str]]:
    """Return where a city states a need, with its words filled in: more than those is asked."""
    asked = {"city": city.slug, "title": words}
    return f"{reverse('marketplace:demand-state')}?{urlencode(asked)}", {}
