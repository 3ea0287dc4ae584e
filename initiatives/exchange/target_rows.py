"""Targets of KPIs in a workbook: one that differs supersedes the saved one, which stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from cities.models import User
from cities.tables.cells import CellFault
from initiatives import dates, services
from initiatives.exchange import of_kpis
from initiatives.exchange.changes import Change, FieldChange
from initiatives.exchange.columns import TARGETS
from initiatives.exchange.meanings import plain
from initiatives.exchange.reading import Known, read_date, read_number, value_of
from initiatives.exchange.writing import Cells, target_text
from initiatives.models import KPI, Comparison, Target

STAYS = gettext_lazy("A target stays with its KPI. Add a row for the target of another one.")
NAMED = ("initiative", "kpi", "unit")
SAID = tuple(column for column in TARGETS.columns if column not in NAMED)
# What a target keeps of the one it supersedes.
KEPT = (
    *("comparison", "value", "base_year", "text", "origin", "origin_url"),
    *("precision", "due_on", "due_until", "due_text", "is_former", "former_unit"),
)


# ── comparing ───────────────────────────────────────────────────────────────────────────────────
def fields(change: Change, now: Cells, known: Known) -> list[FieldChange]:
    """Return what differs; nothing for a new row that says what is aimed at already."""
    try:
        kpi, fault = of_kpis.kpi_of(change, known), ""
    except CellFault as why:
        kpi, fault = None, str(why)
    if change.row is None and kpi is not None and _is_there(kpi, change.line.cells):
        return []
    touched = [column for column in TARGETS.columns if _is_touched(change, column, now, kpi, known)]
    found = [_field(change, column, now, kpi, known) for column in touched]
    if found and not any(one.fault for one in found):
        found[0].fault = fault or " ".join(_made(change, touched, known).lacks().values())
    change.fields = found
    cells = change.line.cells
    if cells.get("value") and cells.get("comparison") != Comparison.CHANGE:
        of_kpis.ask_about_unit(change, kpi, known)
    return found


def _is_touched(change: Change, column: str, now: Cells, kpi: KPI | None, known: Known) -> bool:
    """Say whether a cell wants something: not what is left as it was."""
    if column not in change.line.cells:
        return False
    if change.row is not None and column in {"initiative", "kpi"}:
        return not of_kpis.stays(change, known)
    new = _canonical(column, change.line.cells[column])
    if column == "unit" and not new:
        return False
    if change.row is None:
        is_known = column == "unit" and kpi is not None and new == kpi.unit
        return not is_known and (bool(new) or column in {"initiative", "kpi"})
    current = now.get(column, "")
    seen = change.before.get(column, current)
    return new not in {_canonical(column, seen), _canonical(column, current)}


def _canonical(column: str, text: str) -> str:
    """Return one way of writing what a cell says; what says nothing as it is."""
    if not text or column not in {"value", "by"}:
        return text
    try:
        if column == "value":
            return plain(read_number(text, TARGETS.field(column)))
        # Words that say more than the date, such as "end of 2025", are not the same as it.
        when = read_date(text)
        return dates.told(when) if when.starts_on else text
    except CellFault:
        return text


def _field(change: Change, column: str, now: Cells, kpi: KPI | None, known: Known) -> FieldChange:
    new, current = change.line.cells[column], now.get(column, "")
    found = FieldChange(column, TARGETS.label(column), current, new)
    found.is_conflict = change.row is not None and change.before.get(column, current) != current
    try:
        _check(change, column, kpi, known)
    except CellFault as why:
        found.fault = str(why)
    return found


def _check(change: Change, column: str, kpi: KPI | None, known: Known) -> None:
    """Raise CellFault for a cell that cannot be taken."""
    if column in SAID:
        value_of(TARGETS, column, change.line.cells[column], known)
    elif column == "unit" and kpi is not None:
        raise CellFault(str(of_kpis.UNIT))
    elif column != "unit" and change.row is not None:
        of_kpis.see_that_it_stays(change, known, STAYS)


def _is_there(kpi: KPI, cells: Cells) -> bool:
    """Say whether a new row was taken over before, as when a file is brought a second time."""
    said = {column: _canonical(column, cells.get(column, "")) for column in SAID}
    said["comparison"] = said["comparison"] or Target._meta.get_field("comparison").get_default()
    return kpi.pk is not None and any(
        said == {column: _canonical(column, target_text(one, column)) for column in SAID}
        for one in kpi.targets.all()
        if one.superseded_by_id is None
    )


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
def write(change: Change, columns: list[str], known: Known, user: User) -> Target:
    """Set a target with these of its columns; one that is there stays, and is superseded.

    Raises CellFault.
    """
    kpi = of_kpis.kpi_of(change, known)
    for column in columns:
        _check(change, column, kpi, known)
    target = _made(change, columns, known)
    lacks = target.lacks()
    if lacks:
        raise CellFault(" ".join(lacks.values()))
    target.kpi = kpi
    # The worker has no request from which history would know who wrote.
    target._history_user = user  # type: ignore[attr-defined]
    return services.add_target(target, replaces=change.row)


def _made(change: Change, columns: Iterable[str], known: Known) -> Target:
    """Return the target that a row stands for when these of its columns are taken."""
    row: Target | None = change.row
    said: dict[str, Any] = {name: getattr(row, name) for name in KEPT} if row else {}
    for column in SAID:
        if column not in columns:
            continue
        value = value_of(TARGETS, column, change.line.cells[column], known)
        if column == "by":
            said |= dates.by_columns(value)
        else:
            said[column] = value
    return Target(**said)
