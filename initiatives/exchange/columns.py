"""The sheets and their columns: the same on the way out and on the way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from initiatives.models import (
    KPI,
    BudgetLine,
    Dependency,
    Initiative,
    Measurement,
    Milestone,
    Risk,
    Stakeholder,
    SupportNeed,
    Target,
)

# Names of rows that a cell holds, instead of a value of its own.
NAMES_OF_INITIATIVES = {"initiative", "parent", "on_initiative"}
SLUGS = {"organisation", "on_organisation", "city"}
CODES = {"concept"}
LISTS = {"themes", "partners", "goals"}
WIDE = {"goal", "text", "mitigation", "summary", "description", "support_needed", "results"}
WIDE |= {"kpi", "value", "note"}


@dataclass(frozen=True)
class Table:
    """One sheet: which rows it holds, and their columns."""

    name: str
    model: type[models.Model]
    columns: tuple[str, ...]
    in_words: tuple[str, ...] = ()
    """Columns that are no field: a date in words, a value as it was reported, what is above."""

    def field(self, column: str) -> Any:
        """Return the field of the model behind a column; None for one in words."""
        return None if column in self.in_words else self.model._meta.get_field(column)

    def label(self, column: str) -> str:
        """Return what people call a column."""
        own = {
            "when": _("When"),
            "by": _("By when"),
            "initiative": _("Initiative"),
            "kpi": _("KPI"),
            "as_of": _("As of"),
            "value": _("Value as you report it"),
            "means": _("Understood as"),
            "unit": _("Unit (as the KPI says)"),
        }
        if column in self.in_words or column == "initiative":
            return own[column]
        words = str(getattr(self.field(column), "verbose_name", column))
        return words[:1].upper() + words[1:]

    def choices(self, column: str) -> list[str]:
        """Return the codes that a cell may hold; none where it is free."""
        found = self.field(column)
        if found is None:
            return []
        if isinstance(found, models.BooleanField):
            return ["yes", "no"]
        codes = [str(code) for code, _label in found.choices or [] if code != ""]
        weights = {"likelihood", "impact", "influence", "interest"}
        return [str(number) for number in range(1, 6)] if column in weights else codes

    def is_number(self, column: str) -> bool:
        """Say whether cells of a column are numbers, to be added up in a spreadsheet."""
        kinds = (models.DecimalField, models.PositiveSmallIntegerField)
        return self not in AS_TYPED and isinstance(self.field(column), kinds)


# Current values of KPIs, each a row; what is changed is a correction that keeps history.
VALUES = Table(
    "values",
    Measurement,
    ("initiative", "kpi", "city", "as_of", "value", "means", "unit", "source_url", "note"),
    in_words=("initiative", "kpi", "as_of", "value", "means", "unit"),
)
KPIS = Table(
    "kpis",
    KPI,
    ("initiative", "name", "concept", "unit", "direction", "adds_up", "description", "note"),
)
# Targets that hold; one that is changed is superseded and stays.
TARGETS = Table(
    "targets",
    Target,
    (
        *("initiative", "kpi", "comparison", "value", "unit", "base_year", "text", "by"),
        *("origin", "origin_url"),
    ),
    in_words=("initiative", "kpi", "unit", "by"),
)
MILESTONES = Table(
    "milestones",
    Milestone,
    ("initiative", "title", "when", "status", "reached_on", "moved_because", "description"),
    in_words=("when",),
)
TABLES = (
    Table(
        "initiatives",
        Initiative,
        (
            *("name", "parent", "summary", "status", "themes", "goals", "lead", "working_team"),
            *("contributors", "partners", "goal", "stakeholder_note", "impact_and_timing"),
            *("support_needed", "results", "results_url"),
        ),
    ),
    MILESTONES,
    Table(
        "dependencies",
        Dependency,
        ("initiative", "kind", "on_initiative", "on_organisation", "text"),
    ),
    Table(
        "stakeholders",
        Stakeholder,
        ("initiative", "name", "organisation", "role", "rhythm", "influence", "interest"),
    ),
    Table("risks", Risk, ("initiative", "text", "likelihood", "impact", "mitigation", "owner")),
    Table("support", SupportNeed, ("initiative", "kind", "text", "amount", "currency")),
    Table(
        "budget",
        BudgetLine,
        (
            *("initiative", "label", "amount", "currency", "year", "until_year", "level"),
            *("funding_source", "city", "is_secured"),
        ),
    ),
    KPIS,
    TARGETS,
    VALUES,
)
# What people type there stays as they typed it: no "12 %" becomes 0.12, no "1/2" a day.
AS_TYPED = (TARGETS, VALUES)
BY_NAME = {table.name: table for table in TABLES}
