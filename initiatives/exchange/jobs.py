"""A spreadsheet from its arrival to its end: read, compared, decided on, written.

Short ones are done while the person waits. Long ones are kept as they came until the worker has
read them, and written in pieces, so that their page can tell how far they are and nobody else
waits for the database. Each step may run again: it begins with what the one before has kept.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from cities.tables.limits import MEGABYTE, Unreadable, refuse_bombs
from initiatives.exchange import jsons, workbooks
from initiatives.exchange.accepting import accept, parents_first
from initiatives.exchange.changes import Change, Content, Taken
from initiatives.exchange.differences import compare
from initiatives.exchange.writing import Line
from initiatives.models import Roadmap, RoadmapSheet, SheetFile, SheetRow, SheetState
from initiatives.permissions import may_edit

# A file that is larger, once it is unpacked, is read by the worker: about a thousand rows.
MOST_READ_AT_ONCE = MEGABYTE
# Up to so many rows are written while the person waits, all or none; a piece of more has as many.
AT_ONCE = 200
MOST_DIGITS = 7
INITIATIVES = "initiatives"
# A worker that said nothing for so long is gone; the work may be asked for again.
SILENT = timedelta(minutes=4)
READ, COMPARE, WRITE = (
    *("initiatives.read_sheet", "initiatives.compare_sheet"),
    "initiatives.write_sheet",
)


class NotNow(Exception):
    """The spreadsheet is not waiting for this; the words can be shown."""


def is_long(name: str, data: bytes) -> bool:
    """Say whether a file is for the worker. Raises Unreadable for what is no workbook at all."""
    if _is_json(name):
        return len(data) > MOST_READ_AT_ONCE
    refuse_bombs(data)
    parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    return sum(part.file_size for part in parts) > MOST_READ_AT_ONCE


def read_file(name: str, data: bytes, roadmap: Roadmap) -> tuple[Content, Taken]:
    """Return what stands in a file; raises Unreadable."""
    return (jsons if _is_json(name) else workbooks).read(data, roadmap)


def _is_json(name: str) -> bool:
    return name.casefold().endswith(".json")


# ── reading and comparing ───────────────────────────────────────────────────────────────────────
@transaction.atomic
def begin(
    roadmap: Roadmap, user: User, name: str, *, read: tuple[Content, Taken] | None, data: bytes
) -> RoadmapSheet:
    """Keep what was read of a short file and compare it; or keep a long one for the worker."""
    sheet = RoadmapSheet(roadmap=roadmap, user=user, name=name[:200])
    if read is None:
        sheet.state = SheetState.READING
        sheet.save()
        SheetFile.objects.create(sheet=sheet, content=data)
        _hand_over(READ, sheet)
    else:
        sheet.state, sheet.content = SheetState.COMPARING, jsons.as_data(*read)
        sheet.save()
        compare_sheet(sheet.pk)
    return sheet


def read_sheet(key: int) -> None:
    """Read the file of a long spreadsheet, and hand it over to be compared."""
    found = RoadmapSheet.objects.filter(pk=key, state=SheetState.READING)
    sheet = found.select_related("roadmap__participation", "user", "file").first()
    if sheet is None:
        return
    with translation.override(sheet.user.language):
        changed: dict[str, Any]
        try:
            content, taken = read_file(sheet.name, bytes(sheet.file.content), sheet.roadmap)
            changed = {"state": SheetState.COMPARING, "content": jsons.as_data(content, taken)}
        except Unreadable as why:
            changed = {"state": SheetState.UNREADABLE, "fault": str(why)[:500]}
    with transaction.atomic():
        if _move_on(found, **changed):
            SheetFile.objects.filter(sheet=sheet).delete()
            if changed["state"] == SheetState.COMPARING:
                _hand_over(COMPARE, sheet)


def compare_sheet(key: int) -> None:
    """Compare what was read with what is saved now, and keep each row that differs."""
    found = RoadmapSheet.objects.filter(pk=key, state=SheetState.COMPARING)
    sheet = found.select_related("roadmap__participation", "user").first()
    if sheet is None:
        return
    content = jsons.from_data(sheet.content.get("sheets"))
    taken = jsons.taken_from(sheet.content.get("taken"))
    with translation.override(sheet.user.language):
        differences = compare(sheet.roadmap, sheet.user, content, taken)
    # In the order in which they can be written.
    ordered = [
        *parents_first(differences.of(INITIATIVES)),
        *(one for one in differences.changes if one.table.name != INITIATIVES),
    ]
    rows = [_as_row(sheet, place, change, taken) for place, change in enumerate(ordered)]
    with transaction.atomic():
        now = timezone.now()
        ready = {
            "unchanged": differences.unchanged,
            "fields_to_take": len(differences.boxes()),
            "compared_at": now,
        }
        if _move_on(found, state=SheetState.READY, **ready):
            sheet.rows.all().delete()
            SheetRow.objects.bulk_create(rows, batch_size=500)


def _as_row(sheet: RoadmapSheet, place: int, change: Change, taken: Taken) -> SheetRow:
    line = change.line
    return SheetRow(
        sheet=sheet,
        place=place,
        table=change.table.name,
        key=line.key[:20],
        number=line.number,
        title=change.title,
        cells=line.cells,
        taken=taken.get(change.table.name, {}).get(line.key),
        fields=[vars(one) for one in change.fields],
        is_gone=bool(change.fault),
        has_conflict=change.has_conflict,
        has_fault=change.has_fault,
    )


@transaction.atomic
def compare_anew(sheet: RoadmapSheet) -> None:
    """Compare once more with what is saved by now. Raises NotNow."""
    sheet = _waiting(sheet)
    _begin_again(sheet, SheetState.COMPARING)
    if sheet.unchanged + sheet.rows.count() > AT_ONCE:
        _hand_over(COMPARE, sheet)
    else:
        compare_sheet(sheet.pk)


def is_uncompared(sheet: RoadmapSheet) -> bool:
    """Say whether it was brought before the rows that differ were kept: it has to be compared."""
    return sheet.state == SheetState.READY and sheet.compared_at is None


@transaction.atomic
def try_again(sheet: RoadmapSheet) -> None:
    """Hand over once more what a lost worker held. Raises NotNow while it may be at it."""
    sheet = _locked().get(pk=sheet.pk)
    if not may_try_again(sheet):
        raise NotNow(_("The file is being worked on, or is done."))
    work = {SheetState.READING: READ, SheetState.COMPARING: COMPARE, SheetState.WRITING: WRITE}
    state = SheetState(sheet.state)
    _begin_again(sheet, state)
    _hand_over(work[state], sheet)


def may_try_again(sheet: RoadmapSheet) -> bool:
    """Say whether the worker has been silent for so long that it is gone."""
    return sheet.is_running and sheet.changed_at < timezone.now() - SILENT


# ── deciding and writing ────────────────────────────────────────────────────────────────────────
@transaction.atomic
def take(sheet: RoadmapSheet, ticked: Collection[str], tables: Collection[str] = ()) -> int | None:
    """Write what was ticked, and of whole tables what nobody else changed since.

    Returns how many fields were written, or None where the worker writes them. Few are all written
    or none: then NotAccepted says why. Raises NotNow when it was decided on before.
    """
    sheet = _waiting(sheet)
    if is_uncompared(sheet):
        raise NotNow(_("The file was brought some time ago. Look at what it would change now."))
    sheet.wanted = {"ticked": sorted(ticked), "tables": sorted(tables)}
    chosen = Q(table__in=tables)
    for table, numbers in _rows_ticked(ticked).items():
        chosen |= Q(table=table, number__in=numbers)
    sheet.rows.filter(chosen).update(is_chosen=True)
    _begin_again(sheet, SheetState.WRITING)
    if sheet.rows.to_write().count() > AT_ONCE:
        _hand_over(WRITE, sheet)
        return None
    sheet.written = _write(sheet, list(sheet.rows.to_write()))
    _end(sheet)
    return sheet.written


def _rows_ticked(ticked: Collection[str]) -> dict[str, set[int]]:
    """Return the rows of each table of which a box was ticked: "table-row-column"."""
    rows: dict[str, set[int]] = defaultdict(set)
    for box in ticked:
        table, _dash, number = box.rpartition("-")[0].rpartition("-")
        # Rows of files are counted; what is longer was typed by nobody.
        if number.isdecimal() and len(number) <= MOST_DIGITS:
            rows[table].add(int(number))
    return rows


@transaction.atomic
def write_sheet(key: int) -> None:
    """Write the next rows that were chosen; hand over the following piece, or say it is done."""
    sheet = _locked().filter(pk=key, state=SheetState.WRITING).first()
    if sheet is None:
        return
    piece = list(sheet.rows.to_write()[:AT_ONCE])
    with translation.override(sheet.user.language):
        if not may_edit(sheet.user, sheet.roadmap):
            sheet.rows.to_write().update(fault=_("You may not write this roadmap any more."))
            piece = []
        faults: dict[str, str] = {}
        sheet.written += _write(sheet, piece, faults)
        for row in piece:
            row.fault = faults.get(row.id_of_change, "")[:500]
            row.is_written = not row.fault
    SheetRow.objects.bulk_update(piece, ["fault", "is_written"])
    if sheet.rows.to_write().exists():
        sheet.save(update_fields=["written", "changed_at"])
        _hand_over(WRITE, sheet, after=piece[-1].place)
    else:
        _end(sheet)


def _write(sheet: RoadmapSheet, rows: list[SheetRow], faults: dict[str, str] | None = None) -> int:
    content: Content = {}
    taken: Taken = {}
    for row in rows:
        content.setdefault(row.table, []).append(Line(row.key, row.number, row.cells))
        if row.taken is not None:
            taken.setdefault(row.table, {})[row.key] = row.taken
    ticked, tables = set(sheet.wanted["ticked"]), set(sheet.wanted["tables"])
    wanted = [
        f"{row.id_of_change}-{column}" for row in rows for column in row.chosen(ticked, tables)
    ]
    seen = {f"{row.id_of_change}-{one['column']}": one["now"] for row in rows for one in row.fields}
    return accept(sheet, wanted, content, taken, seen=seen, faults=faults)


def _end(sheet: RoadmapSheet) -> None:
    """Forget what was read; rows that were chosen and not written stay, to be mended by hand."""
    sheet.state, sheet.accepted_at, sheet.content = SheetState.DONE, timezone.now(), {}
    sheet.save(update_fields=["state", "accepted_at", "content", "written", "changed_at"])
    sheet.rows.filter(fault="").delete()


def _locked() -> QuerySet[RoadmapSheet]:
    # What was read may be large, and is needed for comparing alone.
    return RoadmapSheet.objects.select_for_update().defer("content")


def _waiting(sheet: RoadmapSheet) -> RoadmapSheet:
    sheet = _locked().get(pk=sheet.pk)
    if sheet.state == SheetState.DONE:
        raise NotNow(_("This file was accepted before."))
    if sheet.state != SheetState.READY:
        raise NotNow(_("The file is being worked on, or is done."))
    return sheet


def _begin_again(sheet: RoadmapSheet, state: SheetState) -> None:
    sheet.state, sheet.tries = state, sheet.tries + 1
    sheet.save(update_fields=["state", "tries", "wanted", "changed_at"])


def _move_on(found: Any, **changed: Any) -> bool:
    """Change a spreadsheet unless another worker was faster; return whether it was changed."""
    return bool(found.update(changed_at=timezone.now(), **changed))


def _hand_over(work: str, sheet: RoadmapSheet, *, after: int = 0) -> None:
    effects.hand_over(work, key=f"{work}:{sheet.pk}:{sheet.tries}:{after}", sheet=sheet.pk)
