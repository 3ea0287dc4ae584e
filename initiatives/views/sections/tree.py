"""The roadmap as a tree of sections: how far each is, and the way to each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from cities.permissions import signed_in
from initiatives import sections
from initiatives.permissions import may_edit, may_read_inside
from initiatives.sections import activity, talk
from initiatives.sections.states import SectionState
from initiatives.views.access import roadmaps_for


@require_safe
def roadmap_tree(request: HttpRequest, pk: int) -> HttpResponse:
    """For the team that writes it; its experts and staff read along."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    if not may_read_inside(request.user, roadmap):
        raise PermissionDenied
    groups = sections.of(roadmap)
    charters = [one.key for one in sections.leaves(groups) if one.key.startswith(sections.CHARTER)]
    standings = activity.standings(
        roadmap, signed_in(request), [int(key.removeprefix(sections.CHARTER)) for key in charters]
    )
    waiting = talk.open_counts(roadmap, signed_in(request))
    context: dict[str, Any] = {
        "roadmap": roadmap,
        "participant": roadmap.participation.participant,
        "groups": [
            {
                "group": group,
                "rows": [
                    (one, standings.get(one.key), waiting.get(one.key, 0)) for one in _rows(group)
                ],
            }
            for group in groups
        ],
        "filled": sum(one.filled for one in groups),
        "total": sum(one.total for one in groups),
        "may_edit": may_edit(request.user, roadmap),
    }
    return render(request, "initiatives/sections/tree.html", context)


def _rows(group: SectionState) -> list[SectionState]:
    """Return the sections of a group; one without any is a row itself."""
    return group.children or [group]
