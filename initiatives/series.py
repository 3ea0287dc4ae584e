"""Series of values: what becomes of them when the unit changes, and what cities add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, ConsortiumMember
from initiatives import corrections
from initiatives.models import (
    KPI,
    Comparison,
    Measurement,
    Qualifier,
    Roadmap,
    Target,
    ValueKind,
    exact,
)
from initiatives.values import number_words


class UnitChange(models.TextChoices):
    """What becomes of the numbers reported so far when a KPI's unit changes."""

    SAME = "same", gettext_lazy("They are right in the new unit as well: only its name changes")
    CONVERT = "convert", gettext_lazy("Convert them: multiply each by the factor below")
    RESTART = (
        "restart",
        gettext_lazy(
            "Begin the series anew: they stay readable in the old unit and are no longer plotted"
        ),
    )


class NotExact(Exception):
    """A converted number would have to be rounded; the words can be shown."""


def counts(kpi: KPI) -> tuple[bool, bool]:
    """Say whether numbers were reported, and whether any are aimed at, in the unit of today."""
    aims = kpi.targets.filter(_aimed_at())
    return kpi.measurements.filter(_counted()).exists(), aims.exists()


def counting(kpis: models.QuerySet[KPI]) -> models.QuerySet[Any, Any]:
    """Return the keys of those KPIs whose numbers or targets are in the unit of today."""
    reported = Measurement.objects.filter(_counted(), kpi__in=kpis).order_by()
    aimed_at = Target.objects.filter(_aimed_at(), kpi__in=kpis).order_by()
    return reported.values_list("kpi", flat=True).union(aimed_at.values_list("kpi", flat=True))


def converted(number: Decimal, factor: Decimal) -> Decimal:
    """Return a number in another unit; raise NotExact when the column cannot hold it whole."""
    with localcontext(prec=60):
        product = (number * factor).normalize()
        if not exact.is_kept(product):
            raise NotExact(
                _("%(number)s times %(factor)s cannot be kept without rounding.")
                % {"number": number_words(number), "factor": number_words(factor)}
            )
        return product


def check_conversion(kpi: KPI, factor: Decimal) -> None:
    """Raise NotExact for the first current number or target that a factor would have rounded."""
    for measurement in kpi.measurements.current().filter(_counted()):
        converted(measurement.number or Decimal(0), factor)
    for target in _targets_now(kpi):
        converted(target.value or Decimal(0), factor)


@transaction.atomic
def change_unit(kpi: KPI, before: str, answer: UnitChange, *, factor: Decimal | None) -> None:
    """Do with reported numbers and targets what was answered; the KPI has its new unit already."""
    if answer == UnitChange.CONVERT and factor is not None:
        _convert(kpi, before, factor)
    elif answer == UnitChange.RESTART:
        former = {"is_former": True, "former_unit": before}
        kpi.measurements.filter(_counted()).update(**former)
        kpi.targets.filter(_aimed_at()).change(**former)


def _counted() -> models.Q:
    """Keep numbers in the unit of today: a change in per cent has no unit."""
    return models.Q(kind=ValueKind.NUMBER, is_former=False)


def _aimed_at() -> models.Q:
    """Keep targets that are a number in the unit of today."""
    return models.Q(is_former=False, value__isnull=False) & ~models.Q(comparison=Comparison.CHANGE)


def _targets_now(kpi: KPI) -> list[Target]:
    return list(kpi.targets.filter(_aimed_at(), superseded_by=None))


