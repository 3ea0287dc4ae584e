"""Writes that touch several rows together, each in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cities.models import City, Edition, Organisation, User
from initiatives import corrections, dates
from initiatives.dates import PartialDate
from initiatives.models import (
    KPI,
    Connector,
    Initiative,
    LocalGreenDeal,
    Measurement,
    Milestone,
    MilestoneStatus,
    Roadmap,
    RoadmapStatus,
    Target,
)
from initiatives.values import Reported

# A plan may begin before its edition and look beyond it; a slip of the keyboard lies further off.
YEARS_BEFORE, YEARS_AFTER = 5, 10


class AlreadyCorrected(Exception):
    """Somebody corrected this value before; the words can be shown."""


@dataclass(frozen=True)
class Circumstances:
    """What goes with a reported value: as of when, where it can be seen, a note."""

    as_of: PartialDate | None = None
    source_url: str = ""
    note: str = ""
    city: City | None = None
    """Of a consortium's cities the one for which it holds; None for all of them together."""


def add_organisation(said: dict[str, Any], city: City | None) -> Organisation:
    """Put an organisation into the directory, in the country of the city that knows it."""
    base = slugify(said["name"])[:70] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return Organisation.objects.create(
        slug=next(name for name in names if name not in taken),
        name=said["name"],
        kind=said["kind"],
        summary=said["summary"],
        website=said["website"],
        country=city.country if city else "",
        city=city,
    )


@transaction.atomic
def add_initiative(initiative: Initiative) -> Initiative:
    """Save a new initiative last in its roadmap, under an address of its own."""
    roadmap = initiative.roadmap
    initiative.slug = Initiative.objects.free_slug(roadmap, initiative.name)
    initiative.position = roadmap.initiatives.count() + 1
    initiative.save()
    return initiative


def what_keeps(row: Initiative | KPI) -> str:
    """Return in words why an initiative or a KPI cannot be deleted; "" when it can.

    What was reported stays, and so does what others point at.
    """
    kpis = KPI.objects.filter(pk=row.pk) if isinstance(row, KPI) else row.kpis.all()
    if Measurement.objects.filter(kpi__in=kpis).exists():
        return _("Values have been reported, and what was reported stays.")
    if Connector.objects.filter(kpi__in=kpis).exists():
        return _("Values are fetched from a source: remove the source first.")
    if isinstance(row, KPI):
        return ""
    if row.children.exists():
        return _("Other initiatives are part of it: delete them or put them elsewhere first.")
    if row.depended_on_by.exists():
        return _("Other initiatives depend on it.")
    return ""


@transaction.atomic
def show_to_public(initiative: Initiative, is_public: bool) -> Initiative:
    """Show an initiative to the public, or to its insiders alone."""
    initiative = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if initiative.is_public != is_public:
        initiative.is_public = is_public
        initiative.version += 1
        initiative.save(update_fields=["is_public", "version", "changed_at"])
    return initiative


@transaction.atomic
def show_deal(deal: LocalGreenDeal, is_public: bool) -> LocalGreenDeal:
    """Show a deal to the public with its roadmap, or to its insiders alone."""
    deal = LocalGreenDeal.objects.select_for_update().get(pk=deal.pk)
    if deal.is_public != is_public:
        deal.is_public = is_public
        deal.save(update_fields=["is_public", "changed_at"])
    return deal


@transaction.atomic
def publish(roadmap: Roadmap) -> Roadmap:
    """Publish a roadmap; the day it was first published stays."""
    roadmap = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    roadmap.status = RoadmapStatus.PUBLISHED
    roadmap.published_at = roadmap.published_at or timezone.now()
    roadmap.version += 1
    roadmap.save(update_fields=["status", "published_at", "version", "changed_at"])
    return roadmap


@transaction.atomic
def take_back(roadmap: Roadmap) -> Roadmap:
    """Make a roadmap a draft again, hidden from the public with all its initiatives."""
    roadmap = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    roadmap.status = RoadmapStatus.DRAFT
    roadmap.version += 1
    roadmap.save(update_fields=["status", "version", "changed_at"])
    return roadmap


def set_dates(milestone: Milestone, when: PartialDate) -> None:
    """Put a milestone on new dates; the first dates it ever had stay as its plan. Not saved."""
    if not milestone.plan_precision:
        _plan(milestone, dates.read(milestone))
    milestone.precision = when.precision
    milestone.starts_on, milestone.ends_on = when.starts_on, when.ends_on
    milestone.project_month = when.project_month
    milestone.date_text = when.text
    if not milestone.plan_precision:
        _plan(milestone, when)


