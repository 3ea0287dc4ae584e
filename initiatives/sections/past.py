"""Who changed what in a section and when, with the words compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.differences import words
from cities.models import AssessmentAnswer
from cities.models.gathering import read_together
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
    Initiative,
    Lesson,
    LocalGreenDeal,
    MatrixEntry,
    Milestone,
    PriorityAxis,
    Risk,
    Roadmap,
    Stakeholder,
    SupportNeed,
)
from initiatives.sections.places import Place

MOST_RECORDS, MOST_CHANGES = 400, 60
TEXTS = {
    "introduction": ["title", "introduction"],
    "openness": ["openness"],
    "needs": ["needs"],
    "vision": ["vision"],
    "governance": ["governance"],
    "results": ["impact_summary"],
}


@dataclass(frozen=True)
class Rows:
    """Rows of a section: their model, the columns with words, and which of them."""

    model: Any
    columns: list[str]
    which: Any = None


ROWS: dict[str, list[Rows]] = {
    "introduction": [Rows(PriorityAxis, ["name"])],
    "needs": [Rows(CityNeed, ["text"])],
    "state": [Rows(AssessmentAnswer, ["city", "text", "level", "as_of", "where_from"])],
    "vision": [Rows(Ambition, ["statement"], Q(horizon=Horizon.VISION)), Rows(Axis, ["name"])],
    "matrix": [Rows(MatrixEntry, ["text"])],
    "governance": [Rows(GovernanceBody, ["name", "role", "rhythm"])],
    "lessons": [Rows(Lesson, ["heading", "text"])],
    "commitments": [Rows(Commitment, ["text"])],
    "three-years": [
        Rows(Ambition, ["statement"], Q(horizon=Horizon.THREE_YEARS)),
        Rows(AmbitionStep, ["text"]),
    ],
    "deals": [
        Rows(LocalGreenDeal, ["title", "stage", "date_text", "aim", "goals", "governance", "url"]),
        Rows(DealSignatory, ["organisation", "name", "pledge", "date_text"]),
        Rows(DealAction, ["text", "responsible", "date_text", "status"]),
    ],
}


CHARTER_TEXTS = [
    *("name", "summary", "status", "lead", "working_team", "contributors", "goal"),
    *("stakeholder_note", "impact_and_timing", "support_needed", "results", "results_url"),
]
CHARTER_ROWS = [
    Rows(Milestone, ["title", "status", "starts_on", "ends_on", "reached_on"]),
    Rows(KPI, ["name", "unit", "description"]),
    Rows(Dependency, ["on_initiative", "on_organisation", "text"]),
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


@dataclass(frozen=True)
class Change:
    """What somebody did with one text or row."""

    when: datetime
    who: str
    what: str
    fields: list[dict[str, Any]]
    """Each field that changed: label and parts, as components/diff.html takes them."""


def of(roadmap: Roadmap, place: Place) -> list[Change]:
    """Return the changes people made in a section, newest first: one query for all of its rows."""
    known = _of_charter(place.initiative) if place.initiative else _of_section(roadmap, place.key)
    records = read_together(*(_newest(rows) for rows, _columns in known))
    found = [
        change
        for (_rows, columns), read in zip(known, records, strict=True)
        for change in _changes(read, columns)
    ]
    found.sort(key=lambda change: change.when, reverse=True)
    return found[:MOST_CHANGES]


def _of_charter(initiative: Initiative) -> list[tuple[Any, list[str]]]:
    """Return the records of a charter and of what stands in it, each with its columns."""
    own = Initiative.history.filter(id=initiative.pk).select_related("history_user")
    below = [
        (_with_named(rows.model.history.filter(initiative=initiative.pk), rows), rows.columns)
        for rows in CHARTER_ROWS
    ]
    return [(own, CHARTER_TEXTS), *below]


def _of_section(roadmap: Roadmap, key: str) -> list[tuple[Any, list[str]]]:
    """Return the records of a section's texts and rows, each with its columns."""
    texts = Roadmap.history.filter(id=roadmap.pk).select_related("history_user")
    known = [(texts, TEXTS[key])] if key in TEXTS else []
    for rows in ROWS.get(key, []):
        records = _with_named(rows.model.history.filter(_in(rows.model, roadmap)), rows)
        known.append((records.filter(rows.which) if rows.which else records, rows.columns))
    return known


def _newest(records: Any) -> Any:
    return records.order_by("-history_date", "-history_id")[:MOST_RECORDS]


def _with_named(records: Any, rows: Rows) -> Any:
    """Fetch with records who made them, and what they name."""
    fields = rows.model._meta.get_field
    keys = [name for name in rows.columns if fields(name).many_to_one]
    return records.select_related("history_user", *keys)


def _in(model: Any, roadmap: Roadmap) -> Q:
    """Say that a record is of this roadmap, whether or not its row is still there."""
    if model is AssessmentAnswer:
        return Q(participation=roadmap.participation_id)
    if model is MatrixEntry:
        return Q(axis__in=Axis.history.filter(roadmap=roadmap.pk).order_by().values("id"))
    if model in (DealSignatory, DealAction):
        deals = LocalGreenDeal.history.filter(roadmap=roadmap.pk)
        return Q(deal__in=deals.order_by().values("id"))
    if model is AmbitionStep:
        of_it = Ambition.history.filter(roadmap=roadmap.pk, horizon=Horizon.THREE_YEARS)
        return Q(ambition__in=of_it.order_by().values("id"))
    return Q(roadmap=roadmap.pk)


def _changes(records: list[Any], columns: list[str]) -> Iterator[Change]:
    """Compare each record with the one before it of the same row; newest come first."""
    later: dict[int, Any] = {}
    for record in records:
        if record.id in later:
            yield from _change(later[record.id], record, columns)
        later[record.id] = record
    for record in later.values():
        if record.history_type == "+":
            yield from _change(record, None, columns)


def _change(record: Any, before: Any, columns: list[str]) -> Iterator[Change]:
    # What was loaded from files is nobody's doing.
    if record.history_user is None:
        return
    fields = []
    for column in columns:
        old = _text(before, column) if before is not None else ""
        new = "" if record.history_type == "-" else _text(record, column)
        if old != new:
            label = str(type(record)._meta.get_field(column).verbose_name)
            fields.append({"label": _capital(label), "parts": words(old, new)})
    if not fields:
        return
    name = _capital(str(record.instance_type._meta.verbose_name))
    yield Change(record.history_date, str(record.history_user), _done(name, record), fields)


def _done(name: str, record: Any) -> str:
    said = {
        "+": _("%s: added"),
        "~": _("%s: changed"),
        "-": _("%s: taken away"),
    }
    return said[record.history_type] % name


def _text(record: Any, column: str) -> str:
    told = getattr(record, f"get_{column}_display", None)
    value = told() if told else getattr(record, column)
    if value is None:
        return ""
    return date_format(value) if hasattr(value, "year") else str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