def _convert(kpi: KPI, before: str, factor: Decimal) -> None:
    """Correct every current number to what it is in the new unit; what was reported stays."""
    for old in list(kpi.measurements.select_for_update(of=("self",)).current().filter(_counted())):
        number = converted(old.number or Decimal(0), factor)
        note = _("Converted from “%(words)s” %(unit)s, times %(factor)s.") % {
            "words": old.as_reported,
            "unit": before,
            "factor": number_words(factor),
        }
        new = Measurement.objects.get(pk=old.pk)
        new.pk, new._state.adding = None, True
        new.number, new.as_reported = number, number_words(number)
        new.note = f"{old.note}\n{note}".strip()
        new.save()
        # It is the same report, of the same person and day: nobody reported anything now.
        Measurement.objects.filter(pk=new.pk).update(reported_at=old.reported_at)
        corrections.correct(old, new, is_converted=True)
    for target in _targets_now(kpi):
        value = converted(target.value or Decimal(0), factor)
        old_pk = target.pk
        target.pk, target._state.adding, target.value = None, True, value
        target.save()
        Target.objects.filter(pk=old_pk).change(superseded_by=target)
    # What was corrected or replaced long ago stays as it was as well: in the unit of that time.
    former = {"is_former": True, "former_unit": before}
    kpi.measurements.filter(_counted(), corrected_by__isnull=False).update(**former)
    kpi.targets.filter(_aimed_at(), superseded_by__isnull=False).change(**former)


# ── cities of a consortium ──────────────────────────────────────────────────────────────────────
def cities_of(roadmap: Roadmap, also: Iterable[int | None] = ()) -> list[City]:
    """Return the cities for which values may be told apart: those of the consortium, or none.

    `also` names cities of which something is saved: it stays theirs once they have left.
    """
    saved = {key for key in also if key is not None}
    consortium = roadmap.participation.consortium_id
    if consortium is None and not saved:
        return []
    members = ConsortiumMember.objects.running().filter(consortium=consortium)
    of = models.Q(pk__in=members.order_by().values("city")) | models.Q(pk__in=saved)
    return list(City.objects.filter(of).order_by("name"))


def once_member(roadmap: Roadmap, **named: Any) -> City | None:
    """Return the city of that key or address if it ever was of the consortium."""
    consortium = roadmap.participation.consortium_id
    members = ConsortiumMember.objects.filter(consortium=consortium, consortium__isnull=False)
    return City.objects.filter(pk__in=members.order_by().values("city"), **named).first()


@dataclass(frozen=True)
class Sum:
    """What cities add up to as of a day or over a period, and how exactly that is known."""

    of: Measurement
    """One of the values, which tells the day or the period."""
    number: Decimal
    qualifier: str


def sums(
    measurements: Iterable[Measurement], left_on: Mapping[int, date] | None = None
) -> list[Sum]:
    """Add up the newest value of each city as of every day and over every period all of them told.

    Cities that never reported are left out, and those that left from the day after on (`left_on`,
    by their keys); where one of the others is missing there is no sum.
    """
    left_on = left_on or {}
    at: dict[tuple[date, date], dict[int, Measurement]] = defaultdict(dict)
    cities = set()
    for one in measurements:
        if one.city_id is None or one.as_of is None or one.number is None:
            continue
        cities.add(one.city_id)
        if one.as_of <= left_on.get(one.city_id, one.as_of):
            at[one.as_of, one.period_starts_on or one.as_of][one.city_id] = one
    if len(cities) < 2:
        return []
    found = []
    for (day, _start), values in sorted(at.items()):
        if set(values) == {city for city in cities if day <= left_on.get(city, day)}:
            found.append(_sum(list(values.values())))
    return found


def _sum(values: list[Measurement]) -> Sum:
    """Add up; over and exactly is over, and what is over and under by turns is about."""
    told = {one.qualifier for one in values} - {Qualifier.EXACT}
    qualifier = Qualifier.EXACT if not told else told.pop() if len(told) == 1 else Qualifier.ABOUT
    return Sum(values[0], sum((one.number or Decimal(0) for one in values), Decimal(0)), qualifier)


def by_city(measurements: Sequence[Measurement]) -> dict[City | None, list[Measurement]]:
    """Return values by city, in the order of names; those for all of them together come first."""
    found: dict[City | None, list[Measurement]] = defaultdict(list)
    for one in measurements:
        found[one.city].append(one)
    return dict(sorted(found.items(), key=lambda at: at[0].name if at[0] else ""))
