"""Reading XLSX: values alone, within limits; what was left out is said."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook

from marketplace.exchange.cells import as_text
from marketplace.exchange.sheets import (
    MOST_COLUMNS,
    Line,
    Sheet,
    Unreadable,
    make_sheet,
    too_many,
)

MEGABYTE = 1024 * 1024
MOST_PACKED = 20 * MEGABYTE
MOST_UNPACKED = 100 * MEGABYTE
MOST_PARTS = 1_000
# Reading a workbook takes ten times as long as the same rows as CSV.
MOST_IN_A_WORKBOOK = 10_000
FIGURES = "figures"
MOST_RATIO = 100
# Small parts of the same few words may be packed tighter without being a bomb.
RATIO_FROM = MEGABYTE
# What openpyxl raises on files that are no workbooks, or broken ones.
BROKEN = (
    *(DefusedXmlException, ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError),
)
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


def refuse_bombs(data: bytes) -> bool:
    """Raise Unreadable for no workbook or one that would grow too large; say if it has macros.

    Parts are read up to the size they declare and no further, so that is the size to look at.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("The workbook is protected by a password, or of the old kind (.xls). Save it anew.")
        )
    if len(data) > MOST_PACKED:
        raise Unreadable(_("The file is larger than 20 MB."))
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except BROKEN as fault:
        raise Unreadable(_("This is no workbook. Save it as .xlsx or as CSV.")) from fault
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    is_bomb = unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or is_bomb:
        raise Unreadable(_("Unpacked, the file would be too large to be a table of entries."))
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(_("The workbook is protected by a password. Save it without."))
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is no workbook. Save it as .xlsx or as CSV."))
    return any(name.endswith("vbaProject.bin") for name in names)


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
