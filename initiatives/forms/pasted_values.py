"""A column of a spreadsheet put into the rows of the grid: no line of it is lost without a word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST_VALUE = 300


class ValueRow(Protocol):
    """A row of the grid."""

    kpi: Any
    value: str
    note: str


class PastedValues:
    """What became of pasted lines.

    A line has a value, or a value and a note, or the name of a KPI before them. Lines that name no
    KPI go into the rows in their order; an empty one leaves its row as it is. Namesakes are handed
    out in the order of the rows, if there is a line for each of them.
    """

    def __init__(self) -> None:
        self.left_over: list[str] = []
        """The lines that found no row, as they were pasted."""
        self.told: list[str] = []
        """In which order namesakes were filled."""
        self.doubts: list[str] = []
        """Why lines found no row."""

    def put(self, text: str, rows: Sequence[ValueRow]) -> None:
        """Put the lines into the rows."""
        named: dict[str, list[ValueRow]] = defaultdict(list)
        for row in rows:
            named[row.kpi.name.casefold()].append(row)
        lines = text.replace("\r\n", "\n").rstrip("\n").split("\n") if text.strip() else []
        table = [[cell.strip() for cell in line.split("\t")] for line in lines]
        names = [_name(cells, named) for cells in table]
        asked = Counter(name for name in names if name)
        waiting = {
            name: list(named[name]) for name in asked if self._fits(asked[name], named[name])
        }
        nameless = 0
        for place, (line, cells, name) in enumerate(zip(lines, table, names, strict=True)):
            row: ValueRow | None = None
            if name:
                row = waiting[name].pop(0) if name in waiting else None
                cells = cells[1:]
            elif not asked and place < len(rows):
                row = rows[place]
            if row is not None and cells[0]:
                row.value = cells[0][:LONGEST_VALUE]
                row.note = cells[1] if len(cells) > 1 else row.note
            elif row is None and line.strip():
                self.left_over.append(line)
                nameless += not name
        self._tell_nameless(nameless, is_by_name=bool(asked))

    def _fits(self, lines: int, rows: Sequence[ValueRow]) -> bool:
        """Say whether there is a line for each of the KPIs of one name, and tell what follows."""
        name = rows[0].kpi.name
        places = "; ".join(row.kpi.initiative.name for row in rows)
        said = {"name": name, "rows": len(rows), "lines": lines, "places": places}
        if lines == len(rows):
            if len(rows) > 1:
                self.told.append(
                    _("“%(name)s” is the name of %(rows)d KPIs. Filled in this order: %(places)s.")
                    % said
                )
            return True
        if len(rows) > 1:
            self.doubts.append(
                _(
                    "%(rows)d KPIs are called “%(name)s”, and the number of lines that name it is "
                    "%(lines)d. None was put in: paste one for each, in this order: %(places)s."
                )
                % said
            )
        else:
            self.doubts.append(
                _("%(lines)d lines name “%(name)s”, which is one KPI. None was put in.") % said
            )
        return False

    def _tell_nameless(self, count: int, *, is_by_name: bool) -> None:
        if not count:
            return
        if is_by_name:
            said = ngettext(
                "%d line names no KPI of this page, while others do. It was left out.",
                "%d lines name no KPI of this page, while others do. They were left out.",
                count,
            )
        else:
            said = ngettext(
                "%d line was left over: there are fewer KPIs.",
                "%d lines were left over: there are fewer KPIs.",
                count,
            )
        self.doubts.append(said % count)


def _name(cells: list[str], named: dict[str, list[ValueRow]]) -> str:
    """Return the name of a KPI that a line begins with; "" when it begins with a value."""
    name = cells[0].casefold()
    return name if len(cells) > 1 and name in named else ""
