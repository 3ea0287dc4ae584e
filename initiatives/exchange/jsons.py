"""The same sheets as JSON, for programs: what is taken along can be brought back as well."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from cities.tables.cells import CellFault, clean
from cities.tables.limits import Unreadable
from initiatives.exchange import meanings
from initiatives.exchange.columns import BY_NAME, TABLES, VALUES, Table
from initiatives.exchange.workbooks import FORMAT, MOST_LINES, Content
from initiatives.exchange.writing import Cells, Line
from initiatives.models import Roadmap


def write(roadmap: Roadmap, content: Content) -> bytes:
    """Return the sheets as JSON; `taken` is what a later comparison starts from."""
    told = {
        "format": FORMAT,
        "roadmap": roadmap.pk,
        "sheets": {
            table.name: [{"key": line.key, **line.cells} for line in content[table.name]]
            for table in TABLES
        },
        "taken": {
            table.name: {line.key: line.cells for line in content[table.name]} for table in TABLES
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def read(data: bytes, roadmap: Roadmap) -> tuple[Content, dict[str, dict[str, Cells]]]:
    """Return the lines and what was taken along; raises Unreadable."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(_("This is no JSON.")) from fault
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Unreadable(_("This file was not downloaded from a roadmap of this portal."))
    if told.get("roadmap") != roadmap.pk:
        raise Unreadable(_("This file belongs to another roadmap."))
    # Rows are numbered by where they stand, whatever numbers a file brings along.
    return from_data(told.get("sheets"), numbered=False), taken_from(told.get("taken"))


def as_data(content: Content, taken: dict[str, dict[str, Cells]]) -> dict[str, Any]:
    """Return what was read, as the database keeps it until it is decided about."""
    return {
        "sheets": {
            name: [{"key": line.key, "#": line.number, **line.cells} for line in lines]
            for name, lines in content.items()
        },
        "taken": taken,
    }


def from_data(sheets: Any, *, numbered: bool = True) -> Content:
    """Return the lines that were kept, with their numbers, or that a file holds."""
    found: Content = {}
    for name, rows in (sheets if isinstance(sheets, dict) else {}).items():
        table = BY_NAME.get(name)
        if table is None or not isinstance(rows, list):
            continue
        if len(rows) > MOST_LINES:
            raise Unreadable(_("The sheet “%s” has too many rows.") % name)
        found[name] = [
            Line(
                str(row.get("key", "")),
                row["#"] if numbered and isinstance(row.get("#"), int) else number,
                _cells(table, row),
            )
            for number, row in enumerate(rows, start=3)
            if isinstance(row, dict)
        ]
    return found


def _cells(table: Table, row: dict[str, Any]) -> Cells:
    found = {column: _text(row[column]) for column in table.columns if column in row}
    return found | meanings.of_a_number(row.get("value")) if table is VALUES else found


def taken_from(taken: Any) -> dict[str, dict[str, Cells]]:
    """Return what was taken along, as far as it has the right shape."""
    found: dict[str, dict[str, Cells]] = {}
    for name, rows in (taken if isinstance(taken, dict) else {}).items():
        if name in BY_NAME and isinstance(rows, dict):
            found[name] = {
                str(key): {str(column): str(text) for column, text in cells.items()}
                for key, cells in rows.items()
                if isinstance(cells, dict)
            }
    return found


def _text(value: Any) -> str:
    try:
        return clean("" if value is None else str(value))
    except CellFault as fault:
        raise Unreadable(str(fault)) from fault
