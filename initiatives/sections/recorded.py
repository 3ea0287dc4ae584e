"""Which columns of which rows the history of a section tells.

What is left out is where a row stands, what it belongs to, and what the portal itself writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cities.models import AssessmentAnswer
from initiatives.models import (
    KPI,
    Ambition,
    AmbitionStep,
    Axis,
    BudgetLine,
    CityNeed,
    Commitment,
    DealAction,
    DealSignatory,
    Dependency,
    GovernanceBody,
    Horizon,
    Lesson,
    LocalGreenDeal,
    MatrixEntry,
    Milestone,
    PriorityAxis,
    Risk,
    Stakeholder,
    SupportNeed,
    Target,
)

# Dates, as precise as they are known, stand in several columns that are told as one.
WHEN, PLAN, BY = "when", "plan", "by"
LISTS = "themes", "goals", "partners"
TEXTS = {
    "introduction": ["title", "introduction"],
    "openness": ["openness"],
    "needs": ["needs"],
    "vision": ["vision"],
    "governance": ["governance"],
    "ecosystem": ["partners"],
    "results": ["impact_summary"],
}


@dataclass(frozen=True)
class Rows:
    """Rows of a section: their model, the columns with words, and which of them."""

    model: Any
    columns: list[str]
    which: Any = None


ROWS: dict[str, list[Rows]] = {
    "introduction": [Rows(PriorityAxis, ["name", "theme"])],
    "needs": [Rows(CityNeed, ["city", "text"])],
    "state": [Rows(AssessmentAnswer, ["city", "text", "level", "as_of", "where_from"])],
    "vision": [Rows(Ambition, ["statement"], Q(horizon=Horizon.VISION)), Rows(Axis, ["name"])],
    "matrix": [Rows(MatrixEntry, ["axis", "ambition", "text"])],
    "governance": [Rows(GovernanceBody, ["name", "role", "rhythm", "above"])],
    "lessons": [Rows(Lesson, ["heading", "text", "kind", "initiative", "city"])],
    "commitments": [Rows(Commitment, ["text", "kind", "initiative", "city"])],
    "three-years": [
        Rows(Ambition, ["statement"], Q(horizon=Horizon.THREE_YEARS)),
        Rows(AmbitionStep, ["text"]),
    ],
    "deals": [
        Rows(
            LocalGreenDeal,
            [
                *("title", "stage", WHEN, "theme", "aim", "goals", "governance", "url"),
                "is_public",
            ],
        ),
        Rows(DealSignatory, ["organisation", "name", "kind", "pledge", WHEN]),
        Rows(
            DealAction,
            ["text", "responsible", "signatory", WHEN, "status", "initiative", "kpi"],
        ),
    ],
}


CHARTER_TEXTS = [
    *("name", "parent", "summary", "status", "is_public", *LISTS),
    *("lead", "working_team", "contributors", "goal"),
    *("stakeholder_note", "impact_and_timing", "support_needed", "results", "results_url"),
]
CHARTER_ROWS = [
    Rows(
        Milestone,
        [
            *("title", "description", WHEN, "moved_because", PLAN, "status", "reached_on"),
        ],
    ),
    Rows(KPI, ["name", "description", "concept", "unit", "direction", "note", "adds_up"]),
    Rows(
        Target,
        [
            *("kpi", "comparison", "value", "base_year", "text", BY, "origin", "origin_url"),
            *("superseded_by", "is_former", "former_unit"),
        ],
    ),
    Rows(Dependency, ["kind", "on_initiative", "on_organisation", "text"]),
    Rows(Stakeholder, ["name", "organisation", "role", "rhythm", "influence", "interest"]),
    Rows(Risk, ["text", "likelihood", "impact", "mitigation", "owner"]),
    Rows(SupportNeed, ["kind", "text", "amount", "currency"]),
    Rows(
        BudgetLine,
        [
            *("label", "amount", "currency", "year", "until_year", "city", "level"),
            *("funding_source", "is_secured"),
        ],
    ),
]
