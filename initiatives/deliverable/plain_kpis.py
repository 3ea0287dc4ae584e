"""KPIs as a hand-in keeps them beside its text, to see later what became of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from initiatives.models import KPI, Initiative, Target


def of(initiatives: Iterable[Initiative]) -> list[dict[str, Any]]:
    """Return the KPIs of initiatives as plain data, in their order."""
    return [
        {
            "key": kpi.pk,
            "name": kpi.name,
            "unit": kpi.unit,
            "direction": kpi.direction,
            "note": kpi.note,
            "targets": targets_of(kpi),
        }
        for one in initiatives
        for kpi in one.kpis.all()
    ]


def targets_of(kpi: KPI) -> list[dict[str, Any]]:
    """Return the targets that hold, as plain data: numbers and days as text."""
    return [
        {
            "comparison": one.comparison,
            # 10 and 10.000000 are one number; "E+2" is none that people read.
            "value": None if one.value is None else f"{Decimal(one.value).normalize():f}",
            "base_year": one.base_year,
            "text": one.text,
            "precision": one.precision,
            "due_on": one.due_on.isoformat() if one.due_on else None,
            "due_until": one.due_until.isoformat() if one.due_until else None,
            "due_text": one.due_text,
        }
        for one in kpi.targets.all()
        if one.superseded_by_id is None
    ]


def as_targets(rows: Iterable[dict[str, Any]]) -> Iterator[Target]:
    """Return targets that plain data tells of, as rows of no table."""
    for row in rows:
        made = Target(**row)
        made.value = None if row["value"] is None else Decimal(row["value"])
        for name in ("due_on", "due_until"):
            setattr(made, name, date.fromisoformat(row[name]) if row[name] else None)
        yield made
