"""The charters of a roadmap as a spreadsheet: take it along, bring it back, choose what to keep."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.generic import View

from cities.editing.kept import sign_in_first
from cities.models import User
from initiatives.exchange import accepting, differences, jsons, workbooks, writing
from initiatives.exchange.columns import TABLES
from initiatives.forms.sheets import SheetForm
from initiatives.models import RoadmapSheet
from initiatives.permissions import may_read_inside
from initiatives.views.access import WritesRoadmap, roadmaps_for

# A browser may send a thousand fields; beyond, only conflicts have boxes of their own.
MOST_BOXES = 900
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
    data = writer.write(roadmap, writing.lines_of(roadmap))
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
        sheet = RoadmapSheet.objects.create(
            roadmap=self.roadmap,
            user=person(request),
            name=form.cleaned_data["file"].name[:200],
            content=jsons.as_data(*form.read),
        )
        return HttpResponseRedirect(
            reverse("initiatives:sheet-decide", args=[self.roadmap.pk, sheet.pk])
        )

    def _show(self, form: SheetForm) -> HttpResponse:
        context = {
            "roadmap": self.roadmap,
            "participant": self.roadmap.participation.participant,
            "form": form,
            "waiting": RoadmapSheet.objects.filter(
                roadmap=self.roadmap, user=person(self.request), accepted_at=None
            )[:5],
        }
        return render(self.request, "initiatives/plan/sheet_bring.html", context)


class DecideSheet(WritesRoadmap, View):
    """What a file would change, field by field, with a box before each."""

    def sheet(self, request: HttpRequest) -> RoadmapSheet:
        """Find what this person brought."""
        mine = RoadmapSheet.objects.filter(roadmap=self.roadmap, user=person(request))
        return get_object_or_404(mine, pk=self.kwargs["sheet"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the differences."""
        return self._show(self.sheet(request))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Write what was ticked, all of it or nothing; or forget the file."""
        sheet = self.sheet(request)
        if "discard" in request.POST:
            sheet.delete()
            messages.info(request, _("The file is forgotten; nothing was changed."))
            return HttpResponseRedirect(self.roadmap.get_absolute_url())
        if sheet.accepted_at is not None:
            messages.info(request, _("This file was accepted before."))
            return HttpResponseRedirect(self.roadmap.get_absolute_url())
        chosen = request.POST.getlist("take")
        if "all" in request.POST:
            chosen += self._compare(sheet).boxes(only_safe=True)
        sheet.roadmap = self.roadmap
        try:
            written = accepting.accept(sheet, chosen, *self._read(sheet))
        except accepting.NotAccepted as why:
            messages.error(request, str(why))
            return self._show(sheet, set(chosen))
        messages.success(
            request,
            ngettext("%d field is written.", "%d fields are written.", written) % written,
        )
        return HttpResponseRedirect(self.roadmap.get_absolute_url())

    def _read(self, sheet: RoadmapSheet) -> tuple[Any, Any]:
        kept = sheet.content
        return jsons.from_data(kept.get("sheets")), jsons.taken_from(kept.get("taken"))

    def _compare(self, sheet: RoadmapSheet) -> differences.Differences:
        return differences.compare(self.roadmap, self.request.user, *self._read(sheet))

    def _show(self, sheet: RoadmapSheet, chosen: set[str] | None = None) -> HttpResponse:
        found = self._compare(sheet)
        context = {
            "roadmap": self.roadmap,
            "participant": self.roadmap.participation.participant,
            "sheet": sheet,
            "groups": [(table.name, found.of(table.name)) for table in TABLES],
            "total": len(found.changes),
            "unchanged": found.unchanged,
            "chosen": chosen,
            "is_long": len(found.boxes()) > MOST_BOXES,
        }
        return render(self.request, "initiatives/plan/sheet_decide.html", context)


bring_sheet = BringSheet.as_view()
decide_sheet = DecideSheet.as_view()
