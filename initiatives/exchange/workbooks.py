"""The sheets as a workbook: lists to choose from, and what was taken along on a hidden sheet."""

from __future__ import annotations

import io
import json
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cities.tables.cells import CellFault, as_text, clean
from cities.tables.limits import BROKEN, Unreadable, refuse_bombs
from initiatives.exchange import meanings
from initiatives.exchange.columns import AS_TYPED, BY_NAME, KPIS, TABLES, VALUES, WIDE, Table
from initiatives.exchange.writing import Cells, Line
from initiatives.models import KPIConcept, Roadmap
from initiatives.series import cities_of

HIDDEN, LISTS = "portal", "lists"
FORMAT = "icc-portal roadmap 1"
# Rows below the last one that have lists as well, for what is added.
SPARE = 200
MOST_LINES = 20_000
LONGEST_CELL = 32_767

WRAPPED = Alignment(wrap_text=True, vertical="top")

Content = dict[str, list[Line]]


def write(roadmap: Roadmap, content: Content) -> bytes:
    """Return the workbook; its texts are typed, so that none is taken for a formula."""
    book = Workbook()
    del book["Sheet"]
    named = _names(roadmap)
    for table in TABLES:
        _write_sheet(book.create_sheet(table.name), table, content, named)
    _write_lists(book.create_sheet(LISTS), named)
    kept = book.create_sheet(HIDDEN)
    kept.sheet_state = "veryHidden"
    kept.append([FORMAT, str(roadmap.pk)])
    for table in TABLES:
        for line in content[table.name]:
            # A long text takes several cells, as none holds more than 32,767 letters.
            told = json.dumps(line.cells, ensure_ascii=True)
            pieces = [told[at : at + LONGEST_CELL] for at in range(0, len(told), LONGEST_CELL)]
            kept.append([table.name, line.key, *pieces])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _names(roadmap: Roadmap) -> dict[str, list[str]]:
    """Return what cells of a column may name, beside initiatives and KPIs: they have sheets."""
    return {
        "concept": list(KPIConcept.objects.values_list("code", flat=True)),
        "city": [city.slug for city in cities_of(roadmap)],
    }


def _write_lists(sheet: Any, named: dict[str, list[str]]) -> None:
    sheet.sheet_state = "hidden"
    for place, names in enumerate(named.values(), start=1):
        for number, name in enumerate(names, start=1):
            _set(sheet.cell(number, place), name, is_number=False)


def _write_sheet(sheet: Any, table: Table, content: Content, named: dict[str, list[str]]) -> None:
    sheet.append(["key", *table.columns])
    sheet.append([_("Leave this column as it is."), *(table.label(name) for name in table.columns)])
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "C3"
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.alignment = WRAPPED
    sheet.row_dimensions[1].hidden = True
    lines = content[table.name]
    for number, line in enumerate(lines, start=3):
        _set(sheet.cell(number, 1), line.key, is_number=False)
        for place, name in enumerate(table.columns, start=2):
            _set(sheet.cell(number, place), line.cells[name], is_number=table.is_number(name))
    last = len(lines) + 2 + SPARE
    for place, name in enumerate(table.columns, start=2):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 48 if name in WIDE else 22
        if table in AS_TYPED:
            sheet.column_dimensions[letter].number_format = "@"
        rule = _rule(table, name, content, named)
        if rule is not None:
            rule.add(f"{letter}3:{letter}{last}")
            sheet.add_data_validation(rule)


def _rule(
    table: Table, name: str, content: Content, named: dict[str, list[str]]
) -> DataValidation | None:
    """Return the list to choose from; others' words are allowed where a cell may name others."""
    if name in {"initiative", "parent", "on_initiative"}:
        last = len(content["initiatives"]) + 2 + SPARE
        # The second column of the first sheet holds the names, also those that are added.
        rule = DataValidation(type="list", formula1=f"initiatives!$B$3:$B${last}", allow_blank=True)
        rule.showErrorMessage = name != "on_initiative"
        return rule
    if name == "kpi":
        # The same of the third column of the sheet of KPIs.
        last = len(content[KPIS.name]) + 2 + SPARE
        rule = DataValidation(type="list", formula1=f"kpis!$C$3:$C${last}", allow_blank=True)
        rule.showErrorMessage = True
        return rule
    if named.get(name):
        column = get_column_letter(list(named).index(name) + 1)
        formula = f"{LISTS}!${column}$1:${column}${len(named[name])}"
        rule = DataValidation(type="list", formula1=formula, allow_blank=True)
        rule.showErrorMessage = True
        return rule
    codes = table.choices(name)
    if not codes:
        return None
    rule = DataValidation(type="list", formula1=f'"{",".join(codes)}"', allow_blank=True)
    rule.showErrorMessage = True
    return rule


