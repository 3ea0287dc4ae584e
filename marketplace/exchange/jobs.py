"""A table from its arrival to its end: checked, decided on, written; long ones in the background.

Long tables go in pieces, one effect after another, so that their page can tell how far they are
and nobody else waits for the database.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from marketplace.exchange import rows
from marketplace.exchange.sheets import Sheet
from marketplace.models import TableImport, TableRow, TableState, Verdict
from marketplace.services import Refused

# Up to so many rows are done while the person waits; a piece of a longer table has as many.
AT_ONCE = 200
# All or nothing is one transaction, for which everybody else waits.
MOST_TOGETHER = 500
FOUND = ("verdict", "entry", "title", "messages", "changes", "is_written")


@transaction.atomic
def begin(user: User, sheet: Sheet, file_name: str) -> TableImport:
    """Keep a table and check its rows: at once when there are few, else in the background."""
    table = TableImport.objects.create(
        user=user,
        file_name=file_name[-120:],
        read_as=sheet.read_as[:200],
        columns=sheet.columns,
        warnings=sheet.warnings,
    )
    twice = _twice(sheet)
    made = []
    for line in sheet.lines:
        fault = line.fault or twice.get(line.number, "")
        made.append(
            TableRow(
                table=table,
                number=line.number,
                cells=line.cells,
                verdict=Verdict.REFUSED if fault else Verdict.UNREAD,
                messages=[fault] if fault else [],
            )
        )
    TableRow.objects.bulk_create(made, batch_size=500)
    if len(made) <= AT_ONCE:
        check_piece(table)
    else:
        _hand_over("check_table", table, 0)
    return table


@transaction.atomic
def check_piece(table: TableImport) -> None:
    """Check the next rows; hand over the following piece, or say that the table is ready."""
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if table.state != TableState.CHECKING:
        return
    with translation.override(table.user.language):
        piece = list(table.rows.filter(verdict=Verdict.UNREAD).order_by("number")[:AT_ONCE])
        judge = rows.Judge(table.user, table.columns)
        judge.prepare(piece)
        for row in piece:
            rows.note(row, judge.judge(row))
        TableRow.objects.bulk_update(piece, FOUND)
    if table.rows.filter(verdict=Verdict.UNREAD).exists():
        _hand_over("check_table", table, piece[-1].number)
        return
    table.state = TableState.READY
    table.save(update_fields=["state"])


@transaction.atomic
def leave(table: TableImport) -> None:
    """Take nothing of a table. Raises Refused when it was decided on before."""
    table = _ready(table)
    table.state, table.done_at = TableState.LEFT, timezone.now()
    table.save(update_fields=["state", "done_at"])


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
    with translation.override(table.user.language):
        judge = rows.Judge(table.user, table.columns)
        judge.prepare(piece)
        for row in piece:
            rows.write(row, judge.judge(row), table.user)
        # A row that has nothing left to do is done: somebody wrote the same in the meantime.
        TableRow.objects.bulk_update(piece, FOUND)


def _waiting(table: TableImport) -> QuerySet[TableRow]:
    return table.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED], is_written=False).order_by(
        "number"
    )


def _ready(table: TableImport) -> TableImport:
    table = TableImport.objects.select_for_update().get(pk=table.pk)
    if table.state != TableState.READY:
        raise Refused(
            _("This table is not waiting for a decision: it is “{state}”.").format(
                state=table.get_state_display()
            )
        )
    return table


def _end(table: TableImport) -> None:
    table.state, table.done_at = TableState.DONE, timezone.now()
    table.save(update_fields=["state", "done_at"])


def _hand_over(work: str, table: TableImport, after: int) -> None:
    effects.hand_over(f"marketplace.{work}", key=f"{work}:{table.pk}:{after}", table=table.pk)


def _twice(sheet: Sheet) -> dict[int, str]:
    """Say of every row but the first that it is about the same entry as an earlier one."""
    first: dict[tuple[str, ...], int] = {}
    found: dict[int, str] = {}
    for line in sheet.lines:
        named = dict(zip(sheet.columns, line.cells, strict=False))
        slug, title = named.get("entry", "").strip(), named.get("title", "").strip()
        key = ("entry", slug) if slug else ("title", named.get("city", "").strip(), title)
        if line.fault or not (slug or title):
            continue
        if key in first:
            found[line.number] = _("This row is about the same entry as row {number}.").format(
                number=first[key]
            )
        first.setdefault(key, line.number)
    return found
