"""Values of KPIs in a workbook: a value that differs corrects the saved one, which stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, User
from cities.tables.cells import CellFault
from initiatives import dates, services, values
from initiatives.dates import PartialDate
from initiatives.exchange import meanings, of_kpis
from initiatives.exchange.changes import Change, FieldChange
from initiatives.exchange.columns import VALUES
from initiatives.exchange.reading import Known, read_date
from initiatives.exchange.writing import Cells, date_text
from initiatives.models import KPI, Measurement, ValueKind
from initiatives.services import Circumstances
from initiatives.values import Reported

LONGEST_NOTE, LONGEST_URL = 4000, 500
STAYS = gettext_lazy("A value stays with its KPI. Add a row for the value of another one.")
is_address = URLValidator(schemes=["http", "https"])


# ── comparing ───────────────────────────────────────────────────────────────────────────────────
def fields(change: Change, now: Cells, known: Known) -> list[FieldChange]:
    """Return what differs; nothing for a new row that says what was reported already."""
    try:
        kpi, fault = of_kpis.kpi_of(change, known), ""
    except CellFault as why:
        kpi, fault = None, str(why)
    if change.row is None and kpi is not None and _is_there(kpi, change.line.cells, known):
        return []
    touched = [column for column in VALUES.columns if _is_touched(change, column, now, kpi, known)]
    found = [_field(change, column, now, touched, kpi, known) for column in touched]
    if fault:
        found[0].fault = fault
    change.fields = found
    if _is_number(change, touched, kpi):
        of_kpis.ask_about_unit(change, kpi, known)
    return found


def _is_number(change: Change, touched: list[str], kpi: KPI | None) -> bool:
    try:
        return _understood(change, touched, kpi).kind == ValueKind.NUMBER
    except CellFault:
        return False


def _is_there(kpi: KPI, cells: Cells, known: Known) -> bool:
    """Say whether a new row was taken over before, as when a file is brought a second time."""
    try:
        when = _as_of(cells.get("as_of", ""))
    except CellFault:
        return False
    days = services.as_of_columns(when)
    said = (kpi.pk, cells.get("city") or None, days[0], days[2], cells.get("value", ""))
    return said in known.reported


def _is_touched(change: Change, column: str, now: Cells, kpi: KPI | None, known: Known) -> bool:
    """Say whether a cell wants something: not what is left as it was, or left to be read."""
    if column not in change.line.cells:
        return False
    if change.row is not None and column in {"initiative", "kpi"}:
        return not of_kpis.stays(change, known)
    new, current = change.line.cells[column], now.get(column, "")
    if column in {"means", "unit"} and not new:
        return False
    if change.row is None:
        is_known = column == "unit" and kpi is not None and new == kpi.unit
        return not is_known and (bool(new) or column in {"initiative", "kpi", "value"})
    before = (change.before.get(column, current), current)
    return new not in before and not (column == "as_of" and _date_as_written(new) in before)


def _date_as_written(text: str) -> str:
    """Return a date as the workbook would write it; what is none as it is."""
    try:
        return date_text(read_date(text))
    except CellFault:
        return text


def _field(
    change: Change,
    column: str,
    now: Cells,
    touched: list[str],
    kpi: KPI | None,
    known: Known,
) -> FieldChange:
    new, current = change.line.cells[column], now.get(column, "")
    found = FieldChange(column, VALUES.label(column), current, new)
    was = change.before.get(column, current)
    found.is_conflict = change.row is not None and was != current
    try:
        if column in {"value", "means"}:
            told = values.echo(_understood(change, touched, kpi))
            found.note = told if column == "value" or "value" not in touched else ""
        else:
            _check(change, column, kpi, known)
    except CellFault as why:
        found.fault = str(why)
    return found


def _check(change: Change, column: str, kpi: KPI | None, known: Known) -> None:
    """Raise CellFault for a cell that cannot be taken."""
    text = change.line.cells[column]
    if column in {"initiative", "kpi"} and change.row is not None:
        of_kpis.see_that_it_stays(change, known, STAYS)
    elif column == "unit" and kpi is not None:
        raise CellFault(str(of_kpis.UNIT))
    elif column == "as_of":
        _as_of(text)
    elif column == "city":
        _city(text, known)
    elif column == "source_url":
        _see_that_it_leads_into_the_web(text)
    elif column == "note" and len(text) > LONGEST_NOTE:
        raise CellFault(_("Keep it shorter than %d characters.") % LONGEST_NOTE)


def _understood(change: Change, columns: Iterable[str], kpi: KPI | None) -> Reported:
    """Return the value that a row stands for when these of its columns are taken."""
    row, cells = change.row, change.line.cells
    if row is not None and "value" not in columns and "means" not in columns:
        return meanings.of(row)
    typed = cells["value"] if "value" in columns else row.as_reported if row else ""
    meaning = cells["means"] if "means" in columns else ""
    unit = row.former_unit if row is not None and row.is_former else kpi.unit if kpi else ""
    return meanings.understood(typed, meaning, unit)


def _as_of(text: str) -> PartialDate | None:
    if not text:
        return None
    found = read_date(text)
    if found.starts_on is None or found.ends_on is None:
        raise CellFault(_("Write a day or a period of the calendar that has an end: August 2022."))
    ahead = dates.refuse_ahead(found, timezone.localdate())
    if ahead:
        raise CellFault(ahead)
    return found


def _city(text: str, known: Known) -> City | None:
    city: City | None = known.find("city", text) if text else None
    return city


def _see_that_it_leads_into_the_web(text: str) -> None:
    if len(text) > LONGEST_URL:
        raise CellFault(_("Keep it shorter than %d characters.") % LONGEST_URL)
    try:
        if text:
            is_address(text)
    except ValidationError as fault:
        raise CellFault(" ".join(fault.messages)) from fault


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
def write(change: Change, columns: list[str], known: Known, user: User) -> Measurement:
    """Report a value with these of its columns; one that is there is corrected and stays.

    Raises CellFault, and AlreadyCorrected when somebody was faster.
    """
    kpi, row = of_kpis.kpi_of(change, known), change.row
    for column in columns:
        _check(change, column, kpi, known)
    cells = {column: change.line.cells[column] for column in columns}
    said: dict[str, Any] = {name: cells[name] for name in ("source_url", "note") if name in cells}
    if "as_of" in cells:
        said["as_of"] = _as_of(cells["as_of"])
    if "city" in cells:
        said["city"] = _city(cells["city"], known)
    told = replace(_circumstances(row), **said)
    value = _understood(change, columns, kpi)
    return services.report(kpi, value, told, reported_by=user, corrects=row)


def _circumstances(row: Measurement | None) -> Circumstances:
    if row is None:
        return Circumstances()
    return Circumstances(dates.read_as_of(row), row.source_url, row.note, row.city)
