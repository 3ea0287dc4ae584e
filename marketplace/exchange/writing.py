"""Tables of entries as files: CSV line by line, workbooks of plain cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from cities.tables.cells import Cell, guard
from cities.tables.limits import MEGABYTE
from marketplace.exchange import figure_columns
from marketplace.exchange.columns import COLUMNS, row_of
from marketplace.exchange.figure_columns import FIGURE_COLUMNS
from marketplace.exchange.rows import LISTS
from marketplace.exchange.workbooks import FIGURES, MOST_IN_A_WORKBOOK
from marketplace.models import Revision

PIECE = 500
# A spreadsheet shows letters of all languages right only behind this mark.
MARK = "\ufeff"
# No cell of a workbook holds more.
LONGEST_CELL = 32_767
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooMuch(Exception):
    """This does not go into a workbook; a CSV file takes it."""


def rows_of(revision_ids: list[int]) -> Iterator[list[Cell]]:
    """Yield the cells of each revision, in the order given, a piece in memory at a time."""
    for revision in _revisions(revision_ids, (*LISTS, "attachments")):
        yield row_of(revision)


def figures_of(revision_ids: list[int]) -> Iterator[list[Cell]]:
    """Yield the cells of each figure of each revision, in the order given."""
    for revision in _revisions(revision_ids, ("figures",)):
        yield from figure_columns.rows_of(revision)


def _revisions(revision_ids: list[int], lists: tuple[str, ...]) -> Iterator[Revision]:
    for start in range(0, len(revision_ids), PIECE):
        piece = revision_ids[start : start + PIECE]
        known = Revision.objects.select_related("entry__city").prefetch_related(*lists)
        found = known.in_bulk(piece)
        yield from (found[pk] for pk in piece if pk in found)


def csv_pieces(rows: Iterable[Iterable[Cell]], columns: Iterable[str] = COLUMNS) -> Iterator[bytes]:
    """Yield a CSV file in pieces; what a spreadsheet would compute has an apostrophe before it."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    held.write(MARK)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])
        if held.tell() > MEGABYTE // 4:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def workbook(revision_ids: list[int]) -> bytes:
    """Return an XLSX file: a sheet of entries, and one of their figures.

    Its cells are typed, so that no text is taken for a formula. Raises TooMuch for more rows, or
    longer texts, than a workbook takes in good time.
    """
    if len(revision_ids) > MOST_IN_A_WORKBOOK:
        raise TooMuch
    book = Workbook(write_only=True)
    _add_sheet(book, "entries", COLUMNS, rows_of(revision_ids))
    _add_sheet(book, FIGURES, FIGURE_COLUMNS, figures_of(revision_ids))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _add_sheet(
    book: Workbook, name: str, columns: Iterable[str], rows: Iterable[list[Cell]]
) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.append(columns)
    for number, row in enumerate(rows, start=1):
        if number > MOST_IN_A_WORKBOOK:
            raise TooMuch
        sheet.append([_typed(sheet, value) for value in row])


def _typed(sheet: Any, value: Cell) -> Any:
    if isinstance(value, int) or not value:
        return value
    if len(value) > LONGEST_CELL:
        raise TooMuch
    cell: Any = WriteOnlyCell(sheet, value="")
    cell._value, cell.data_type = value, "s"
    return cell
