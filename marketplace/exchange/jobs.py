"""A table from its arrival to its end: read, checked, decided on, written.

Long tables go in pieces, one effect after another, so that their page can tell how far they are
and nobody else waits for the database. A long file is kept until the worker has read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from marketplace.exchange import figures, files, rows
from marketplace.exchange.noting import note
from marketplace.exchange.sheets import Line, Sheet, Unreadable
from marketplace.models import (
    TableFile,
    TableImport,
    TableRow,
    TableState,
    TableSubject,
    Verdict,
)
from marketplace.services import Refused

# Up to so many rows are done while the person waits; a piece of a longer table has as many.
AT_ONCE = 200
# A longer file is read by the worker.
MOST_READ_AT_ONCE = 256 * 1024
# All or nothing is one transaction, for which everybody else waits.
MOST_TOGETHER = 500
FOUND = ("verdict", "entry", "title", "messages", "changes", "is_written")
TO_WRITE = (Verdict.NEW, Verdict.CHANGED)
# How rows of each subject are judged, and written.
JUDGES: dict[TableSubject, tuple[type[Any], Callable[..., None]]] = {
    TableSubject.ENTRIES: (rows.Judge, rows.write),
    TableSubject.FIGURES: (figures.FigureJudge, figures.write),
}


@transaction.atomic
def begin(user: User, sheets: list[Sheet], file_name: str) -> TableImport:
    """Keep the tables of a short file and check the first; return it. Raises Unreadable."""
    first: TableImport | None = None
    for sheet in sheets:
        table = TableImport(user=user, file_name=file_name[-120:], waits_for=first)
        _describe(table, sheet)
        table.save()
        _keep_rows(table, sheet)
        first = first or table
    if first is None:
        raise Unreadable(_("The file is empty."))
    _begin_to_check(first)
    return first


@transaction.atomic
def begin_to_read(user: User, data: bytes, encoding: str, file_name: str) -> TableImport:
    """Keep a long file for the worker to read; return its table."""
    table = TableImport.objects.create(
        user=user, file_name=file_name[-120:], state=TableState.READING
    )
    TableFile.objects.create(table=table, content=data, encoding=encoding)
    _hand_over("read_table", table, 0)
    return table


def read_file(table: TableImport) -> None:
    """Read a long file, a piece of its rows in memory and in a transaction at a time.

    It may run again after it was killed: rows that are there already stay as they are.
    """
    file = TableFile.objects.filter(table=table).first()
    if table.state != TableState.READING or file is None:
        return
    with translation.override(table.user.language):
        try:
            _read(table, bytes(file.content), file.encoding)
        except Unreadable as fault:
            with transaction.atomic():
                table.followers.all().delete()
                table.rows.all().delete()
                file.delete()
                table.state, table.fault = TableState.UNREADABLE, str(fault)[:500]
                table.save(update_fields=["state", "fault"])


def _read(table: TableImport, data: bytes, encoding: str) -> None:
    for number, sheet in enumerate(files.read_sheets(table.file_name, data, encoding)):
        of_sheet = table
        if number:
            of_sheet, _new = TableImport.objects.get_or_create(
                waits_for=table, user=table.user, file_name=table.file_name, about=sheet.about
            )
        _describe(of_sheet, sheet)
        if number:
            of_sheet.save()
        _keep_rows(of_sheet, sheet)
    with transaction.atomic():
        if TableFile.objects.filter(table=table).delete()[0]:
            table.state = TableState.CHECKING
            table.save()
            _begin_to_check(table)


def _describe(table: TableImport, sheet: Sheet) -> None:
    table.about, table.columns, table.warnings = sheet.about, sheet.columns, sheet.warnings
    table.read_as = sheet.read_as[:200]
    if table.waits_for is not None:
        table.state = TableState.WAITING


def _keep_rows(table: TableImport, sheet: Sheet) -> None:
    """Keep the lines of a table as rows, each with what is wrong with it at first sight."""
    first: dict[tuple[str, ...], int] = {}
    lines = iter(sheet.lines)
    while piece := list(islice(lines, AT_ONCE)):
        made = []
        for line in piece:
            fault = line.fault or _twice(sheet, line, first)
            made.append(
                TableRow(
                    table=table,
                    number=line.number,
                    cells=line.cells,
                    verdict=Verdict.REFUSED if fault else Verdict.UNREAD,
                    messages=[fault] if fault else [],
                )
            )
        TableRow.objects.bulk_create(made, ignore_conflicts=True)


def _begin_to_check(table: TableImport) -> None:
    if table.rows.count() <= AT_ONCE:
        check_piece(table)
    else:
        _hand_over("check_table", table, 0)


@transaction.atomic
def check_piece(table: TableImport) -> None:
    """Check the next rows; hand over the following piece, or say that the table is ready."""
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if table.state != TableState.CHECKING:
        return
    with translation.override(table.user.language):
        piece = list(table.rows.filter(verdict=Verdict.UNREAD).order_by("number")[:AT_ONCE])
        judge = JUDGES[TableSubject(table.about)][0](table.user, table.columns)
        judge.prepare(piece)
        for row in piece:
            note(row, judge.judge(row))
        TableRow.objects.bulk_update(piece, FOUND)
    if table.rows.filter(verdict=Verdict.UNREAD).exists():
        _hand_over("check_table", table, piece[-1].number)
        return
    table.state = TableState.READY
    table.save(update_fields=["state"])


@transaction.atomic
def leave(table: TableImport) -> None:
    """Take nothing more of a table. Raises Refused when it was decided on before."""
    table = _ready(table)
    is_begun = table.rows.filter(is_written=True).exists()
    _end(table, TableState.DONE if is_begun else TableState.LEFT)


@transaction.atomic
def take_valid(table: TableImport) -> None:
    """Write the rows that can be taken: at once when there are few, else in the background."""
    table = _ready(table)
    table.state = TableState.WRITING
    table.save(update_fields=["state"])
    if _waiting(table).count() <= AT_ONCE:
        write_piece(table)
    else:
        _hand_over("write_table", table, 0)


@transaction.atomic
def take_chosen(table: TableImport, numbers: Iterable[int]) -> None:
    """Write some rows by their numbers, a page of them at most; the others stay to be decided on.

    Raises Refused when none of them can be taken.
    """
    table = _ready(table)
    chosen = list(_waiting(table).filter(number__in=list(numbers)[:AT_ONCE]))
    if not chosen:
        raise Refused(_("Tick the rows that are to be taken."))
    _write(table, chosen)
    if not _waiting(table).exists():
        _end(table)


@transaction.atomic
def take_all(table: TableImport) -> None:
    """Write every row or none. Raises Refused, with nothing written, when one cannot be taken."""
    table = _ready(table)
    waiting = list(_waiting(table))
    if table.rows.filter(verdict=Verdict.REFUSED).exists():
        raise Refused(_("Some rows cannot be taken, so none was. Mend them, or take the others."))
    if len(waiting) > MOST_TOGETHER:
        raise Refused(
            _("More than {most} rows are not taken all at once; take the valid ones.").format(
                most=MOST_TOGETHER
            )
        )
    _write(table, waiting)
    refused = [row for row in waiting if row.verdict == Verdict.REFUSED]
    if refused:
        # The transaction goes back: what was written with it as well.
        raise Refused(
            _("Row {number} can no longer be taken, so none was: {words}").format(
                number=refused[0].number, words=" ".join(refused[0].messages)
            )
        )
    _end(table)


@transaction.atomic
def write_piece(table: TableImport) -> None:
    """Write the next rows; hand over the following piece, or say that the table is done."""
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if table.state != TableState.WRITING:
        return
    piece = list(_waiting(table)[:AT_ONCE])
    _write(table, piece)
    if _waiting(table).exists():
        _hand_over("write_table", table, piece[-1].number)
        return
    _end(table)


def _write(table: TableImport, piece: list[TableRow]) -> None:
    """Judge rows again, as they stand now, and write them."""
    judge_of, write = JUDGES[TableSubject(table.about)]
    with translation.override(table.user.language):
        judge = judge_of(table.user, table.columns)
        judge.prepare(piece)
        for row in piece:
            write(row, judge.judge(row), table.user)
        # A row that has nothing left to do is done: somebody wrote the same in the meantime.
        TableRow.objects.bulk_update(piece, FOUND)


def _waiting(table: TableImport) -> QuerySet[TableRow]:
    return table.rows.filter(verdict__in=TO_WRITE, is_written=False).order_by("number")


def _ready(table: TableImport) -> TableImport:
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if table.state != TableState.READY:
        raise Refused(
            _("This table is not waiting for a decision: it is “{state}”.").format(
                state=table.get_state_display()
            )
        )
    return table


def _end(table: TableImport, state: TableState = TableState.DONE) -> None:
    """End a table; what waited for it is checked now."""
    table.state, table.done_at = state, timezone.now()
    table.save(update_fields=["state", "done_at"])
    for follower in table.followers.filter(state=TableState.WAITING):
        follower.state = TableState.CHECKING
        follower.save(update_fields=["state"])
        _begin_to_check(follower)


def _hand_over(work: str, table: TableImport, after: int) -> None:
    effects.hand_over(f"marketplace.{work}", key=f"{work}:{table.pk}:{after}", table=table.pk)


def _twice(sheet: Sheet, line: Line, first: dict[tuple[str, ...], int]) -> str:
    """Say of a row that it is about the same entry as an earlier one, or nothing."""
    named = dict(zip(sheet.columns, line.cells, strict=False))
    slug, title = named.get("entry", "").strip(), named.get("title", "").strip()
    if sheet.about != TableSubject.ENTRIES or not (slug or title):
        return ""
    key = ("entry", slug) if slug else ("title", named.get("city", "").strip(), title)
    if first.setdefault(key, line.number) == line.number:
        return ""
    return _("This row is about the same entry as row {number}.").format(number=first[key])
