"""The sections of a charter, and how many of them are filled. Incomplete is allowed, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from initiatives.models import (
    KPI,
    Dependency,
    Initiative,
    Milestone,
    Risk,
    Stakeholder,
)

ROWS = {
    "milestones": Milestone,
    "dependencies": Dependency,
    "stakeholders": Stakeholder,
    "risks": Risk,
    "kpis": KPI,
}


@dataclass(frozen=True)
class Section:
    """One part of the charter: its name, whether something stands there, where it is written."""

    label: str
    is_filled: bool
    anchor: str
    """The id of its field or rows on the charter's form; "" when it has pages of its own."""
    page_anchor: str = ""
    """Where it stands on the initiative's page, when it has pages of its own."""


def with_completeness(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Fetch with each initiative whether it has rows of each kind, in the same query."""
    has = {
        f"has_{name}": Exists(model._default_manager.filter(initiative=OuterRef("pk")))
        for name, model in ROWS.items()
    }
    themes = Initiative.themes.through.objects.filter(initiative=OuterRef("pk"))
    return initiatives.annotate(**has, has_themes=Exists(themes))


def sections(initiative: Initiative) -> list[Section]:
    """Return the sections of a charter fetched by `with_completeness`, in their order."""
    return list(_sections(initiative))


def _sections(initiative: Initiative) -> Iterator[Section]:
    def has(name: str) -> bool:
        return bool(getattr(initiative, f"has_{name}"))

    yield Section(_("Summary"), bool(initiative.summary), "id_summary")
    yield Section(_("Themes"), has("themes"), "id_themes_group")
    yield Section(_("Lead"), bool(initiative.lead), "id_lead")
    yield Section(_("Working team"), bool(initiative.working_team), "id_working_team")
    yield Section(_("Contributors"), bool(initiative.contributors), "id_contributors")
    yield Section(_("Goal and scope"), bool(initiative.goal), "id_goal")
    yield Section(_("Milestones"), has("milestones"), "", "milestones")
    yield Section(_("Dependencies"), has("dependencies"), "dependencies")
    yield Section(_("Stakeholders"), has("stakeholders"), "stakeholders")
    yield Section(
        _("Impact and timing"), bool(initiative.impact_and_timing), "id_impact_and_timing"
    )
    yield Section(_("Risks"), has("risks"), "risks")
    yield Section(_("Support needed"), bool(initiative.support_needed), "id_support_needed")
    yield Section(_("KPIs"), has("kpis"), "", "kpis")


@dataclass(frozen=True)
class Completeness:
    """How far a charter is filled."""

    filled: int
    total: int
    missing: list[Section]


def completeness(initiative: Initiative) -> Completeness:
    """Return how far a charter fetched by `with_completeness` is filled."""
    all_sections = sections(initiative)
    missing = [section for section in all_sections if not section.is_filled]
    return Completeness(len(all_sections) - len(missing), len(all_sections), missing)