def _set(cell: Any, text: str, *, is_number: bool) -> None:
    if not text:
        return
    if len(text) > LONGEST_CELL:
        raise ValueError
    if is_number:
        cell.value = float(text) if "." in text else int(text)
        cell.number_format = "#,##0.00" if "." in text else "0"
        return
    # Typed as text, and marked so that it stays text when somebody edits the cell.
    cell.value = ""
    cell._value, cell.data_type = text, "s"
    cell.number_format, cell.alignment = "@", WRAPPED
    if text[0] in "=+-@'\t\r＝＋－＠":
        cell.quotePrefix = True


def read(data: bytes, roadmap: Roadmap) -> tuple[Content, dict[str, dict[str, Cells]]]:
    """Return the lines of a workbook, and what was taken along, by sheet and key.

    Raises Unreadable for what is no workbook of this roadmap.
    """
    refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if HIDDEN not in book.sheetnames:
            raise Unreadable(_("This workbook was not downloaded from a roadmap of this portal."))
        taken = _taken(book[HIDDEN], roadmap)
        found = {
            table.name: _read_sheet(book[table.name], table)
            for table in TABLES
            if table.name in book.sheetnames
        }
    except BROKEN as fault:
        raise Unreadable(_("The workbook is damaged. Save it anew as .xlsx.")) from fault
    return found, taken


def _taken(sheet: Any, roadmap: Roadmap) -> dict[str, dict[str, Cells]]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_LINES * len(TABLES), max_col=40, values_only=True)
    head = [as_text(value) for value in next(rows, ())]
    if head[:1] != [FORMAT]:
        raise Unreadable(_("This workbook was not downloaded from a roadmap of this portal."))
    if head[1:2] != [str(roadmap.pk)]:
        raise Unreadable(_("This workbook belongs to another roadmap."))
    found: dict[str, dict[str, Cells]] = {table.name: {} for table in TABLES}
    for row in rows:
        name, key, *pieces = (as_text(value) for value in row)
        cells = json.loads("".join(pieces)) if name in BY_NAME else None
        if isinstance(cells, dict):
            found[name][key] = {str(column): str(text) for column, text in cells.items()}
    return found


def _read_sheet(sheet: Any, table: Table) -> list[Line]:
    sheet.reset_dimensions()
    width = len(table.columns) + 20
    rows = sheet.iter_rows(max_row=MOST_LINES + 3, max_col=width, values_only=True)
    names = [as_text(value).strip() for value in next(rows, ())]
    if "key" not in names:
        raise Unreadable(
            _("The sheet “%s” lost its hidden first row. Download the workbook anew.") % table.name
        )
    places = {name: at for at, name in enumerate(names) if name in (*table.columns, "key")}
    found = []
    for number, row in enumerate(rows, start=2):
        if number == 2:
            continue
        if number > MOST_LINES:
            raise Unreadable(_("The sheet “%s” has too many rows.") % table.name)
        texts = {name: _text(row[at], number) for name, at in places.items() if at < len(row)}
        key = texts.pop("key", "")
        if table is VALUES and "value" in places and places["value"] < len(row):
            texts |= meanings.of_a_number(row[places["value"]])
        if any(texts.values()):
            found.append(Line(key, number, texts))
    return found


def _text(value: object, number: int) -> str:
    try:
        return clean(as_text(value))
    except CellFault as fault:
        raise Unreadable(_("Row %(row)d: %(fault)s") % {"row": number, "fault": fault}) from fault
