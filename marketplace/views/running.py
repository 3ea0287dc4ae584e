"""What an entry's page shows of the ledger: who runs it, on a map and in a table."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from cities.models import Actor, City, CityMembership
from cities.pictures.maps import CityMap, Place, city_map
from cities.prepared import Prepared
from marketplace.models import Deployment, Entry
from marketplace.views.reuse_words import cost_words, days_words, status_words, values_words


def context(entry: Entry) -> dict[str, Any]:
    """Return the table, the map, and how many cities are not named yet: one query at most."""
    rows, values = _read(entry)
    shown = [row for row in rows if row.is_public]
    return {
        "map": _map(entry, [row.city for row in shown]),
        "rows": [_cells(row, values[row.pk]) for row in shown],
        "unnamed": sum(1 for row in rows if not row.is_public and row.status != "stopped"),
    }


def may_say(user: Actor) -> bool:
    """Say whether somebody writes for any city, and so is offered to say what it reuses."""
    if not user.is_authenticated:
        return False
    return CityMembership.objects.running().filter(user=user, role__may_edit=True).exists()


def _asked(entry: int) -> QuerySet[Deployment]:
    """Ask for rows with their values: a row comes as often as it has values."""
    return (
        Deployment.objects.filter(entry=entry)
        .select_related("city")
        .annotate(
            label=F("values__label"), moment=F("values__moment"), told=F("values__as_reported")
        )
        .order_by("since", "pk", "values__position", "values__pk")
    )


_found = Prepared(_asked, int)


def _read(entry: Entry) -> tuple[list[Deployment], dict[int, list[tuple[str, str, str]]]]:
    """Read rows and values at once, where there are any."""
    rows: dict[int, Deployment] = {}
    values: dict[int, list[tuple[str, str, str]]] = {}
    for row in _found(entry.pk) if getattr(entry, "has_deployments", True) else ():
        row.entry = entry
        rows.setdefault(row.pk, row)
        line = (row.label, row.moment, row.told)
        values.setdefault(row.pk, []).extend([line] if row.label else [])
    return list(rows.values()), values


def _map(entry: Entry, run_by: list[City]) -> CityMap | None:
    """Draw the cities that run a solution, its owner among them."""
    cities = {city.pk: city for city in [entry.city, *run_by] if city is not None}
    places = [
        Place(
            name=city.name,
            title=f"{city.name}, {city.country.name}",  # type: ignore[attr-defined]
            latitude=city.latitude,
            longitude=city.longitude,
            url=city.get_absolute_url(),
            group=1 if city == entry.city else 2,
            labelled=True,
        )
        for city in cities.values()
        if city.latitude is not None and city.longitude is not None
    ]
    if not places:
        return None
    groups = [_("The city that offers it"), _("Also run by")] if len(places) > 1 else []
    return city_map("deployments", _("Where it runs"), places, groups=groups)


def _cells(row: Deployment, values: list[tuple[str, str, str]]) -> list[Any]:
    city = row.city
    cost = cost_words(row)
    return [
        {
            "text": f"{city.name}, {city.country.name}",  # type: ignore[attr-defined]
            "url": city.get_absolute_url(),
        },
        {"text": status_words(row), "url": row.get_absolute_url()},
        days_words(row),
        {"text": cost, "numeric": True} if cost else "",
        values_words(values),
        row.note,
    ]
