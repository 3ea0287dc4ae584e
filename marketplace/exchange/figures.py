"""What a row of a table of figures would do, and doing it: in drafts alone, as with entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from cities.tables.cells import CellFault
from marketplace import services
from marketplace.exchange import figure_columns
from marketplace.exchange.finding import Entries
from marketplace.exchange.noting import note
from marketplace.models import (
    UNDER_REVIEW,
    Entry,
    EntryKind,
    ResultFigure,
    Revision,
    RevisionState,
    TableRow,
    Verdict,
)


@dataclass
class FigureJudgement:
    """What a row would do: its verdict, whose figure it is, which place, and what it would say."""

    verdict: Verdict
    entry: Entry | None = None
    place: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the row calls its figure."""
        return str(self.values.get("label", ""))


class FigureJudge:
    """Judges rows of one person's table of figures against the entries as they are now."""

    def __init__(self, user: User, names: list[str]) -> None:
        """Read whose drafts this person may write."""
        self.names = names
        self.entries = Entries(user, names, ("figures",))
        # Which row named a figure first: by its entry and place, or its words and date.
        self.first: dict[tuple[Any, ...], int] = {}
        self.added: dict[int, int] = {}

    def prepare(self, rows: list[TableRow]) -> None:
        """Fetch the entries that rows are about, with the latest revision of each."""
        if not rows:
            return
        self.entries.prepare(rows)
        before = TableRow.objects.filter(
            table=rows[0].table_id, number__lt=rows[0].number, entry__in=self.entries.bases
        )
        for row in before.order_by("number"):
            self.judge(row)

    def judge(self, row: TableRow) -> FigureJudgement:
        """Say what a row would do, with every fault of every cell."""
        cells = self.entries.named(row)
        faults: list[str] = []
        entry, _city, _kind = self.entries.find(cells, faults)
        judged = FigureJudgement(Verdict.REFUSED, entry, messages=faults)
        if entry is None:
            if not faults:
                faults.append(_("No entry you may write has this title; name it in “entry”."))
            return judged
        if entry.kind != EntryKind.SOLUTION:
            faults.append(_("A {kind} has no figures.").format(kind=EntryKind(entry.kind).label))
            return judged
        base = self.entries.bases[entry.pk]
        there = list(base.figures.all())
        judged.place = self._place(cells, there, faults)
        figure = there[judged.place - 1] if judged.place else None
        judged.values = figure_columns.read_row(cells, self.names, figure, faults)
        self._refuse_twice(judged, entry, row.number)
        if not (judged.values.get("label") or figure):
            faults.append(_("A new figure needs a name, in “figure”."))
        if faults:
            return judged
        if figure is None:
            self._judge_new(judged, entry, len(there))
        else:
            self._judge_change(judged, figure)
        if judged.verdict in {Verdict.NEW, Verdict.CHANGED}:
            self._refuse_under_review(judged, base)
        return judged

    def _place(
        self, cells: dict[str, str], there: list[ResultFigure], faults: list[str]
    ) -> int | None:
        """Return which figure of the entry a row is about; None for a new one."""
        try:
            order = figure_columns.read_order(cells.get("order", ""))
        except CellFault as fault:
            faults.append(_("Column {name}: {words}").format(name="order", words=fault))
            return None
        if order is not None:
            return order if order <= len(there) else None
        # Without a place: the figure of the same name for the same time.
        label, as_of = cells.get("figure", "").strip(), cells.get("as_of", "").strip()
        for place, figure in enumerate(there, start=1):
            if figure.label == label and figure_columns.holds_for(figure, as_of):
                return place
        return None

    def _refuse_twice(self, judged: FigureJudgement, entry: Entry, number: int) -> None:
        said = judged.values
        key: tuple[Any, ...] = (entry.pk, judged.place)
        if judged.place is None:
            key = (entry.pk, said.get("label"), said.get("as_of"), said.get("period_starts_on"))
        if self.first.setdefault(key, number) < number:
            judged.messages.append(
                _("This row is about the same figure as row {number}.").format(
                    number=self.first[key]
                )
            )

    def _judge_new(self, judged: FigureJudgement, entry: Entry, count: int) -> None:
        if not judged.values.get("as_reported"):
            judged.messages.append(_("A new figure needs a value."))
            return
        added = self.added.get(entry.pk, 0) + 1
        if count + added > services.MOST_FIGURES:
            judged.messages.append(
                _("An entry has {most} figures at most.").format(most=services.MOST_FIGURES)
            )
            return
        self.added[entry.pk] = added
        judged.verdict = Verdict.NEW
        judged.changes = [name for name in figure_columns.FIGURE_FIELDS if name in self.names]

    def _judge_change(self, judged: FigureJudgement, figure: ResultFigure) -> None:
        judged.changes = figure_columns.changed(figure, judged.values)
        judged.verdict = Verdict.CHANGED if judged.changes else Verdict.UNCHANGED

    def _refuse_under_review(self, judged: FigureJudgement, base: Revision) -> None:
        if base.state in UNDER_REVIEW:
            judged.verdict = Verdict.REFUSED
            judged.messages.append(
                _("Revision {number} is under review; its words no longer change.").format(
                    number=base.number
                )
            )
        elif base.state != RevisionState.DRAFT:
            judged.messages.append(_("A new draft beside what is there."))


def write(row: TableRow, judged: FigureJudgement, user: User) -> None:
    """Do what a row was judged to do, in drafts alone; what is refused is noted in the row."""
    shown = Verdict(row.verdict)
    note(row, judged)
    if judged.verdict not in {Verdict.NEW, Verdict.CHANGED} or judged.entry is None:
        return
    if judged.verdict != shown:
        row.verdict, row.changes = Verdict.REFUSED, []
        row.messages = [_("The draft was changed since you looked; bring the table again.")]
        return
    try:
        with transaction.atomic():
            draft = services.draft_of(judged.entry, user)
            services.write_figure(draft, judged.place, judged.values)
            row.is_written = True
    except services.Refused as refusal:
        row.verdict, row.messages, row.is_written = Verdict.REFUSED, [str(refusal)], False
