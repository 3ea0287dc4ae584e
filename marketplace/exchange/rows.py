"""What a row of a table would do, and doing it: the same judgement before and at the writing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from marketplace import permissions, services
from marketplace.exchange import columns
from marketplace.exchange.cells import CellFault, clean
from marketplace.models import (
    UNDER_REVIEW,
    Entry,
    EntryKind,
    Revision,
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
        self.user, self.names = user, names
        self.vocabulary = columns.Vocabulary()
        acted_for = City.objects.acted_for_by(user)
        self.cities = {
            city.slug: city for city in acted_for if permissions.may_edit_for(user, city)
        }
        self.bases: dict[int, Revision] = {}
        self.by_slug: dict[str, Entry] = {}
        self.by_title: dict[tuple[int | None, str], Entry] = {}
        self.first: dict[int, int] = {}

    def prepare(self, rows: list[TableRow]) -> None:
        """Fetch the entries that rows are about, with the latest revision of each."""
        if not rows:
            return
        cells = [self._named(row) for row in rows]
        slugs = {each.get("entry", "").strip() for each in cells} - {""}
        titles = {each.get("title", "").strip()[:160] for each in cells if not each.get("entry")}
        own = Entry.objects.filter(city__in=self.cities.values())
        if permissions.is_programme_staff(self.user):
            own = own | Entry.objects.filter(city=None)
        called = Revision.objects.filter(title__in=titles - {""}, entry__in=own.order_by())
        # Step by step: as one query, PostgreSQL tries every pair where it knows no sizes yet.
        found = {
            *own.filter(slug__in=slugs).values_list("pk", flat=True),
            *called.order_by().values_list("entry", flat=True),
        }
        revisions = (
            Revision.objects.filter(entry__in=found)
            .select_related("entry__city")
            .prefetch_related(*LISTS)
            .order_by("entry", "number")
        )
        # The last one of each entry stays: an open revision has the highest number.
        self.bases = {revision.entry_id: revision for revision in revisions}
        entries = [revision.entry for revision in self.bases.values()]
        self.by_slug = {entry.slug: entry for entry in entries}
        self.by_title = {(entry.city_id, self.bases[entry.pk].title): entry for entry in entries}
        # The first row about each entry, also of the pieces before this one.
        before = TableRow.objects.filter(table=rows[0].table_id, entry__in=self.bases)
        self.first = dict(before.order_by("-number").values_list("entry", "number"))

    def judge(self, row: TableRow) -> Judgement:
        """Say what a row would do, with every fault of every cell."""
        cells = self._named(row)
        faults: list[str] = []
        entry, city, kind = self._entry(cells, faults)
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
        base = self.bases[entry.pk]
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

    def _named(self, row: TableRow) -> dict[str, str]:
        return dict(zip(self.names, row.cells, strict=False))

    def _entry(
        self, cells: dict[str, str], faults: list[str]
    ) -> tuple[Entry | None, City | None, EntryKind]:
        """Return the entry a row is about, if there is one, its city and its kind."""
        city = self._city(cells.get("city", "").strip(), faults)
        slug = cells.get("entry", "").strip()
        said = cells.get("kind", "").strip() or EntryKind.SOLUTION
        kind = EntryKind(said) if said in EntryKind.values else None
        if kind is None:
            faults.append(
                _("Column {name}: {words}").format(
                    name="kind",
                    words=_("“{text}” is not one of: {known}.").format(
                        text=said[:40], known=", ".join(EntryKind.values)
                    ),
                )
            )
            kind = EntryKind.SOLUTION
        entry = self.by_slug.get(slug)
        if slug and entry is None:
            faults.append(
                _(
                    "No entry you may write has the address “{slug}”; leave it empty for a new one."
                ).format(slug=slug[:60])
            )
        if not slug:
            title = cells.get("title", "").strip()
            entry = self.by_title.get((city.pk if city else None, title))
        if entry is None:
            return None, city, kind
        if cells.get("city", "").strip() and entry.city != city and not faults:
            faults.append(
                _("This entry is of {city}; ask for a transfer to move it.").format(
                    city=entry.city or entry.owner_note
                )
            )
        if cells.get("kind", "").strip() and entry.kind != kind:
            faults.append(_("The kind of an entry does not change."))
        return entry, entry.city, EntryKind(entry.kind)

    def _city(self, slug: str, faults: list[str]) -> City | None:
        """Return the city a row names; the only one of this person where none is named."""
        if slug in self.cities:
            return self.cities[slug]
        if slug:
            faults.append(
                _("You do not write for a city “{slug}”; yours: {known}.").format(
                    slug=slug[:60], known=", ".join(sorted(self.cities)) or "–"
                )
            )
            return None
        if len(self.cities) == 1:
            return next(iter(self.cities.values()))
        if not permissions.is_programme_staff(self.user):
            faults.append(_("Say for which city: {known}.").format(known=", ".join(self.cities)))
        return None

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


def note(row: TableRow, judged: Judgement) -> None:
    """Keep what was found about a row in the row, unsaved."""
    row.verdict = judged.verdict
    row.entry = judged.entry
    row.title = judged.title[:160]
    row.messages = judged.messages
    row.changes = judged.changes


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
