"""Tables of entries: what people download, and what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import View

from cities import limits
from cities.editing import kept, receipts
from cities.models import Actor, City, User
from cities.permissions import is_programme_staff, may_edit_for, signed_in
from marketplace import services
from marketplace.exchange import jobs, writing
from marketplace.exchange.figure_columns import FIGURE_COLUMNS
from marketplace.filters import EntryFilter
from marketplace.forms.tables import TableForm
from marketplace.models import Entry, Revision, TableImport, TableRow, TableState, Verdict
from marketplace.search import answers

MOST_EXPORTED = 50_000
# Files cost more than pages.
MOST_AN_HOUR, HOUR_S = 60, 3600
PAGE_SIZE = 50
RUNNING = {TableState.READING, TableState.CHECKING, TableState.WRITING}
TONES = {
    Verdict.NEW: "success",
    Verdict.CHANGED: "info",
    Verdict.UNCHANGED: "neutral",
    Verdict.REFUSED: "danger",
    Verdict.UNREAD: "neutral",
}


# ── out ──────────────────────────────────────────────────────────────────────────────────────────
@require_safe
def entry_table(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The entries the list shows under the same address, as a file."""
    return _refused_for_a_while(request) or _file(request, _shown(request), kind, "marketplace")


@require_safe
def entry_figures(request: HttpRequest) -> HttpResponseBase:
    """The figures of the entries the list shows under the same address."""
    return _refused_for_a_while(request) or _figures(_shown(request), "marketplace-figures")