def _plan(milestone: Milestone, when: PartialDate) -> None:
    if when.places_on_the_calendar:
        milestone.plan_precision = when.precision
        milestone.plan_starts_on, milestone.plan_ends_on = when.starts_on, when.ends_on


def may_mend_plan(milestone: Milestone) -> bool:
    """Say whether a first date that was a mistake can be mended: until it has been handed in."""
    if not (milestone.pk and milestone.plan_precision):
        return False
    first = Subquery(milestone.history.order_by("history_date").values("history_date")[:1])
    handed_in = milestone.initiative.roadmap.snapshots.order_by()
    # One without a history may be of any age.
    since = Coalesce(first, Value(datetime(1900, 1, 1, tzinfo=UTC)))
    return not handed_in.filter(handed_in_at__gte=since).exists()


def mend_plan(milestone: Milestone) -> None:
    """Let the dates of now be the plan, since those before never were; history keeps both."""
    milestone.plan_precision, milestone.plan_starts_on, milestone.plan_ends_on = "", None, None
    _plan(milestone, dates.read(milestone))


def milestone_faults(
    roadmap: Roadmap, when: PartialDate, status: str, reached_on: date | None
) -> dict[str, str]:
    """Say what is wrong with the dates of a milestone, by field, naming both dates."""
    faults = {"when": _far_from(roadmap.participation.edition, when), "reached_on": ""}
    if reached_on is not None and status != MilestoneStatus.REACHED:
        faults["reached_on"] = _("This is for a milestone whose status is “reached”.")
    elif reached_on is not None:
        faults["reached_on"] = dates.refuse_ahead(dates.of_day(reached_on), timezone.localdate())
    return {name: words for name, words in faults.items() if words}


def _far_from(edition: Edition, when: PartialDate) -> str:
    if when.starts_on is None:
        return ""
    first, last = edition.starts_on.year - YEARS_BEFORE, edition.ends_on.year + YEARS_AFTER
    if first <= when.starts_on.year and (when.ends_on or when.starts_on).year <= last:
        return ""
    return _(
        "%(date)s is far from the edition, which runs from %(start)s to %(end)s. Check the year."
    ) % {
        "date": dates.words(when),
        "start": date_format(edition.starts_on),
        "end": date_format(edition.ends_on),
    }


@transaction.atomic
def add_target(target: Target, replaces: Target | None = None) -> Target:
    """Save a new target; the one it replaces stays, and says by which it was superseded."""
    target.save()
    if replaces is not None:
        target.kpi.targets.filter(pk=replaces.pk).change(superseded_by=target)
    return target


@transaction.atomic
def report(
    kpi: KPI,
    value: Reported,
    circumstances: Circumstances,
    *,
    reported_by: User,
    corrects: Measurement | None = None,
) -> Measurement:
    """Save a reported value; when it corrects another, that one stays and leads to this one."""
    before = None
    if corrects is not None:
        before = Measurement.objects.select_for_update().get(pk=corrects.pk, kpi=kpi)
        if before.corrected_by_id is not None:
            raise AlreadyCorrected(
                _("Somebody has corrected this value already; look at it again.")
            )
    measurement = as_measurement(kpi, value, circumstances, reported_by=reported_by)
    if before is not None:
        # What was reported before the unit changed is mended in the unit of that time.
        measurement.is_former, measurement.former_unit = before.is_former, before.former_unit
    measurement.save()
    if before is not None:
        corrections.correct(before, measurement)
    return measurement


def as_measurement(
    kpi: KPI, value: Reported, circumstances: Circumstances, *, reported_by: User | None
) -> Measurement:
    """Return a reported value as its row will be; nothing is saved."""
    as_of, precision, period_starts_on = as_of_columns(circumstances.as_of)
    return Measurement(
        kpi=kpi,
        city=circumstances.city,
        kind=value.kind,
        as_reported=value.as_reported,
        number=value.number,
        qualifier=value.qualifier,
        base_year=value.base_year,
        text=value.text,
        date=value.date,
        yes=value.yes,
        as_of=as_of,
        period_starts_on=period_starts_on,
        note=circumstances.note,
        source_url=circumstances.source_url,
        reported_by=reported_by,
        **({"as_of_precision": precision} if precision else {}),
    )


def as_of_columns(as_of: PartialDate | None) -> tuple[date | None, str, date | None]:
    """Return as-of day, precision and start of the period, as a Measurement holds them."""
    if as_of is None or as_of.starts_on is None:
        return None, "", None
    last = dates.last_unit(as_of)
    period = as_of.starts_on if last != as_of.starts_on else None
    return last, as_of.precision, period
