"""Which entry a row of a table is about, among those whose drafts a person may write."""

from __future__ import annotations

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cities.models import City, User
from marketplace import permissions
from marketplace.models import Entry, EntryKind, Revision, TableRow


class Entries:
    """Finds the entries of one person's table; each piece of rows is fetched at once."""

    def __init__(self, user: User, names: list[str], lists: tuple[str | Prefetch, ...]) -> None:
        """Read whose drafts this person may write; `lists` come along with each revision."""
        self.user, self.names, self.lists = user, names, lists
        acted_for = City.objects.acted_for_by(user)
        self.cities = {
            city.slug: city for city in acted_for if permissions.may_edit_for(user, city)
        }
        self.bases: dict[int, Revision] = {}
        self.by_slug: dict[str, Entry] = {}
        self.by_title: dict[tuple[int | None, str], Entry] = {}

    def prepare(self, rows: list[TableRow]) -> None:
        """Fetch the entries that rows are about, with the latest revision of each."""
        if not rows:
            return
        cells = [self.named(row) for row in rows]
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
            .prefetch_related(*self.lists)
            .order_by("entry", "number")
        )
        # The last one of each entry stays: an open revision has the highest number.
        self.bases = {revision.entry_id: revision for revision in revisions}
        entries = [revision.entry for revision in self.bases.values()]
        self.by_slug = {entry.slug: entry for entry in entries}
        self.by_title = {(entry.city_id, self.bases[entry.pk].title): entry for entry in entries}

    def named(self, row: TableRow) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
        return dict(zip(self.names, row.cells, strict=False))

    def find(
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
