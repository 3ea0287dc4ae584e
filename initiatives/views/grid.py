"""Quick entry: this quarter's values of a whole roadmap on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.editing import receipts
from initiatives.forms.grid import ValueGrid
from initiatives.forms.quarters import Quarter
from initiatives.models import Roadmap
from initiatives.views.access import WritesRoadmap
from initiatives.views.form_pages import FormPage


class QuickEntry(FormPage, WritesRoadmap):
    """A row for each KPI. What can be saved is saved; what cannot stays with what was typed."""

    form_name = "quarter"
    template_name = "initiatives/quick_entry.html"
    creates = True
    new_key = ""
    grid: ValueGrid
    """What was sent."""

    @cached_property
    def named(self) -> str:
        """Return the quarter the address or the form names; "" when neither does."""
        return self.request.POST.get("quarter") or self.request.GET.get("quarter", "")

    @cached_property
    def quarter(self) -> Quarter:
        """Return the quarter that is named, or the last one that has ended."""
        return Quarter.named(self.named, timezone.localdate())

    def _why(self) -> str:
        """Say why the page opens with this quarter, and not with the one that runs."""
        told = {"quarter": self.quarter, "now": self.quarter.after}
        return _("%(quarter)s is the last one that has ended. %(now)s is still running.") % told

    def _still_to_paste(self) -> str:
        """Return what stays in the box for pasting: after filling in, what found no row."""
        if "fill" in self.request.POST:
            return "\n".join(self.grid.pasted.left_over)
        return self.request.POST.get("paste", "")

    def target(self) -> str:
        """Return the roadmap and the quarter: each has a draft of its own."""
        return f"{self.roadmap.pk}-{self.quarter.code}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the grid."""
        return {
            "form": ValueGrid(
                data,
                roadmap=self.roadmap,
                quarter=self.quarter,
                reader=self.person,
                city=self.request.GET.get("city", ""),
            )
        }

    def _receive(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            # One after the other: each sees what the one before has reported.
            Roadmap.objects.select_for_update().get(pk=self.roadmap.pk)
            parts = self.parts(request.POST)
            self.grid = grid = parts["form"]
            if "fill" in request.POST:
                grid.paste(request.POST.get("paste", ""))
                return self._show(parts)
            if "copy" in request.POST:
                grid.copy_last(request.POST.getlist("copy"))
                return self._show(parts)
            grid.is_valid()
            before = receipts.received_before(self.request)
            if before:
                return HttpResponseRedirect(before)
            return self._keep(parts, grid)

    def _keep(self, parts: dict[str, Any], grid: ValueGrid) -> HttpResponse:
        """Save the good rows; lead on when that was all, or show the others again."""
        url = f"{self.request.path}?quarter={self.quarter.code}"
        if grid.city is not None:
            url += f"&city={grid.city.pk}"
        if grid.good:
            receipts.once(self.request, lambda: self._save_rows(grid, url))
            self.new_key = receipts.new_key()
        self._forget()
        if not (grid.faulty or grid.has_unknown_city):
            return HttpResponseRedirect(url)
        return self._show(parts)

    def typed(self) -> QueryDict:
        """Keep what was typed and not saved: of a grid whose good rows were saved, the others."""
        return self.grid.fields()

    def _save_rows(self, grid: ValueGrid, url: str) -> str:
        saved = grid.save_good_rows()
        messages.success(
            self.request,
            ngettext("%d value is saved.", "%d values are saved.", saved) % saved,
        )
        return url

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        context = {
            "title": _("Values: %s") % self.quarter,
            "why": "" if self.named else self._why(),
            "roadmap": self.roadmap,
            "quarter": self.quarter,
            "paste": self._still_to_paste(),
            "continue_url": f"?quarter={self.quarter.code}&continue=1",
            "back_url": self.roadmap.get_absolute_url(),
            "crumbs": [
                _("Initiatives"), reverse("initiatives:initiative-list"),
                self.roadmap.title, self.roadmap.get_absolute_url(), _("Values"),
            ],
        }  # fmt: skip
        return context | ({"key": self.new_key} if self.new_key else {})


quick_entry = QuickEntry.as_view()
