"""The sections of a charter, and how many of them are filled. Incomplete is allowed, always."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from initiatives.models import (
    KPI,
    Dependency,
    Initiative,
    Milestone,
    Risk,
    Stakeholder,
    SupportNeed,
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
    """One part of the charter: its name, what must stand there, where it is written."""

    label: str | Promise
    asks: str
    """The field of an initiative fetched by `with_completeness` that says whether it is filled."""
    anchor: str
    """The id of its field or rows on the charter's form; "" when it has pages of its own."""
    page_anchor: str = ""
    """Where it stands on the initiative's page, when it has pages of its own."""


SECTIONS = (
    Section(_("Summary"), "summary", "id_summary"),
    Section(_("Themes"), "has_themes", "id_themes_group"),
    Section(_("Lead"), "lead", "id_lead"),
    Section(_("Working team"), "working_team", "id_working_team"),
    Section(_("Contributors"), "contributors", "id_contributors"),
    Section(_("Goal and scope"), "goal", "id_goal"),
    Section(_("Milestones"), "has_milestones", "", "milestones"),
    Section(_("Dependencies"), "has_dependencies", "dependencies"),
    Section(_("Stakeholders"), "has_stakeholders", "stakeholders"),
    Section(_("Impact and timing"), "impact_and_timing", "id_impact_and_timing"),
    Section(_("Risks"), "has_risks", "risks"),
    Section(_("Support needed"), "has_support", "id_support_needed"),
    Section(_("KPIs"), "has_kpis", "", "kpis"),
)


def with_completeness(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Fetch with each initiative whether it has rows of each kind, in the same query."""
    has = {
        f"has_{name}": Exists(model._default_manager.filter(initiative=OuterRef("pk")))
        for name, model in ROWS.items()
    }
    themes = Initiative.themes.through.objects.filter(initiative=OuterRef("pk"))
    asked = SupportNeed.objects.filter(initiative=OuterRef("pk")).order_by()
    support = Q(~Q(support_needed="") | Exists(asked))
    return initiatives.annotate(**has, has_themes=Exists(themes), has_support=support)


def with_gaps(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """The same, of initiatives whose charter lacks something."""
    texts = {field.name for field in Initiative._meta.concrete_fields}
    lacks = (Q(**{one.asks: "" if one.asks in texts else False}) for one in SECTIONS)
    return with_completeness(initiatives).filter(reduce(or_, lacks))


@dataclass(frozen=True)
class Completeness:
    """How far a charter is filled."""

    initiative: Initiative

    @cached_property
    def missing(self) -> list[Section]:
        """Return the sections in which nothing stands, in their order."""
        return [one for one in SECTIONS if not getattr(self.initiative, one.asks)]

    @property
    def filled(self) -> int:
        """Return in how many something stands."""
        return self.total - len(self.missing)

    @property
    def total(self) -> int:
        """Return how many there are."""
        return len(SECTIONS)


def completeness(initiative: Initiative) -> Completeness:
    """Return how far a charter fetched by `with_completeness` is filled."""
    return Completeness(initiative)
