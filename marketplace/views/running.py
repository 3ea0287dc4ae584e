"""What an entry's page shows of the ledger: who runs it, on a map and in a table."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from cities.models import Actor, City, CityMembership
from cities.pictures.maps import CityMap, Place, city_map
from cities.prepared import Prepared
from marketplace.ledger.words import status_words, values_words
from marketplace.models import Deployment, DeploymentValue, Entry
from marketplace.views.reuse_words import cost_words, days_words

# What the page tells of a value.
TOLD = (
    *("label", "moment", "as_reported", "source_url", "note"),
    *("as_of", "as_of_precision", "period_starts_on"),
)


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
        .annotate(**{f"value_{name}": F(f"values__{name}") for name in TOLD})
        .order_by("since", "pk", "values__position", "values__pk")
    )


_found = Prepared(_asked, int)


def _read(entry: Entry) -> tuple[list[Deployment], dict[int, list[DeploymentValue]]]:
    """Read rows and values at once, where there are any."""
    rows: dict[int, Deployment] = {}
    values: dict[int, list[DeploymentValue]] = {}
    for row in _found(entry.pk) if getattr(entry, "has_deployments", True) else ():
        row.entry = entry
        rows.setdefault(row.pk, row)
        told = values.setdefault(row.pk, [])
        if row.value_label:  # type: ignore[attr-defined]
            told.append(DeploymentValue(**{name: getattr(row, f"value_{name}") for name in TOLD}))
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


def _cells(row: Deployment, values: list[DeploymentValue]) -> list[Any]:
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
        _values_cell(row, values),
        row.note,
    ]


def _values_cell(row: Deployment, values: list[DeploymentValue]) -> Any:
    """Return values in words; where there are sources or notes, they lead to them."""
    words = values_words(values)
    if any(value.source_url or value.note for value in values):
        return {"text": words, "url": f"{row.get_absolute_url()}#values-table"}
    return words
