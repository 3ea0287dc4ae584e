"""The charters of a roadmap as a spreadsheet: take it along, bring it back, choose what to keep."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.generic import View

from cities.editing.kept import sign_in_first
from cities.models import User
from initiatives.exchange import jobs, jsons, workbooks, writing
from initiatives.exchange.accepting import NotAccepted
from initiatives.exchange.columns import TABLES
from initiatives.forms.sheets import SheetForm
from initiatives.models import RoadmapSheet, SheetRow, SheetState
from initiatives.permissions import may_read_inside
from initiatives.views.access import WritesRoadmap, roadmaps_for

# A browser may send a thousand fields. Beyond, only conflicts have boxes of their own.
MOST_ROWS, MOST_BOXES = 200, 900
MOST_CONFLICTS, PAGE_SIZE = 50, 100
MOST_REFUSED = 500
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@require_safe
def take_sheet(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Download the charters; they hold what is internal, so insiders alone get them."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if kind not in TYPES:
        raise Http404
    if not may_read_inside(request.user, roadmap):
        raise PermissionDenied
    writer = jsons if kind == "json" else workbooks
    data = writer.write(roadmap, writing.lines_of(roadmap, request.user))
    answer = HttpResponse(data, content_type=TYPES[kind])
    name = slugify(roadmap.title)[:60] or "charters"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def person(request: HttpRequest) -> User:
    """Return who writes; the gate let nobody else through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class BringSheet(WritesRoadmap, View):
    """The page from which it is taken and to which it is brought back."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the page."""
        return self._show(SheetForm(roadmap=self.roadmap))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the file and go on to what it would change; nothing is written yet."""
        form = SheetForm(request.POST, request.FILES, roadmap=self.roadmap)
        if not form.is_valid():
            return self._show(form)
        sheet = jobs.begin(
            self.roadmap,
            person(request),
            form.cleaned_data["file"].name,
            read=form.read,
            data=form.content,
        )
        return HttpResponseRedirect(sheet.get_absolute_url())

    def _show(self, form: SheetForm) -> HttpResponse:
        context = {
            "roadmap": self.roadmap,
            "participant": self.roadmap.participation.participant,
            "form": form,
            "waiting": RoadmapSheet.objects.filter(
                roadmap=self.roadmap, user=person(self.request), accepted_at=None
            ).defer("content")[:5],
        }
        return render(self.request, "initiatives/plan/sheet_bring.html", context)


class DecideSheet(WritesRoadmap, View):
    """What a file would change, with a box before each field; how far the worker is with it."""

    def sheet(self, request: HttpRequest) -> RoadmapSheet:
        """Find what this person brought."""
        mine = RoadmapSheet.objects.filter(roadmap=self.roadmap, user=person(request))
        return get_object_or_404(mine.defer("content"), pk=self.kwargs["sheet"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the differences; to htmx, how far it is, and the whole page once that has ended."""
        sheet = self.sheet(request)
        if request.htmx and sheet.is_running:  # type: ignore[attr-defined]
            return render(request, "initiatives/plan/_sheet_progress.html", _progress(sheet))
        if jobs.is_uncompared(sheet):
            jobs.compare_anew(sheet)
            sheet.refresh_from_db()
        answer = self._show(sheet)
        if request.htmx:  # type: ignore[attr-defined]
            answer["HX-Refresh"] = "true"
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Write what was chosen, compare anew, try again, or forget the file."""
        sheet = self.sheet(request)
        try:
            if "discard" in request.POST:
                sheet.delete()
                messages.info(request, _("The file is forgotten; nothing more is changed."))
                return HttpResponseRedirect(self.roadmap.get_absolute_url())
            if "compare" in request.POST:
                jobs.compare_anew(sheet)
            elif "again" in request.POST:
                jobs.try_again(sheet)
            else:
                return self._take(request, sheet)
        except jobs.NotNow as why:
            messages.info(request, str(why))
        return HttpResponseRedirect(sheet.get_absolute_url())

    def _take(self, request: HttpRequest, sheet: RoadmapSheet) -> HttpResponse:
        ticked = set(request.POST.getlist("take"))
        try:
            written = jobs.take(sheet, ticked, set(request.POST.getlist("table")))
        except NotAccepted as why:
            messages.error(request, str(why))
            return self._show_anew(sheet, ticked)
        if written is None:
            return HttpResponseRedirect(sheet.get_absolute_url())
        messages.success(
            request,
            ngettext("%d field is written.", "%d fields are written.", written) % written,
        )
        return HttpResponseRedirect(self.roadmap.get_absolute_url())

    def _show_anew(self, sheet: RoadmapSheet, ticked: set[str]) -> HttpResponse:
        """Show it compared anew; what became a conflict meanwhile is not ticked any more."""
        before = _conflicts(sheet)
        jobs.compare_anew(sheet)
        sheet.refresh_from_db()
        return self._show(sheet, ticked - (_conflicts(sheet) - before))

    def _show(self, sheet: RoadmapSheet, ticked: set[str] | None = None) -> HttpResponse:
        context = {
            "roadmap": self.roadmap,
            "participant": self.roadmap.participation.participant,
            "may_try_again": jobs.may_try_again(sheet),
            **_progress(sheet),
        }
        if sheet.state == SheetState.READY:
            context |= _rows(self.request, sheet, ticked)
        elif sheet.state == SheetState.DONE:
            context["refused"] = list(sheet.rows.refused()[:MOST_REFUSED])
        return render(self.request, "initiatives/plan/sheet_decide.html", context)


def _rows(request: HttpRequest, sheet: RoadmapSheet, ticked: set[str] | None) -> dict[str, Any]:
    """Return the rows of a short file; of a long one a page, and what has to be looked at first."""
    counts = sheet.rows.by_table()
    total = sum(counts.values())
    is_long = total > MOST_ROWS or sheet.fields_to_take > MOST_BOXES
    labels = [(table.name, counts[table.name]) for table in TABLES if table.name in counts]
    found: dict[str, Any] = {"total": total, "is_long": is_long, "tables": labels}
    found["ticked"] = ticked
    if not is_long:
        return found | {"groups": _grouped(list(sheet.rows.all()))}
    conflicts = sheet.rows.filter(has_conflict=True)
    page = Paginator(sheet.rows.filter(has_conflict=False), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return found | {
        "groups": _grouped(list(conflicts[:MOST_CONFLICTS])),
        "conflicts": conflicts.count(),
        "most_conflicts": MOST_CONFLICTS,
        "faults": sheet.rows.filter(has_fault=True).count(),
        "page_obj": page,
        "page_groups": _grouped(list(page)),
    }


def _grouped(rows: list[SheetRow]) -> list[tuple[str, list[SheetRow]]]:
    return [(name, list(found)) for name, found in groupby(rows, key=lambda row: row.table)]


def _conflicts(sheet: RoadmapSheet) -> set[str]:
    return {
        f"{row.id_of_change}-{one['column']}"
        for row in sheet.rows.filter(has_conflict=True)
        for one in row.fields
        if one["is_conflict"]
    }


def _progress(sheet: RoadmapSheet) -> dict[str, Any]:
    if sheet.state != SheetState.WRITING:
        return {"sheet": sheet}
    chosen = sheet.rows.filter(is_chosen=True)
    total = chosen.count()
    return {"sheet": sheet, "done": total - chosen.to_write().count(), "total": total}


bring_sheet = BringSheet.as_view()
decide_sheet = DecideSheet.as_view()
