"""What a workbook would change: field by field, with what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from cities.tables.cells import CellFault
from initiatives.exchange import of_kpis, of_milestones, target_rows, value_rows
from initiatives.exchange.changes import Change, Content, Differences, FieldChange, Taken
from initiatives.exchange.columns import (
    BY_NAME,
    KPIS,
    LISTS,
    MILESTONES,
    TABLES,
    TARGETS,
    VALUES,
    Table,
)
from initiatives.exchange.reading import BETWEEN, Known, read_date, value_of
from initiatives.exchange.writing import Cells, Line, cells_of, rows_of
from initiatives.models import Initiative, Measurement, Roadmap, Target

# Tables of which a row that differs takes the place of the saved one, which stays.
FOLLOWED: dict[str, tuple[type[Model], str]] = {
    VALUES.name: (Measurement, "corrected_by"),
    TARGETS.name: (Target, "superseded_by"),
}


def compare(roadmap: Roadmap, user: Any, content: Content, taken: Taken) -> Differences:
    """Compare every line with what is saved now: a constant number of queries."""
    known = _with_names_of(content, Known(roadmap, user))
    taken_kpis = taken.get(KPIS.name, {})
    known.units_taken = {key: cells["unit"] for key, cells in taken_kpis.items() if "unit" in cells}
    saved = _saved(roadmap, content, user)
    changes, unchanged = [], 0
    for table in TABLES:
        for line in content.get(table.name, []):
            change = _change(table, line, saved[table.name], taken, known, roadmap)
            if change is None:
                unchanged += 1
            else:
                changes.append(change)
    return Differences(changes, unchanged)


def _saved(roadmap: Roadmap, content: Content, reader: Any) -> dict[str, dict[str, Any]]:
    """Return the saved rows that the lines are about; a corrected value is its correction."""
    named = {name: {line.key for line in lines if line.key} for name, lines in content.items()}
    keys, leads_to = dict(named), {}
    for name, (model, by) in FOLLOWED.items():
        old = model._default_manager.filter(kpi__initiative__roadmap=roadmap)
        leads_to[name] = of_kpis.followers(old, by)
        asked = named.get(name, set())
        keys[name] = asked | {leads_to[name][key] for key in asked if key in leads_to[name]}
    saved = {name: dict(rows) for name, rows in rows_of(roadmap, keys, reader=reader).items()}
    for name, followers in leads_to.items():
        current, asked = saved[name], named.get(name, set())
        saved[name] = current | {
            key: current[last]
            for key, last in followers.items()
            if key in asked and last in current
        }
    return saved


def _with_names_of(content: Content, known: Known) -> Known:
    """Let cells name the initiatives and KPIs that the file itself adds or renames."""
    by_key = {str(one.pk): one for one in known.initiatives.values()}
    for line in content.get("initiatives", []):
        name = line.cells.get("name", "")
        if name and name not in known.initiatives:
            known.initiatives[name] = by_key.get(line.key) or Initiative(name=name)
    of_kpis.with_names_of(content.get(KPIS.name, []), known)
    return known


def _change(
    table: Table, line: Line, saved: dict[str, Any], taken: Taken, known: Known, roadmap: Roadmap
) -> Change | None:
    row = saved.get(line.key) if line.key else None
    change = Change(table, line, row, _title(table, line))
    if line.key and row is None:
        change.fault = "gone"
        return change
    now = cells_of(table, row, roadmap.pk) if row is not None else {}
    change.before = taken.get(table.name, {}).get(line.key, now)
    if table in (VALUES, TARGETS):
        own = value_rows if table is VALUES else target_rows
        change.fields = own.fields(change, now, known)
        return change if change.fields else None
    change.fields = list(_fields(change, now, known))
    if table is MILESTONES:
        of_milestones.tell_faults(change, now, known)
    if table is KPIS and row is None:
        return _new_kpi(change, known, roadmap)
    return change if change.fields or row is None else None


def _new_kpi(change: Change, known: Known, roadmap: Roadmap) -> Change | None:
    """Return a new row of a KPI; none when it was taken over before, word for word."""
    there = of_kpis.namesake(change, known)
    if there is None:
        return change
    cells = cells_of(KPIS, there, roadmap.pk)
    if all(cells[one.column] == one.new for one in change.fields):
        return None
    for one in change.fields:
        if one.column == "name":
            one.fault = _("This initiative has a KPI of that name already.")
    return change


def _fields(change: Change, now: Cells, known: Known) -> Iterator[FieldChange]:
    table, cells, is_new = change.table, change.line.cells, change.is_new
    for column in table.columns:
        if column not in cells:
            continue
        new = canonical(table, column, cells[column])
        current = now.get(column, "")
        was = change.before.get(column, current)
        # What nobody touched in the file is not what the file wants to change.
        if new in (canonical(table, column, was), canonical(table, column, current)) and not is_new:
            continue
        if is_new and not new and column not in {"initiative", "name", "title", "text", "label"}:
            continue
        found = FieldChange(column, table.label(column), current, new)
        found.is_conflict = not is_new and was != current
        try:
            value_of(table, column, new, known)
            if table is KPIS:
                of_kpis.see_that_it_can_change(change, column, known)
            _see_that_it_is_there(table, column, new)
            if column == "when" and new and read_date(new).starts_on is None:
                found.note = _("This is no date we understand: the words are kept as they are.")
        except CellFault as fault:
            found.fault = str(fault)
        yield found


def _see_that_it_is_there(table: Table, column: str, text: str) -> None:
    if column == "when" or text:
        return
    found = table.field(column)
    if not getattr(found, "blank", True) and not found.has_default():
        raise CellFault(found.error_messages["blank"])


def canonical(table: Table, column: str, text: str) -> str:
    """Return one way of writing what a cell says, so that 350000 and 350000.00 are the same."""
    text = text.strip()
    if column in LISTS:
        return ", ".join(sorted(part.strip() for part in BETWEEN.split(text) if part.strip()))
    if column in ("amount",) and text:
        try:
            return f"{value_of(table, column, text, None):.2f}"  # type: ignore[arg-type]
        except CellFault:
            return text
    return text


def _title(table: Table, line: Line) -> str:
    """Return by what people know the row: its first words."""
    cells = line.cells
    for column in ("name", "title", "label", "kpi", "text", "on_initiative", "on_organisation"):
        if cells.get(column):
            return cells[column][:120]
    return cells.get("initiative", "")


def table_of(name: str) -> Table:
    """Return a table by its name."""
    return BY_NAME[name]
