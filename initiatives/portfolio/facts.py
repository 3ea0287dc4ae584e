"""What a portfolio is made of: rows of four kinds, each read with one or two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from initiatives import dates
from initiatives.models import (
    KPI,
    BudgetLine,
    Initiative,
    Measurement,
    Milestone,
    MilestoneStatus,
    Target,
)
from initiatives.pictures import target_words, value_words, when_measured
from initiatives.plan.facts import Stop

CITY = "roadmap__participation__city__name"
CONSORTIUM = "roadmap__participation__consortium__name"
EDITION = "roadmap__participation__edition__short_name"


@dataclass(frozen=True)
class Of:
    """Of which initiative a row is: its name, its page, whose it is, and in which edition."""

    pk: int
    name: str
    slug: str
    city: str
    edition: str
    status: str


@dataclass(frozen=True)
class Slip:
    """A milestone that ends later than first planned, or about which nothing was said."""

    of: Of
    title: str
    plan: str
    now: str
    days: int
    is_late: bool


@dataclass(frozen=True)
class Money:
    """A budget line, with all its years."""

    of: Of
    label: str
    level: str
    source: str
    currency: str
    total: Decimal
    is_secured: bool
    years: str
    """The year it is paid in, or the first and the last: "2022–2024"; "" when it is not told."""


@dataclass(frozen=True)
class Measured:
    """A KPI: its concept, how often a value was reported, the newest one, and what is aimed at."""

    of: Of
    name: str
    concept: str
    concept_code: str
    unit: str
    values: int
    targets: int
    kpi: int
    last: str = ""
    """As it was reported; with the unit of that time where it is another one, and its city."""
    as_of: str = ""
    aims: str = ""


class Portfolio:
    """The rows of some initiatives, in the order of these."""

    def __init__(self, keys: list[int]) -> None:
        """Read whose they are: one query."""
        self.keys = keys
        rows = Initiative.objects.filter(pk__in=keys).values_list(
            "pk", "name", "slug", CITY, CONSORTIUM, EDITION, "status"
        )
        found = {
            pk: Of(pk, name, slug, city or consortium or "", edition, status)
            for pk, name, slug, city, consortium, edition, status in rows
        }
        self.of = {key: found[key] for key in keys if key in found}

    def slips(self) -> list[Slip]:
        """Return what ends later than planned, and what is late without a word: one query."""
        today = timezone.localdate()
        rows = Milestone.objects.filter(initiative__in=self.keys).exclude(
            status=MilestoneStatus.DROPPED
        )
        moved = Q(plan_starts_on__isnull=False) | Q(ends_on__lt=today)
        # The same days occur hundreds of times, and writing one takes a while.
        said = cache(lambda day: dates.words(dates.of_day(day)))
        found = []
        for row in rows.filter(moved).order_by("pk").values_list(*Stop._fields):
            stop = Stop(*row)
            planned = stop.plan_ends_on or stop.plan_starts_on
            days = (stop.last - planned).days if stop.last and planned else 0
            is_late = stop.is_late(today)
            if (days > 0 or is_late) and stop.last:
                plan = said(planned) if planned and days > 0 else ""
                of, now = self.of[stop.initiative], said(stop.last)
                found.append(Slip(of, stop.title, plan, now, max(0, days), is_late))
        return found

    def money(self) -> list[Money]:
        """Return the budget lines: one query. Internal: staff and the city's own alone."""
        lines = BudgetLine.objects.filter(initiative__in=self.keys).order_by("initiative", "pk")
        return [
            Money(
                self.of[line.initiative_id],
                line.label,
                line.level,
                line.funding_source,
                line.currency,
                line.total,
                line.is_secured,
                "–".join(str(year) for year in (line.year, line.until_year) if year),
            )
            for line in lines
        ]

    def kpis(self) -> list[Measured]:
        """Return the KPIs with how many values and targets they have: one query."""
        rows = KPI.objects.filter(initiative__in=self.keys).annotate(
            reported=Count(
                "measurements",
                filter=Q(measurements__corrected_by__isnull=True),
                distinct=True,
            ),
            aims=Count("targets", filter=Q(targets__superseded_by__isnull=True), distinct=True),
        )
        return [
            Measured(self.of[initiative], name, concept or "", code or "", unit, values, aims, pk)
            for pk, initiative, name, concept, code, unit, values, aims in rows.order_by(
                "pk"
            ).values_list(
                "pk", "initiative", "name", "concept__name", "concept__code", "unit",
                "reported", "aims",
            )
        ]  # fmt: skip

    def kpis_in_full(self) -> list[Measured]:
        """Return the KPIs with their newest values and all that is aimed at: four queries."""
        of_them = {"kpi__initiative__in": self.keys}
        current = Measurement.objects.current()
        # Neither a former unit nor one city's part stands for a KPI that has better.
        of_all = Case(When(city=None, then=0), default=1)
        newest = current.filter(kpi=OuterRef("pk")).order_by(
            "is_former", of_all, F("as_of").desc(nulls_last=True), "-pk"
        )
        pairs = KPI.objects.filter(initiative__in=self.keys).annotate(
            last_pk=Subquery(newest.values("pk")[:1])
        )
        values = Measurement.objects.select_related("city").in_bulk(
            [pk for pk in pairs.values_list("last_pk", flat=True) if pk]
        )
        last = {one.kpi_id: one for one in values.values()}
        aims: dict[int, list[str]] = defaultdict(list)
        for target in Target.objects.filter(superseded_by=None, **of_them).order_by("due_on", "pk"):
            aims[target.kpi_id].append(target_words(target))
        return [
            replace(
                one,
                last=_said(last.get(one.kpi)),
                as_of=when_measured(last[one.kpi]) if one.kpi in last else "",
                aims="; ".join(aims[one.kpi]),
            )
            for one in self.kpis()
        ]

    def initiatives(self) -> Iterator[Any]:
        """Yield the initiatives themselves."""
        yield from self.of.values()


def _said(measurement: Measurement | None) -> str:
    """Return a value as it was reported, with a former unit, and the city whose part it is."""
    if measurement is None:
        return ""
    # The unit of today has a column of its own.
    words = value_words(measurement, "")
    return f"{words} ({measurement.city.name})" if measurement.city else words
