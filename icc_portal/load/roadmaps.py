"""A trial roadmap as large as they get: four levels, milestones, KPIs with values, dependencies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone

from cities.models import City, Edition, Participation, ParticipationRole, Theme
from icc_portal.load.sections import write_sections
from initiatives.models import (
    KPI,
    BudgetLine,
    Dependency,
    DependencyKind,
    FundingLevel,
    Initiative,
    InitiativeStatus,
    KPIConcept,
    Measurement,
    Milestone,
    MilestoneStatus,
    Precision,
    Risk,
    Roadmap,
    RoadmapStatus,
    ValueKind,
)

SLUG = "roadmap-on-trial"
# How many parts an initiative of each level has: 6 + 6·4 + 24·4 + rest make 250 with four levels.
PARTS = (6, 4, 4)
WORDS = [
    *("Open data", "Clean air", "Energy hub", "Mobility", "Flood warning", "Digital counter"),
    *("School streets", "Waste", "Heat network", "Tourism", "Skills", "Smart lighting"),
]
MILESTONES_EACH, KPIS_EACH, VALUES_EACH = 4, 2, 20


@transaction.atomic
def write_roadmap(initiatives: int) -> Roadmap:
    """Write a city whose roadmap has so many initiatives; the one that was there goes first."""
    remove_roadmap()
    chance = Random(SLUG)  # noqa: S311 - nothing secret, and the same on purpose
    roadmap = _roadmap()
    rows = _initiatives(roadmap, initiatives, chance)
    _milestones(rows, chance)
    _rest_of_charters(rows, chance)
    _kpis(rows, chance)
    write_sections(roadmap, rows, chance)
    return roadmap


def remove_roadmap() -> None:
    """Take the trial roadmap away, with its city."""
    rows = Initiative.objects.filter(roadmap__participation__city__slug=SLUG)
    Measurement.objects.filter(kpi__initiative__in=rows).update(corrected_by=None)
    Dependency.objects.filter(initiative__in=rows).delete()
    for level in (4, 3, 2, 1):
        rows.filter(level=level).delete()
    Roadmap.objects.filter(participation__city__slug=SLUG).delete()
    Participation.objects.filter(city__slug=SLUG).delete()
    City.objects.filter(slug=SLUG, demonstration=True).delete()


def _roadmap() -> Roadmap:
    city = City.objects.create(
        slug=SLUG, name="Trial city with a large roadmap", country="FR", demonstration=True
    )
    edition = Edition.objects.order_by("starts_on").first() or Edition.objects.create(
        slug=SLUG,
        name="Trial edition",
        short_name="Trial",
        starts_on=date(2020, 9, 1),
        ends_on=date(2022, 11, 30),
        demonstration=True,
    )
    role = ParticipationRole.objects.filter(edition=edition).first()
    if role is None:
        role = ParticipationRole.objects.create(
            edition=edition, slug="core", name="Core city", name_plural="Core cities"
        )
    participation = Participation.objects.create(city=city, edition=edition, role=role)
    return Roadmap.objects.create(
        participation=participation,
        title="Trial roadmap",
        status=RoadmapStatus.PUBLISHED,
        published_at=timezone.now(),
        demonstration=True,
    )


def _initiatives(roadmap: Roadmap, wanted: int, chance: Random) -> list[Initiative]:
    """Write the tree level by level; the fourth takes whatever the first three leave."""
    made: list[Initiative] = []
    above: list[Initiative | None] = [None]
    for level in range(1, 5):
        parts = PARTS[level - 1] if level <= len(PARTS) else -(-wanted // max(1, len(above)))
        rows: list[Initiative] = []
        for parent in above:
            for place in range(parts):
                if len(made) + len(rows) >= wanted:
                    break
                number = len(made) + len(rows) + 1
                rows.append(
                    Initiative(
                        roadmap=roadmap,
                        parent=parent,
                        level=level,
                        position=place + 1,
                        slug=f"{SLUG}-{number:04}",
                        name=f"{WORDS[number % len(WORDS)]} {number}",
                        summary="An invented initiative, to try the portal with.",
                        status=chance.choice(InitiativeStatus.values),
                        is_public=True,
                        demonstration=True,
                    )
                )
        Initiative.objects.bulk_create(rows)
        made += rows
        above = list(rows)
    themes = list(Theme.objects.order_by("pk").values_list("pk", flat=True)[:6])
    through = Initiative.themes.through
    through._default_manager.bulk_create(
        through(initiative_id=one.pk, theme_id=chance.choice(themes)) for one in made if themes
    )
    return made


def _milestones(rows: list[Initiative], chance: Random) -> None:
    start = rows[0].roadmap.participation.edition.starts_on
    Milestone.objects.bulk_create(
        _milestone(one, place, start + timedelta(days=20 * (number % 25)), chance)
        for number, one in enumerate(rows)
        for place in range(MILESTONES_EACH)
    )


def _milestone(one: Initiative, place: int, start: date, chance: Random) -> Milestone:
    planned = (start + timedelta(days=75 * place)).replace(day=1)
    slip = chance.choice([0, 0, 0, 31, 62, 120])
    day = planned + timedelta(days=slip)
    is_reached = chance.random() < 0.5
    return Milestone(
        initiative=one,
        position=place,
        title=f"Step {place + 1} of {one.name}",
        precision=Precision.DAY,
        starts_on=day,
        ends_on=day,
        plan_precision=Precision.DAY,
        plan_starts_on=planned,
        plan_ends_on=planned,
        status=MilestoneStatus.REACHED if is_reached else MilestoneStatus.PLANNED,
        reached_on=day if is_reached else None,
        demonstration=True,
    )


def _rest_of_charters(rows: list[Initiative], chance: Random) -> None:
    Dependency.objects.bulk_create(
        Dependency(
            initiative=later,
            kind=DependencyKind.INITIATIVE,
            on_initiative=earlier,
        )
        for earlier, later in zip(rows, rows[7:], strict=False)
        if chance.random() < 0.5
    )
    Risk.objects.bulk_create(
        Risk(
            initiative=one,
            text=f"Risk {number} of {one.name}",
            likelihood=chance.randint(1, 5),
            impact=chance.randint(1, 5),
        )
        for one in rows
        for number in (1, 2)
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            initiative=one,
            label="Work",
            amount=Decimal(chance.randrange(100_000, 90_000_000)) / 100,
            year=chance.randint(2020, 2022),
            level=chance.choice(FundingLevel.values),
            funding_source="ERDF" if chance.random() < 0.3 else "",
            is_secured=chance.random() < 0.5,
        )
        for one in rows
    )


def _kpis(rows: list[Initiative], chance: Random) -> None:
    concepts: list[KPIConcept | None] = [*KPIConcept.objects.all()] or [None]
    kpis = KPI.objects.bulk_create(
        KPI(
            initiative=one,
            position=place,
            name=f"KPI {place + 1} of {one.name}",
            concept=chance.choice(concepts),
            unit="people",
            demonstration=True,
        )
        for one in rows
        for place in range(KPIS_EACH)
    )
    Measurement.objects.bulk_create(
        (
            Measurement(
                kpi=kpi,
                kind=ValueKind.NUMBER,
                as_reported=str(100 + 7 * month),
                number=100 + 7 * month,
                as_of=date(2021 + month // 12, month % 12 + 1, 1),
                as_of_precision=Precision.MONTH,
                demonstration=True,
            )
            for kpi in kpis
            for month in range(VALUES_EACH)
        ),
        batch_size=2_000,
    )