@require_safe
def own_table(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The entries a person writes for, drafts included, as a file they can bring back."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    return _file(request, _latest_revisions(signed_in(request)), kind, "our-entries")


@require_safe
def own_figures(request: HttpRequest) -> HttpResponseBase:
    """The figures of the entries a person writes for, as a file they can bring back."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    return _figures(_latest_revisions(signed_in(request)), "our-figures")


def _refused_for_a_while(request: HttpRequest) -> HttpResponse | None:
    """Answer that somebody took many files already; None for whoever did not."""
    visitor = limits.network(limits.visitor(request))
    wait_s = limits.take("entry-table", visitor, most=MOST_AN_HOUR, seconds=HOUR_S)
    if not wait_s:
        return None
    words = {
        "title": _("Many downloads in an hour"),
        "text": _("Try again later; the list can be read meanwhile, also by programs."),
    }
    answer = render(request, "marketplace/table_refused.html", words, status=429)
    answer["Retry-After"] = str(wait_s)
    return answer


def _shown(request: HttpRequest) -> list[int]:
    narrowed = EntryFilter(request.GET, queryset=Entry.objects.none(), request=request)
    found = answers.answer(narrowed.question(offset=0, limit=MOST_EXPORTED)).entry_ids
    return _live_revisions(request.user, found)


def _latest_revisions(user: User) -> list[int]:
    latest = Revision.objects.filter(entry__in=_own_entries(user).order_by().values("pk"))
    by_entry = dict(latest.order_by("entry__slug", "number").values_list("entry", "pk"))
    return list(by_entry.values())


def _live_revisions(user: Actor, entries: list[int]) -> list[int]:
    """Return what the public sees of entries, in their order; withdrawn ones are left out."""
    known = Entry.objects.live().visible_to(user).order_by()
    live: dict[int, int | None] = {}
    for start in range(0, len(entries), writing.PIECE):
        piece = entries[start : start + writing.PIECE]
        live |= dict(known.filter(pk__in=piece).values_list("pk", "live_revision"))
    return [revision for pk in entries if (revision := live.get(pk))]


def _file(request: HttpRequest, revisions: list[int], kind: str, name: str) -> HttpResponseBase:
    """Answer with a file, in pieces where it can be."""
    if kind == "csv":
        return _csv(name, writing.csv_pieces(writing.rows_of(revisions)))
    try:
        answer = HttpResponse(writing.workbook(revisions), content_type=writing.XLSX_TYPE)
    except writing.TooMuch:
        words = {
            "title": _("Too much for a workbook"),
            "text": _("So many entries go into a CSV file. Narrow them, or take CSV."),
        }
        return render(request, "marketplace/table_refused.html", words, status=413)
    return _named(answer, f"{name}-{timezone.localdate().isoformat()}.{kind}")


def _figures(revisions: list[int], name: str) -> HttpResponseBase:
    return _csv(name, writing.csv_pieces(writing.figures_of(revisions), FIGURE_COLUMNS))


def _csv(name: str, pieces: Iterator[bytes]) -> HttpResponseBase:
    answer = StreamingHttpResponse(pieces, content_type=writing.CSV_TYPE)
    return _named(answer, f"{name}-{timezone.localdate().isoformat()}.csv")


def _named(answer: HttpResponseBase, file_name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


# ── in ───────────────────────────────────────────────────────────────────────────────────────────
class TableStart(kept.KeepsInputMixin, View):
    """Where a table is brought; the same form sent twice leads to the same table."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file, and offer what there is as a file to begin with."""
        self._refuse_outsiders(request)
        return self._show(request, TableForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read it, and lead to its preview."""
        self._refuse_outsiders(request)
        form = TableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, form)
        user, name = signed_in(request), form.cleaned_data["file"].name

        def create() -> str:
            if form.sheets is None:
                encoding = form.cleaned_data["encoding"]
                return jobs.begin_to_read(user, form.content, encoding, name).get_absolute_url()
            return jobs.begin(user, form.sheets, name).get_absolute_url()

        return redirect(receipts.once(request, create))

    def _refuse_outsiders(self, request: HttpRequest) -> None:
        if not (_own_cities(signed_in(request)) or is_programme_staff(request.user)):
            raise PermissionDenied(
                _("Tables are brought by the teams of cities. Ask whoever leads yours to add you.")
            )

    def _show(self, request: HttpRequest, form: TableForm) -> HttpResponse:
        context = {
            "form": form,
            "key": request.POST.get("key") or receipts.new_key(),
            "tables": TableImport.objects.visible_to(request.user)[:10],
            "own": _own_entries(signed_in(request)).count(),
        }
        return render(request, "marketplace/table_start.html", context)


class TableDetail(kept.KeepsInputMixin, View):
    """What a table would do, row by row, and the decision. htmx asks for its progress."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how far it is and its rows, all or those of one verdict."""
        table = self._table(request, pk)
        counts = table.verdicts()
        shown = request.GET.get("show", "")
        shown = shown if shown in Verdict.values else ""
        rows = table.rows.select_related("entry")
        takes = rows.filter(verdict__in=jobs.TO_WRITE, is_written=False).count()
        pages = Paginator(rows.filter(verdict=shown) if shown else rows, PAGE_SIZE)
        page = pages.get_page(request.GET.get("page"))
        context = {
            "table": table,
            "followers": table.followers.all(),
            "is_running": table.state in RUNNING,
            "is_ready": table.state == TableState.READY,
            "is_begun": table.rows.filter(is_written=True).exists(),
            "progress": _progress(table, counts),
            "takes": takes,
            "refused": counts[Verdict.REFUSED],
            "fits_together": takes <= jobs.MOST_TOGETHER,
            "tabs": _tabs(counts, shown),
            "unchanged": counts[Verdict.UNCHANGED],
            "page_obj": page,
            "rows": [
                {
                    "row": row,
                    "tone": TONES[Verdict(row.verdict)],
                    "may_tick": table.state == TableState.READY
                    and row.verdict in jobs.TO_WRITE
                    and not row.is_written,
                }
                for row in page
            ],
        }
        is_part = request.htmx and context["is_running"]  # type: ignore[attr-defined]
        template = "_table_progress.html" if is_part else "table_detail.html"
        answer = render(request, f"marketplace/{template}", context)
        if request.htmx and not context["is_running"]:  # type: ignore[attr-defined]
            # Checked or written: the whole page has changed.
            answer["HX-Refresh"] = "true"
        answer["Vary"] = "HX-Request"
        return answer

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the valid rows, the ticked ones, all or none, or leave the table."""
        table = self._table(request, pk)
        ticked = [int(row) for row in request.POST.getlist("row") if row[:9].isdecimal()]
        acts = {
            "valid": jobs.take_valid,
            "chosen": lambda table: jobs.take_chosen(table, ticked),
            "all": jobs.take_all,
            "none": jobs.leave,
        }
        act = acts.get(request.POST.get("take", ""))
        if act is None:
            messages.error(request, _("Choose one of the buttons on this page."))
            return redirect(table)
        try:
            act(table)
        except services.Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(table)

    def _table(self, request: HttpRequest, pk: int) -> TableImport:
        return get_object_or_404(TableImport.objects.visible_to(request.user), pk=pk)


@require_safe
def table_faults(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that cannot be taken, with their numbers and reasons, as a CSV file."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    table = get_object_or_404(TableImport.objects.visible_to(request.user), pk=pk)
    faulty = table.rows.filter(verdict=Verdict.REFUSED).iterator(chunk_size=writing.PIECE)
    rows = ([row.number, " ".join(row.messages), *row.cells] for row in faulty)
    pieces = writing.csv_pieces(rows, ["row", "what is wrong", *table.columns])
    answer = StreamingHttpResponse(pieces, content_type=writing.CSV_TYPE)
    return _named(answer, f"rows-to-mend-{table.pk}.csv")


def _own_cities(user: User) -> list[City]:
    return [city for city in City.objects.acted_for_by(user) if may_edit_for(user, city)]


def _own_entries(user: User) -> QuerySet[Entry]:
    """Keep the entries whose drafts this person may write."""
    own = Entry.objects.filter(city__in=_own_cities(user))
    return own | Entry.objects.filter(city=None) if is_programme_staff(user) else own


def _progress(table: TableImport, counts: dict[str, int]) -> dict[str, int]:
    """Return how many rows are done, of how many."""
    if table.state in {TableState.READING, TableState.CHECKING}:
        total = sum(counts.values())
        return {"value": total - counts[Verdict.UNREAD], "maximum": total}
    wanted = TableRow.objects.filter(table=table, verdict__in=[Verdict.NEW, Verdict.CHANGED])
    return {"value": wanted.filter(is_written=True).count(), "maximum": wanted.count()}


def _tabs(counts: dict[str, int], shown: str) -> list[dict[str, Any]]:
    """Return the verdicts there are, with their numbers, for links above the rows."""
    tabs = [{"url": "?", "label": _("All"), "count": sum(counts.values()), "current": not shown}]
    tabs += [
        {
            "url": f"?show={verdict.value}",
            "label": verdict.label,
            "count": counts[verdict],
            "current": verdict == shown,
        }
        for verdict in Verdict
        if counts[verdict]
    ]
    return tabs
