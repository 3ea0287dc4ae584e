"""Dates of milestones in a sheet: what the form of a milestone refuses, a sheet refuses as well."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cities.tables.cells import CellFault
from initiatives import dates, services
from initiatives.dates import PartialDate
from initiatives.exchange.changes import Change
from initiatives.exchange.reading import Known, value_of
from initiatives.exchange.writing import Cells
from initiatives.models import Milestone

DATED = "when", "status", "reached_on"


def tell_faults(change: Change, now: Cells, known: Known) -> None:
    """Tell what is wrong with a row as the whole of it would be, beside the cells it changes."""
    cells = now | change.line.cells
    touched = {one.column: one for one in change.fields if one.column in DATED}
    try:
        said = {name: value_of(change.table, name, cells.get(name, ""), known) for name in DATED}
    except CellFault:
        # That is told beside its own cell.
        return
    faults = _faults(known, **said)
    for name, words in faults.items():
        beside = touched.get(name) or (touched.get("status") if name == "reached_on" else None)
        if beside is not None:
            beside.fault = beside.fault or words
    if faults and change.is_new:
        # A milestone that came without its date would look as if it had none.
        for one in change.fields:
            one.fault = one.fault or _("Mend the dates of this row first.")


def see_that_dates_hold(row: Milestone, columns: list[str], known: Known) -> None:
    """Raise CellFault where the dates of a row that is about to be saved cannot be."""
    if not set(columns) & set(DATED):
        return
    when: Any = dates.read(row) if "when" in columns else dates.in_order_only()
    faults = _faults(known, when, row.status, row.reached_on)
    if faults:
        raise CellFault(" ".join(faults.values()))


def _faults(known: Known, when: PartialDate, status: str, reached_on: Any) -> dict[str, str]:
    faults = services.milestone_faults(known.roadmap, when, status, reached_on)
    if when.text and when.starts_on is None and not any(map(str.isalpha, when.text)):
        # Words are kept where a date is not known better; a number was meant as a date.
        faults["when"] = _("“%s” is no date we understand. Check the year.") % when.text
    return faults
