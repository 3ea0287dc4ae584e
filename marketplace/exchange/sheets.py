"""A table as it was read, from whatever kind of file: columns, lines, and what was odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.tables.limits import Unreadable
from marketplace.exchange.columns import COLUMNS, INFORMATION
from marketplace.exchange.figure_columns import FIGURE_COLUMNS, FIGURE_INFORMATION, VALUE
from marketplace.models import TableSubject

MOST_ROWS = 50_000
MOST_COLUMNS = 200
KNOWN = {TableSubject.ENTRIES: COLUMNS, TableSubject.FIGURES: FIGURE_COLUMNS}
TOLD = {TableSubject.ENTRIES: INFORMATION, TableSubject.FIGURES: FIGURE_INFORMATION}
# Every column that a table of ours may have, whatever it is about.
NAMES = frozenset(COLUMNS) | frozenset(FIGURE_COLUMNS)


@dataclass
class Line:
    """One row below the header: its number in the spreadsheet, its cells, or why there are none."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass
class Sheet:
    """A table with the names of its columns; cells of columns we do not know are left out.

    Its lines are read while they are asked for, and once: a long file never lies in memory as
    rows. They raise Unreadable when there is none, or too many.
    """

    columns: list[str]
    lines: Iterable[Line]
    read_as: str
    warnings: list[str] = field(default_factory=list)
    about: TableSubject = TableSubject.ENTRIES


def make_sheet(
    header: Sequence[str],
    lines: Iterable[Line],
    read_as: str,
    warnings: Iterable[str] = (),
    most: int = MOST_ROWS,
) -> Sheet:
    """Return the table with what can be used of it; raise Unreadable when that is nothing."""
    names = [name.strip().casefold() for name in header]
    while names and not names[-1]:
        names.pop()
    about = TableSubject.FIGURES if VALUE in names else TableSubject.ENTRIES
    _refuse_useless(names, about)
    said = list(warnings)
    unknown = [name for name in names if name and name not in KNOWN[about]]
    if unknown:
        said.append(_("Columns that are not read: {names}.").format(names=", ".join(unknown)))
    told = [name for name in names if name in TOLD[about]]
    if told:
        said.append(_("For information only, never read: {names}.").format(names=", ".join(told)))
    places = [
        place
        for place, name in enumerate(names)
        if name in KNOWN[about] and name not in TOLD[about]
    ]
    columns = [names[place] for place in places]
    return Sheet(columns, _kept(lines, len(names), places, most), read_as, said, about)


def _kept(lines: Iterable[Line], width: int, places: list[int], most: int) -> Iterator[Line]:
    """Yield the lines that say something; raise Unreadable for none of them, or too many."""
    count = 0
    for line in lines:
        if not _says_something(line):
            continue
        count += 1
        if count > most:
            raise Unreadable(too_many(most))
        yield _fitted(line, width, places)
    if not count:
        raise Unreadable(_("The table has a header, and no rows below it."))


def too_many(most: int) -> str:
    """Say that a file has more rows than are taken at once."""
    return _("The file has more than {most} rows. Bring it in parts.").format(most=most)


def _refuse_useless(names: list[str], about: TableSubject) -> None:
    if not set(names) & {"title", "entry"}:
        raise Unreadable(
            _(
                "The first row does not name our columns: “title” or “entry” has to be among "
                "them. Download your entries as a table to see all names."
            )
        )
    if len(names) > MOST_COLUMNS:
        raise Unreadable(_("The table has too many columns."))
    twice = [name for name, count in Counter(names).items() if name in KNOWN[about] and count > 1]
    if twice:
        raise Unreadable(
            _("Columns that stand there twice: {names}.").format(names=", ".join(twice))
        )


def _says_something(line: Line) -> bool:
    return bool(line.fault) or any(cell.strip() for cell in line.cells)


def _fitted(line: Line, width: int, places: list[int]) -> Line:
    """Return a line with the cells of our columns; one that does not fit the header says so."""
    cells = line.cells
    fault = line.fault
    beyond = cells[width:]
    if not fault and len(cells) < width:
        fault = ngettext(
            "This row has {count} cell, the header {width}.",
            "This row has {count} cells, the header {width}.",
            len(cells),
        ).format(count=len(cells), width=width)
    elif not fault and any(cell.strip() for cell in beyond):
        fault = _("This row has more cells than the header: {count} instead of {width}.").format(
            count=len(cells), width=width
        )
    kept = [cells[place] if place < len(cells) else "" for place in places]
    # A database keeps no NUL; the fault says that there was one.
    if not fault and any("\0" in cell for cell in kept):
        fault = _("This row holds a character that no text has (NUL).")
    return Line(line.number, [cell.replace("\0", "�") for cell in kept], fault)
