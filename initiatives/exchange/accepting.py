"""Writing what was chosen of a workbook: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cities.tables.cells import CellFault
from initiatives import services
from initiatives.dates import PartialDate
from initiatives.exchange import of_kpis, of_milestones, target_rows, value_rows
from initiatives.exchange.changes import Change, Content, Taken
from initiatives.exchange.columns import KPIS, LISTS, TABLES, TARGETS, VALUES
from initiatives.exchange.differences import compare
from initiatives.exchange.reading import Known, value_of
from initiatives.models import (
    KPI,
    Dependency,
    DependencyKind,
    Initiative,
    Milestone,
    RoadmapSheet,
)
from initiatives.plan import moving

REFUSED = (CellFault, ValidationError, services.AlreadyCorrected)


class NotAccepted(Exception):
    """Something chosen cannot be written; the words say which row and why."""


@transaction.atomic
def accept(
    sheet: RoadmapSheet,
    chosen: Iterable[str],
    content: Content,
    taken: Taken,
    *,
    seen: Mapping[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> int:
    """Write the chosen fields (`<change>-<column>`); return how many. All are, or none.

    Compared anew under a lock of the roadmap: what somebody saved since it was `seen` is not
    written over. With `faults`, changes that cannot be written are noted there, and the others are.
    """
    roadmap = sheet.roadmap
    moving.lock(roadmap)
    wanted = set(chosen)
    found = compare(roadmap, sheet.user, content, taken)
    known = Known(roadmap, sheet.user)
    written = 0
    for table in TABLES:
        changes = found.of(table.name)
        if table.model is Initiative:
            changes = parents_first(changes)
        for change in changes:
            columns = [one.column for one in change.fields if f"{change.id}-{one.column}" in wanted]
            if not columns:
                continue
            try:
                with transaction.atomic():
                    _see_that_it_is_as_it_was(change, columns, seen or {})
                    _save(change, columns, known, sheet)
            except REFUSED as fault:
                if faults is None:
                    raise NotAccepted(_told(change, _words(fault))) from fault
                faults[change.id] = _words(fault)
            else:
                written += len(columns)
    moving.settle(roadmap.pk)
    return written


def _see_that_it_is_as_it_was(change: Change, columns: list[str], seen: Mapping[str, str]) -> None:
    for one in change.fields:
        if one.column in columns and seen.get(f"{change.id}-{one.column}", one.now) != one.now:
            raise CellFault(
                _("Somebody saved another value since you looked. Compare the file anew.")
            )


def _told(change: Change, why: str) -> str:
    said = {
        "row": change.line.number,
        "sheet": change.table.name,
        "title": change.title[:60],
        "why": why,
    }
    return (
        _("Row %(row)d of the sheet “%(sheet)s” (%(title)s): %(why)s Nothing was written.") % said
    )


def _words(fault: Exception) -> str:
    return " ".join(fault.messages) if isinstance(fault, ValidationError) else str(fault)


def parents_first(changes: list[Change]) -> list[Change]:
    """Put what is named as a parent before what names it."""
    by_name = {change.line.cells.get("name", ""): change for change in changes}
    ordered: dict[str, Change] = {}

    def put(change: Change, above: frozenset[str]) -> None:
        parent = by_name.get(change.line.cells.get("parent", ""))
        if parent is not None and parent.id not in above:
            put(parent, above | {change.id})
        ordered.setdefault(change.id, change)

    for change in changes:
        put(change, frozenset({change.id}))
    return list(ordered.values())


def _save(change: Change, columns: list[str], known: Known, sheet: RoadmapSheet) -> None:
    if change.table in (VALUES, TARGETS):
        own = value_rows if change.table is VALUES else target_rows
        own.write(change, columns, known, sheet.user)
        return
    row = change.row
    if row is None:
        row = change.table.model()
        if isinstance(row, Initiative):
            row.roadmap = sheet.roadmap
    _fill(row, change, columns, known, sheet)
    if isinstance(row, Initiative):
        known.initiatives[row.name] = row
    if isinstance(row, KPI):
        known.kpis[row.initiative_id, row.name] = row


def _fill(row: Any, change: Change, columns: list[str], known: Known, sheet: RoadmapSheet) -> None:
    for name in columns if change.table is KPIS else ():
        of_kpis.see_that_it_can_change(change, name, known)
    values = {
        name: value_of(change.table, name, change.line.cells[name], known) for name in columns
    }
    lists = {name: values.pop(name) for name in list(values) if name in LISTS}
    when = values.pop("when", None)
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(when, PartialDate):
        services.set_dates(row, when)
    if isinstance(row, Milestone):
        of_milestones.see_that_dates_hold(row, columns, known)
    if isinstance(row, Dependency) and row.on_initiative_id:
        row.kind = DependencyKind.INITIATIVE
    _number(row, change)
    # The worker has no request from which history would know who wrote.
    row._history_user = sheet.user
    row.full_clean(exclude=["slug"])
    if isinstance(row, Initiative) and row.pk is None:
        services.add_initiative(row)
    else:
        row.save()
    for name, found in lists.items():
        getattr(row, name).set(found)


def _number(row: Any, change: Change) -> None:
    """Count the version of what is saved anew; put what is new last."""
    if isinstance(row, Initiative | Milestone | KPI) and row.pk:
        row.version += 1
    elif not isinstance(row, Initiative) and row.pk is None and row.initiative_id:
        row.position = change.table.model._default_manager.filter(initiative=row.initiative).count()
        row.position += 1
