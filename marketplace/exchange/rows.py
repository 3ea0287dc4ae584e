"""What a row of a table would do, and doing it: the same judgement before and at the writing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from cities.tables.cells import CellFault, clean
from marketplace import services
from marketplace.exchange import columns
from marketplace.exchange.finding import Entries
from marketplace.exchange.noting import note
from marketplace.models import (
    UNDER_REVIEW,
    Entry,
    EntryKind,
    RevisionState,
    TableRow,
    Verdict,
)

LISTS = ("themes", "fundings", "standards", "technologies", "goals", "partners")


@dataclass
class Judgement:
    """What a row would do: its verdict, the entry it is about, and what would be written."""

    verdict: Verdict
    entry: Entry | None = None
    city: City | None = None
    kind: EntryKind = EntryKind.SOLUTION
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the row calls its entry."""
        return str(self.values.get("title", ""))


class Judge:
    """Judges rows of one person's table against the entries as they are now."""

    def __init__(self, user: User, names: list[str]) -> None:
        """Read what cells may name, and whose drafts this person may write."""
        self.names = names
        self.vocabulary = columns.Vocabulary()
        self.entries = Entries(user, names, LISTS)
        self.first: dict[int, int] = {}

    def prepare(self, rows: list[TableRow]) -> None:
        """Fetch the entries that rows are about, with the latest revision of each."""
        if not rows:
            return
        self.entries.prepare(rows)
        # The first row about each entry, also of the pieces before this one.
        before = TableRow.objects.filter(table=rows[0].table_id, entry__in=self.entries.bases)
        self.first = dict(before.order_by("-number").values_list("entry", "number"))

    def judge(self, row: TableRow) -> Judgement:
        """Say what a row would do, with every fault of every cell."""
        cells = self.entries.named(row)
        faults: list[str] = []
        entry, city, kind = self.entries.find(cells, faults)
        values = self._values(cells, kind, faults)
        if entry is not None and self.first.setdefault(entry.pk, row.number) < row.number:
            faults.append(
                _("This row is about the same entry as row {number}.").format(
                    number=self.first[entry.pk]
                )
            )
        if entry is None and not values.get("title"):
            faults.append(_("A new entry needs a title."))
        judged = Judgement(Verdict.REFUSED, entry, city, kind, values, messages=faults)
        if faults:
            return judged
        if entry is None:
            judged.verdict = Verdict.NEW
            judged.changes = [columns.label_of(name) for name in values if values[name]]
            return judged
        base = self.entries.bases[entry.pk]
        changed = [name for name in values if not columns.same(base, name, values[name])]
        judged.values = {name: values[name] for name in changed} | {
            "title": values.get("title", base.title)
        }
        judged.changes = [columns.label_of(name) for name in changed]
        judged.verdict = Verdict.CHANGED if changed else Verdict.UNCHANGED
        if changed and base.state in UNDER_REVIEW:
            judged.verdict = Verdict.REFUSED
            judged.messages = [
                _("Revision {number} is under review; its words no longer change.").format(
                    number=base.number
                )
            ]
        elif changed and base.state != RevisionState.DRAFT:
            judged.messages = [_("A new draft beside what is there.")]
        return judged

    def _values(self, cells: dict[str, str], kind: EntryKind, faults: list[str]) -> dict[str, Any]:
        values = {}
        for name in self.names:
            # No text is without a language: an empty cell leaves it as it is.
            if name in columns.KEYS or (name == "language" and not cells.get(name, "").strip()):
                continue
            try:
                if name in columns.OF_KIND[kind]:
                    values[name] = columns.read(name, cells.get(name, ""), self.vocabulary)
                elif clean(cells.get(name, "")):
                    raise CellFault(_("A {kind} has no such field.").format(kind=kind.label))
            except CellFault as fault:
                faults.append(_("Column {name}: {words}").format(name=name, words=fault))
        return values


def write(row: TableRow, judged: Judgement, user: User) -> None:
    """Do what a row was judged to do, in drafts alone; what is refused is noted in the row."""
    shown = set(row.changes)
    note(row, judged)
    if judged.verdict == Verdict.CHANGED and set(judged.changes) - shown:
        row.verdict, row.changes = Verdict.REFUSED, []
        row.messages = [_("The draft was changed since you looked; bring the table again.")]
        return
    if judged.verdict not in {Verdict.NEW, Verdict.CHANGED}:
        return
    try:
        with transaction.atomic():
            if judged.entry is None:
                draft = services.new_entry(judged.kind, judged.city, user, judged.title)
                row.entry = draft.entry
            else:
                draft = services.draft_of(judged.entry, user)
            services.write_draft(draft, judged.values)
            row.is_written = True
    except services.Refused as refusal:
        row.verdict, row.messages, row.is_written = Verdict.REFUSED, [str(refusal)], False
        row.entry = judged.entry
