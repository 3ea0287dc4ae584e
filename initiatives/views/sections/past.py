"""What was taken away and can come back, and the history of a section."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from initiatives import sections
from initiatives.permissions import rights
from initiatives.sections import deleted, past, places
from initiatives.views.access import WritesRoadmap, roadmaps_for


class TakenAway(WritesRoadmap):
    """The rows of a roadmap that were taken away within 30 days, each with a way back."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """List them."""
        context = {
            "roadmap": self.roadmap,
            "participant": self.roadmap.participation.participant,
            "entries": deleted.lately(self.roadmap, reader=request.user),
            "days": deleted.KEPT_FOR.days,
        }
        return render(request, "initiatives/sections/deleted.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Bring one back; asked twice, it is there already."""
        kind, history = request.POST.get("kind", ""), request.POST.get("history", "")
        if history.isascii() and history.isdecimal():
            self._bring_back(request, kind, int(history[:18]))
        back = request.POST.get("section", "")
        if back in sections.WRITTEN:
            return HttpResponseRedirect(sections.write_url(self.roadmap.pk, back))
        return HttpResponseRedirect(request.path)

    def _bring_back(self, request: HttpRequest, kind: str, history: int) -> None:
        listed = deleted.lately(self.roadmap, reader=request.user)
        words = {(one.kind, one.history): one.words for one in listed}.get((kind, history), "")
        notes: list[str] = []
        try:
            row = deleted.bring_back(self.roadmap, kind, history, notes=notes)
        except deleted.CannotReturn as why:
            messages.warning(request, f"{_('This cannot be brought back.')} {why}")
            return
        if row is None:
            messages.info(request, _("That is there already."))
            return
        said = _("“%s” is back, at the end of its list.") % words[:80]
        messages.success(request, " ".join([said, *notes]))


taken_away = TakenAway.as_view()


@require_safe
def section_history(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Who changed what in a section, for those who may read the roadmap's inside."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if section not in sections.WRITTEN and not section.startswith(sections.CHARTER):
        raise Http404
    may = rights(request.user, roadmap)
    if not may.inside:
        raise PermissionDenied
    place = places.find(roadmap, section)
    if place is None:
        raise Http404
    context = {
        "roadmap": roadmap,
        "participant": roadmap.participation.participant,
        "place": place,
        "tree_url": reverse("initiatives:roadmap-write", args=[pk]),
        "changes": past.of(roadmap, place),
        "may_edit": may.edit,
    }
    return render(request, "initiatives/sections/history.html", context)
