"""The roadmap as a tree of sections: how far each is, and the way to each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from cities.permissions import signed_in
from initiatives import sections
from initiatives.permissions import rights
from initiatives.sections import activity, talk
from initiatives.sections.states import SectionState
from initiatives.views.access import roadmaps_for

CHARTERS_ON_A_PAGE = 25


@require_safe
def roadmap_tree(request: HttpRequest, pk: int) -> HttpResponse:
    """For the team that writes it; its experts and staff read along."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    may = rights(request.user, roadmap)
    if not may.inside:
        raise PermissionDenied
    user = signed_in(request)
    groups = sections.of(roadmap)
    # Other groups are short; initiatives may be hundreds.
    page: Page[SectionState] = Paginator(_charters(groups), CHARTERS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = list(page)
    keys = [int(one.key.removeprefix(sections.CHARTER)) for one in shown]
    standings = activity.standings(roadmap, user, keys)
    waiting = talk.open_counts(roadmap, user)
    context: dict[str, Any] = {
        "roadmap": roadmap,
        "participant": roadmap.participation.participant,
        "groups": [
            {
                "group": group,
                "rows": [
                    (one, standings.get(one.key), waiting.get(one.key, 0))
                    for one in (shown if _has_charters(group) else group.children or [group])
                ],
                "page": page if _has_charters(group) else None,
            }
            for group in groups
        ],
        "filled": sum(one.filled for one in groups),
        "total": sum(one.total for one in groups),
        "may_edit": may.edit,
    }
    return render(request, "initiatives/sections/tree.html", context)


def _charters(groups: list[SectionState]) -> list[SectionState]:
    return [child for group in groups if _has_charters(group) for child in group.children]


def _has_charters(group: SectionState) -> bool:
    return any(child.key.startswith(sections.CHARTER) for child in group.children)
