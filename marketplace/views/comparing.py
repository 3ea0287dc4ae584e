"""Up to four entries side by side, their differences in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cities.models import Actor, CitySize
from marketplace import values
from marketplace.differences import FIELDS
from marketplace.evidence import strength
from marketplace.fit import works_in
from marketplace.models import Deployment, Entry, EntryKind, Revision
from marketplace.views.selection import Selection, query_of

MOST = 4
LEAST = 2


@dataclass(frozen=True)
class Row:
    """One fact: its name, what each revision says of it, and whether that differs (None: prose)."""

    label: str
    cells: list[tuple[Revision, str]]
    differs: bool | None = None


@dataclass(frozen=True)
class Column:
    """One entry, and the address of the comparison without it."""

    entry: Entry
    revision: Revision
    without: str


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Set the entries of the address side by side; say so where they are too few or too many."""
    selection = Selection.of(request)
    found = _entries(selection.slugs, request.user)
    if (now := selection.led_on(entry.slug for entry in found)) is not None:
        return redirect(f"{request.path}?{now}", permanent=True)
    shown, left_out = found[:MOST], found[MOST:]
    slugs = [entry.slug for entry in found]
    columns = [
        Column(entry, entry.live_revision, query_of(slug for slug in slugs if slug != entry.slug))
        for entry in shown
        if entry.live_revision
    ]
    context = {
        "columns": columns,
        "rows": rows_of([column.entry for column in columns]) if len(columns) >= LEAST else [],
        "left_out": left_out,
        "missing": len(selection.slugs) - len(found),
        "most": MOST,
        "query": query_of(slugs),
        "only": "differences" if request.GET.get("only") == "differences" else "",
    }
    return render(request, "marketplace/compare.html", context)


def _entries(slugs: Sequence[str], user: Actor) -> list[Entry]:
    """Return the live entries of these addresses, in their order, with what is compared."""
    known = Entry.objects.live().visible_to(user).filter(slug__in=slugs)
    known = known.select_related("city", "live_revision").prefetch_related(
        "live_revision__themes",
        "live_revision__technologies",
        "live_revision__goals",
        "live_revision__standards",
        "live_revision__fundings",
        "live_revision__figures",
        "live_revision__attachments",
        Prefetch("deployments", Deployment.objects.select_related("city")),
    )
    found = {entry.slug: entry for entry in known}
    return [found[slug] for slug in slugs if slug in found]


def rows_of(entries: Sequence[Entry]) -> list[Row]:
    """Return what entries are compared by; facts that none of them states are left out."""
    pairs = [(entry, entry.live_revision) for entry in entries if entry.live_revision]
    rows = []
    for label, read in FACTS:
        cells = [(revision, str(read(entry, revision))) for entry, revision in pairs]
        told = {value for _revision, value in cells}
        if any(told):
            rows.append(Row(label(), cells, differs=len(told) > 1))
    for label, read in PROSE:
        cells = [(revision, read(entry, revision)) for entry, revision in pairs]
        if any(text for _revision, text in cells):
            rows.append(Row(label(), cells))
    return rows


def _owner(entry: Entry, revision: Revision) -> str:
    if entry.city is None:
        return entry.owner_note
    return f"{entry.city}, {entry.city.country.name}"  # type: ignore[attr-defined]


def _runs_in(entry: Entry, revision: Revision) -> str:
    return ", ".join(sorted(city.name for city in works_in(entry, revision)))


def _sizes(entry: Entry, revision: Revision) -> str:
    sizes = {city.size for city in works_in(entry, revision)}
    return "; ".join(str(size.label) for size in CitySize if size in sizes)


def _months(entry: Entry, revision: Revision) -> str:
    months = revision.months_to_deploy
    if months is None:
        return ""
    return ngettext("{number} month", "{number} months", months).format(number=months)


def _evidence(entry: Entry, revision: Revision) -> str:
    if entry.kind == EntryKind.CITY_PROFILE:
        return ""
    revision.entry = entry
    return str(strength(revision).level.label)


def _openness(entry: Entry, revision: Revision) -> str:
    said = {True: _("Open source"), False: _("Not open source"), None: ""}
    return said[revision.is_open_source]


def _reuse(entry: Entry, revision: Revision) -> str:
    number = entry.confirmed_reuse
    return ngettext("{number} city", "{number} cities", number).format(number=number)


def _names(name: str) -> Callable[[Entry, Revision], str]:
    def read(entry: Entry, revision: Revision) -> str:
        return ", ".join(str(one) for one in getattr(revision, name).all())

    return read


def _figures(entry: Entry, revision: Revision) -> str:
    return "\n".join(values.line(figure) for figure in revision.figures.all())


def _words(name: str) -> Callable[[Entry, Revision], str]:
    def read(entry: Entry, revision: Revision) -> str:
        # The two kinds of entries have columns in common that only one of them fills.
        return getattr(revision, name) if name in FIELDS[EntryKind(entry.kind)] else ""

    return read


# Read anew for every reader, in their language.
FACTS: list[tuple[Callable[[], str], Callable[[Entry, Revision], str]]] = [
    (lambda: _("Kind"), lambda entry, revision: str(entry.get_kind_display())),
    (lambda: _("Offered by"), _owner),
    (lambda: _("Maturity"), lambda entry, revision: str(revision.get_maturity_display())),
    (lambda: _("Cost to introduce"), lambda entry, revision: str(revision.get_cost_band_display())),
    (lambda: _("Yearly cost"), lambda entry, revision: str(revision.get_yearly_cost_display())),
    (lambda: _("Time to introduce"), _months),
    (lambda: _("Funding"), _names("fundings")),
    (lambda: _("Source code"), _openness),
    (lambda: _("Licence"), lambda entry, revision: revision.licence),
    (lambda: _("Standards"), _names("standards")),
    (lambda: _("Technologies"), _names("technologies")),
    (lambda: _("Themes"), _names("themes")),
    (lambda: _("Sustainable Development Goals"), _names("goals")),
    (lambda: _("Runs in"), _runs_in),
    (lambda: _("Size of these cities"), _sizes),
    (lambda: _("Evidence"), _evidence),
    (lambda: _("Reuse confirmed by its owner"), _reuse),
    (lambda: _("Language"), lambda entry, revision: revision.get_language_display()),
]
PROSE: list[tuple[Callable[[], str], Callable[[Entry, Revision], str]]] = [
    (lambda: _("The problem"), _words("problem")),
    (lambda: _("The solution"), _words("approach")),
    (lambda: _("Results"), _words("results")),
    (lambda: _("Figures"), _figures),
    (lambda: _("What it takes to run it"), _words("needs")),
    (lambda: _("What did not work"), _words("did_not_work")),
    (lambda: _("Story"), _words("story")),
    (lambda: _("Strategy"), _words("strategy")),
    (lambda: _("Ambitions"), _words("ambitions")),
]
