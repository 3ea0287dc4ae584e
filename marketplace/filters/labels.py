"""What the values of facets are called, in the order to show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.conf import settings
from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

from cities.models import CitySize, CityTrait, Goal, Theme
from marketplace.evidence import Level
from marketplace.models import (
    CostBand,
    EntryKind,
    Funding,
    Maturity,
    Standard,
    Technology,
)
from marketplace.search.words import language_names

IN_ROWS = ("theme", "technology", "goal", "funding", "standard")
_remembered: dict[str, tuple[float, Labels]] = {}


@dataclass(frozen=True)
class Labels:
    """Labels by facet and value, and the traits that cities can have in common."""

    by_facet: Mapping[str, Mapping[str, str]]
    traits: list[CityTrait]

    @classmethod
    def remembered(cls) -> Labels:
        """Return labels as this process read them a few seconds ago: good enough for visitors."""
        language = get_language() or ""
        read_at, found = _remembered.get(language, (0.0, None))
        if found is None or monotonic() - read_at >= settings.LABELS_REMEMBERED_S:
            found = cls.read()
            _remembered[language] = (monotonic(), found)
        return found

    @classmethod
    def read(cls) -> Labels:
        """Read those that are rows, in one query, and add those that are code."""
        rows = _rows("theme", Theme.objects.all(), "slug", "short_name", "kind__position").union(
            _rows("technology", Technology.objects.all(), "slug", "name"),
            _rows("goal", Goal.objects.all(), "number", "name"),
            _rows("funding", Funding.objects.all(), "slug", "name", "position"),
            _rows("standard", Standard.objects.all(), "slug", "name"),
            _rows("trait", CityTrait.objects.all(), "slug", "name", "position", kind="kind"),
            all=True,
        )
        found: dict[str, dict[str, str]] = {facet: {} for facet in IN_ROWS}
        traits = []
        for facet, value, label, _first, position, kind, pk in sorted(
            rows, key=lambda row: (row[3], row[4], str(row[2]).casefold())
        ):
            if facet == "trait":
                traits.append(
                    CityTrait(pk=pk, slug=value, name=label, kind=kind, position=position)
                )
            else:
                found[facet][value] = f"{value}. {label}" if facet == "goal" else label
        return cls(_in_code(get_language() or "") | found, traits)


@lru_cache(maxsize=30)
def _in_code(language: str) -> dict[str, dict[str, str]]:
    """Return the labels that no row holds, in a language: there are hundreds to be translated."""
    open_source = {"yes": _("Open source"), "no": _("Not open source")}
    named = {
        "kind": EntryKind.choices,
        "country": countries,
        "maturity": Maturity.choices,
        "cost": CostBand.choices,
        "open_source": open_source.items(),
        "language": language_names().items(),
        "size": CitySize.choices,
        "evidence": list(reversed(Level.choices)),
    }
    return {
        facet: {str(value): str(label) for value, label in labels}
        for facet, labels in named.items()
    }


def _rows(
    facet: str, rows: QuerySet, value: str, label: str, first: str = "", kind: str = ""
) -> QuerySet:
    """Return facet, value, label, two numbers to order by, kind and key of each row."""
    nothing = Value(0, IntegerField())
    second = {"theme": F("position"), "goal": F("number")}.get(facet, nothing)
    return rows.order_by().values_list(
        Value(facet, CharField()),
        Cast(value, CharField()),
        label,
        first or nothing,
        second,
        kind or Value("", CharField()),
        "pk",
    )
