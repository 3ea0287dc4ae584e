"""Reading XLSX: values alone, within limits; what was left out is said."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook

from cities.tables.cells import as_text
from cities.tables.limits import BROKEN, Unreadable, refuse_bombs
from marketplace.exchange.sheets import (
    MOST_COLUMNS,
    Line,
    Sheet,
    make_sheet,
    too_many,
)

# Reading a workbook takes ten times as long as the same rows as CSV.
MOST_IN_A_WORKBOOK = 10_000
FIGURES = "figures"
ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
SHOWN = 5


@dataclass
class Oddities:
    """What a sheet has besides values."""

    formulas: int = 0
    merged: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0


def read_xlsx(data: bytes) -> list[Sheet]:
    """Return the table of a workbook's first visible sheet, and of the one called “figures”.

    Raises Unreadable.
    """
    has_macros = refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise Unreadable(_("The workbook has no visible sheet."))
        read = [sheets[0], *(one for one in sheets[1:] if one.title.casefold() == FIGURES)]
        found = [_content(data, sheet) for sheet in read]
    except BROKEN as fault:
        raise Unreadable(
            _("The workbook is damaged, or not one. Save it anew as .xlsx or as CSV.")
        ) from fault
    hidden = [each.title for each in book.worksheets if each.sheet_state != "visible"]
    said = []
    if has_macros:
        said.append(_("Macros: left out, and not run."))
    if hidden:
        said.append(_("Hidden sheets, not read: {names}.").format(names=", ".join(hidden)))
    others = [each.title for each in sheets if each not in read]
    if others:
        said.append(
            _("Only the first sheet and “figures” are read, not: {names}.").format(
                names=", ".join(others)
            )
        )
    if not found[0][0]:
        raise Unreadable(_("The first sheet is empty."))
    made: list[Sheet] = []
    for sheet, (lines, odd) in zip(read, found, strict=True):
        # A second sheet with nothing below its header has nothing to bring.
        if made and len(lines) < 2:
            continue
        read_as = _("Workbook, sheet “{name}”").format(name=sheet.title)
        header, rows = lines[0].cells, lines[1:]
        warnings = [*_words(odd), *([] if made else said)]
        made.append(make_sheet(header, rows, read_as, warnings, most=MOST_IN_A_WORKBOOK))
    return made


def _content(data: bytes, sheet: Any) -> tuple[list[Line], Oddities]:
    """Return the lines of a sheet, its header among them, and what it has besides values."""
    odd = _oddities(data, sheet._worksheet_path)
    sheet.reset_dimensions()
    return list(_lines(sheet)), odd


def _oddities(data: bytes, path: str) -> Oddities:
    """Look through a sheet for what has no value of its own."""
    odd, rows = Oddities(), 0
    with zipfile.ZipFile(io.BytesIO(data)).open(path) as part:
        for _event, element in iterparse(part, forbid_dtd=True):
            kind = element.tag.rpartition("}")[2]
            if kind == "f":
                odd.formulas += 1
            elif kind == "mergeCell":
                odd.merged.append(element.get("ref", ""))
            elif kind == "col" and element.get("hidden") in {"1", "true"}:
                odd.hidden_columns += 1
            elif kind == "row":
                odd.hidden_rows += element.get("hidden") in {"1", "true"}
                rows += any(cell.get("t") or len(cell) for cell in element)
                element.clear()
            if rows > MOST_IN_A_WORKBOOK + 1:
                raise Unreadable(too_many(MOST_IN_A_WORKBOOK))
    return odd


def _words(odd: Oddities) -> list[str]:
    """Say what was found besides values, and what became of it."""
    found = []
    if odd.formulas:
        found.append(
            ngettext(
                "{count} formula: the value it had when the file was saved was read.",
                "{count} formulas: the values they had when the file was saved were read.",
                odd.formulas,
            ).format(count=odd.formulas)
        )
    if odd.merged:
        shown = ", ".join(odd.merged[:SHOWN]) + (" …" if len(odd.merged) > SHOWN else "")
        found.append(
            _("Merged cells ({places}): their value counts for the first of them alone.").format(
                places=shown
            )
        )
    if odd.hidden_rows or odd.hidden_columns:
        found.append(
            _("Hidden rows ({rows}) and columns ({columns}) were read like the others.").format(
                rows=odd.hidden_rows, columns=odd.hidden_columns
            )
        )
    return found


def _lines(sheet: Any) -> Iterator[Line]:
    rows = sheet.iter_rows(
        max_row=MOST_IN_A_WORKBOOK + 2, max_col=MOST_COLUMNS + 1, values_only=True
    )
    width = 0
    for number, values in enumerate(rows, start=1):
        cells = [as_text(value) for value in values]
        if number == 1:
            width = len(cells)
        # A workbook leaves out the empty cells at the end of a row.
        cells += [""] * (width - len(cells))
        wrong = sorted({cell for cell in cells if cell in ERRORS})
        fault = ""
        if wrong:
            fault = _("A formula of this row has no value, but an error: {errors}.").format(
                errors=", ".join(wrong)
            )
        yield Line(number, cells, fault)
