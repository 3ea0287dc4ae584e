"""Everything a deliverable tells, read from the database with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from cities.models import AssessmentAnswer, Edition, Organisation, Phase
from initiatives.models import (
    KPI,
    Ambition,
    Axis,
    BudgetLine,
    CityNeed,
    Commitment,
    DealAction,
    DealSignatory,
    Dependency,
    DocumentAudience,
    EvidenceFile,
    GovernanceBody,
    Horizon,
    Initiative,
    KPIConcept,
    Lesson,
    LocalGreenDeal,
    MatrixEntry,
    Measurement,
    PriorityAxis,
    Roadmap,
    RoadmapStatus,
    Stakeholder,
    Target,
)
from initiatives.plan import levels


@dataclass(frozen=True)
class Facts:
    """A roadmap as one audience may read it, on a day. Rows come with what hangs on them."""

    roadmap: Roadmap
    audience: str
    on: date
    phases: list[Phase]
    priority_axes: list[PriorityAxis]
    partners: list[Organisation]
    city_needs: list[CityNeed]
    answers: list[AssessmentAnswer]
    axes: list[Axis]
    ambitions: list[Ambition]
    cells: dict[tuple[int, int], list[str]]
    bodies: list[GovernanceBody]
    initiatives: list[Initiative]
    lessons: list[Lesson]
    commitments: list[Commitment]
    concepts: list[KPIConcept]
    deals: list[LocalGreenDeal]

    @property
    def is_internal(self) -> bool:
        """Say whether risks, budget and support needed may be told."""
        return self.audience == DocumentAudience.PROGRAMME

    @property
    def participant(self) -> Any:
        """Return the city or consortium."""
        return self.roadmap.participation.participant

    @property
    def edition(self) -> Edition:
        """Return the edition in which it all happens."""
        return self.roadmap.participation.edition

    def ambitions_of(self, horizon: Horizon) -> list[Ambition]:
        """Return the ambitions that look so far ahead."""
        return [one for one in self.ambitions if one.horizon == horizon]

    def may_name(self, initiative: Initiative | None) -> bool:
        """Say whether this audience may know of an initiative; another city's draft is nobody's."""
        if initiative is None:
            return True
        if initiative.roadmap_id == self.roadmap.pk:
            return self.is_internal or initiative.is_public
        return initiative.is_public and initiative.roadmap.status == RoadmapStatus.PUBLISHED


def read(roadmap: Roadmap, audience: str, on: date) -> Facts:
    """Read a roadmap (fetched with its participation, city or consortium, and edition)."""
    inside = audience == DocumentAudience.PROGRAMME
    initiatives = _initiatives(roadmap, inside)
    known = {one.pk for one in initiatives} | {None}
    edition = roadmap.participation.edition
    return Facts(
        roadmap=roadmap,
        audience=audience,
        on=on,
        phases=list(edition.phases.order_by("number")),
        priority_axes=list(roadmap.priority_axes.select_related("theme")),
        partners=list(roadmap.partners.order_by("name", "pk")),
        city_needs=list(roadmap.city_needs.select_related("city")),
        answers=roadmap.latest_answers(inside=inside),
        axes=list(roadmap.axes.all()),
        ambitions=list(roadmap.ambitions.prefetch_related("steps")),
        cells=_cells(roadmap),
        bodies=list(roadmap.governance_bodies.all()),
        initiatives=initiatives,
        # What a hidden initiative taught or promises stays hidden with it.
        lessons=[
            one for one in _of_cities(roadmap.lessons) if inside or one.initiative_id in known
        ],
        commitments=[
            one for one in _of_cities(roadmap.commitments) if inside or one.initiative_id in known
        ],
        concepts=list(KPIConcept.objects.order_by("position", "pk")),
        deals=_deals(roadmap, inside),
    )


def _of_cities(rows: Any) -> Any:
    return rows.select_related("city")


def _deals(roadmap: Roadmap, inside: bool) -> list[LocalGreenDeal]:
    found = roadmap.deals.order_by("position", "pk")
    if not inside:
        found = found.filter(is_public=True)
    who = DealSignatory.objects.select_related("organisation__kind", "kind")
    what = DealAction.objects.select_related("signatory__organisation")
    return list(found.prefetch_related(Prefetch("signatories", who), Prefetch("actions", what)))


def _initiatives(roadmap: Roadmap, inside: bool) -> list[Initiative]:
    found = roadmap.initiatives.order_by("position", "pk")
    if not inside:
        found = found.filter(is_public=True)
    kpis = KPI.objects.select_related("concept").prefetch_related(
        Prefetch("measurements", Measurement.objects.select_related("city")),
        Prefetch("measurements__files", EvidenceFile.objects.with_words()),
        Prefetch("targets", Target.objects.all()),
    )
    dependencies = Dependency.objects.select_related("on_initiative__roadmap", "on_organisation")
    lines = Prefetch("budget_lines", BudgetLine.objects.select_related("city"))
    more: list[Any] = ["risks", "support_needs", lines] if inside else []
    rows = list(
        found.prefetch_related(
            Prefetch("kpis", kpis),
            Prefetch("dependencies", dependencies),
            Prefetch("stakeholders", Stakeholder.objects.select_related("organisation")),
            Prefetch("partners", Organisation.objects.order_by("name", "pk")),
            "themes",
            "goals",
            "milestones",
            *more,
        )
    )
    return [node.initiative for node in levels.flat(levels.tree(rows))]


def _cells(roadmap: Roadmap) -> dict[tuple[int, int], list[str]]:
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for entry in MatrixEntry.objects.filter(axis__roadmap=roadmap):
        cells[entry.ambition_id, entry.axis_id].append(entry.text)
    return cells
