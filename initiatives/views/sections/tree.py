"""The roadmap as a tree of sections: how far each is, and the way to each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from initiatives import sections
from initiatives.permissions import may_edit, may_read_inside
from initiatives.views.access import WritesRoadmap, roadmaps_for


@require_safe
def roadmap_tree(request: HttpRequest, pk: int) -> HttpResponse:
    """For the team that writes it; its experts and staff read along."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if not may_read_inside(request.user, roadmap):
        raise PermissionDenied
    groups = sections.of(roadmap)
    context: dict[str, Any] = {
        "roadmap": roadmap,
        "participant": roadmap.participation.participant,
        "groups": groups,
        "filled": sum(one.filled for one in groups),
        "total": sum(one.total for one in groups),
        "may_edit": may_edit(request.user, roadmap),
    }
    return render(request, "initiatives/sections/tree.html", context)


class WriteSection(WritesRoadmap):
    """Lead to where a section is written."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead there."""
        if kwargs["section"] not in sections.WRITTEN:
            raise Http404
        return HttpResponseRedirect(reverse("initiatives:roadmap-edit", args=[self.roadmap.pk]))


write_section = WriteSection.as_view()
