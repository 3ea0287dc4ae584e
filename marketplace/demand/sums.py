"""What the needs of a demand come to: cities, people, budgets by year, windows in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q

from cities.models import City, Edition
from marketplace.models import Demand, DemandThreshold, Need


@dataclass(frozen=True)
class Sums:
    """What some needs come to. `budgets` are by year (None: no year) and currency."""

    cities: list[City]
    population: int
    without_population: int
    budgets: dict[tuple[int | None, str], Decimal]
    without_budget: int
    """Cities that named no sum; `only_roughly` of them gave a range."""
    windows: list[Need]
    overlap: tuple[date, date] | None
    """The days on which every window that is known is open, if there are two or more."""
    only_roughly: int = 0
    left_out: int = 0
    """Cities that are in no sum because they would be told by it."""

    @property
    def totals(self) -> dict[str, Decimal]:
        """Return the budgets of all years, by currency."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for (_year, currency), amount in self.budgets.items():
            found[currency] += amount
        return dict(found)


def sum_up(needs: Iterable[Need]) -> Sums:
    """Add up needs, each with its city fetched."""
    needs = list(needs)
    cities = list({need.city_id: need.city for need in needs}.values())
    known = [city.population for city in cities if city.population is not None]
    budgets: dict[tuple[int | None, str], Decimal] = defaultdict(Decimal)
    for need in needs:
        if need.budget is not None:
            budgets[need.budget_year, need.currency] += need.budget
    windows = [need for need in needs if need.wanted_from and need.wanted_until]
    return Sums(
        cities=cities,
        population=sum(known),
        without_population=len(cities) - len(known),
        budgets=dict(sorted(budgets.items(), key=lambda item: (item[0][0] or 9999, item[0][1]))),
        without_budget=sum(1 for need in needs if need.budget is None),
        only_roughly=sum(1 for need in needs if need.budget is None and need.budget_band),
        windows=sorted(windows, key=lambda need: (need.wanted_from, need.wanted_until, need.pk)),
        overlap=_overlap(windows),
    )


def sum_up_for_public(needs: Iterable[Need]) -> Sums:
    """Add up what the public may know.

    A single city that is not named would be told by what the sums hold beyond the named ones: it
    is left out of them. Two or more only tell what they come to together.
    """
    needs = list(needs)
    unnamed = {need.city_id for need in needs if not need.is_named}
    if len(unnamed) != 1:
        return sum_up(needs)
    sums = sum_up(need for need in needs if need.is_named)
    return Sums(**{**vars(sums), "left_out": 1})


def threshold_on(day: date) -> DemandThreshold | None:
    """Return from which size on cities buy together: of the edition that runs, or the default."""
    editions = Edition.objects.on(day).order_by().values("pk")
    return (
        DemandThreshold.objects.filter(Q(edition__in=editions) | Q(edition=None))
        .order_by(F("edition__starts_on").desc(nulls_last=True), "pk")
        .first()
    )


def is_beyond_threshold(sums: Sums, threshold: DemandThreshold | None) -> bool:
    """Say whether a demand is large enough: enough cities, or enough money in one currency."""
    if threshold is None:
        return False
    if threshold.cities is not None and len(sums.cities) >= threshold.cities:
        return True
    if threshold.amount is None:
        return False
    return sums.totals.get(threshold.currency, Decimal(0)) >= threshold.amount


def active_needs(demand: Demand) -> list[Need]:
    """Return the needs of a demand whose cities have not left, with their cities."""
    return list(demand.needs.active().select_related("city").order_by("created_at", "pk"))


def _overlap(windows: list[Need]) -> tuple[date, date] | None:
    if len(windows) < 2:
        return None
    first = max(need.wanted_from for need in windows if need.wanted_from)
    last = min(need.wanted_until for need in windows if need.wanted_until)
    return (first, last) if first <= last else None
