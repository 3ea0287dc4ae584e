"""Doubts about what was entered: they are said, with a suggestion, and stand in nobody's way."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from django.db.models import Q
from django.utils.translation import gettext as _
from django_countries import countries

from cities.models import City, Organisation

# Eurostat has codes of its own for two countries.
OF_EUROSTAT = {"EL": "GR", "UK": "GB"}
IN_BRACKETS = re.compile(r"\(([^()]+)\)")


def doubts_about_city(city: City) -> list[str]:
    """Say which facts of a city belong to another country than the one entered: one query."""
    here = str(city.country)
    found: list[tuple[str, str]] = []
    zone = _zones().get(city.time_zone, "")
    if zone and zone != here:
        found.append((_("The time zone %s") % city.time_zone, zone))
    nuts = OF_EUROSTAT.get(city.nuts[:2].upper(), city.nuts[:2].upper())
    if nuts and nuts != here and countries.name(nuts):
        found.append((_("The NUTS code %s") % city.nuts, nuts))
    for words in IN_BRACKETS.findall(city.name):
        named = countries.by_name(words.strip(), insensitive=True)
        if named and named != here:
            found.append((_("The name “%s”") % city.name, named))
    return [_differs(*one, here) for one in found] + _namesakes(city, here)


def _namesakes(city: City, here: str) -> list[str]:
    plain = IN_BRACKETS.sub("", city.name).strip()
    same = City.objects.filter(Q(name__iexact=plain) | Q(names__name__iexact=plain))
    others = same.exclude(pk=city.pk).exclude(country=here).distinct()[:3]
    return [
        _("%(name)s in %(there)s is in the portal already. Is it another city of that name?")
        % {"name": one.name, "there": countries.name(str(one.country))}
        for one in others
    ]


def doubts_about_organisation(organisation: Organisation) -> list[str]:
    """Say that an organisation stands in another country than its city."""
    city = organisation.city
    if city is None or not organisation.country or organisation.country == city.country:
        return []
    return [_differs(city.name, str(city.country), str(organisation.country))]


def _differs(what: str, there: str, here: str) -> str:
    return _(
        "%(what)s belongs to %(there)s, and the country entered is %(here)s. It is saved as it is; "
        "if %(there)s is meant, change the country."
    ) % {"what": what, "there": countries.name(there), "here": countries.name(here)}


@cache
def _zones() -> dict[str, str]:
    """Return the country of each time zone."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
