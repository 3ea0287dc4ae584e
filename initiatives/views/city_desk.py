"""A city's own page: where it stands, what is due, what is missing, who works on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from cities.models import City, Participation, RefusedAddress
from initiatives import changes, charter, due
from initiatives.models import Initiative, Roadmap
from initiatives.permissions import may_edit, may_read_desk
from initiatives.views.roadmaps import phase_steps

MOST_CHANGES = 10


@require_safe
def city_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """For the city's team; its experts and staff may read along."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    city = get_object_or_404(City.objects.visible_to(request.user), slug=slug)
    if not may_read_desk(request.user, city):
        raise Http404
    participations = list(
        Participation.objects.of_city(city)
        .select_related("edition", "role", "city", "consortium", "roadmap")
        .order_by("-edition__starts_on")
    )
    roadmaps = Roadmap.objects.filter(participation__in=participations)
    current = participations[0] if participations else None
    initiatives = charter.with_completeness(
        Initiative.objects.filter(roadmap__in=roadmaps).select_related(
            "roadmap__participation__edition"
        )
    )
    todo = due.due_in(roadmaps)
    context: dict[str, Any] = {
        "city": city,
        "current": current,
        "phases": phase_steps(current.edition) if current else [],
        "participations": participations,
        "writable": _writable(request, participations),
        "due": todo,
        "next": due.next_in(roadmaps),
        "initiatives": [(one, charter.completeness(one)) for one in initiatives],
        "team": list(city.memberships.running().select_related("user", "role")),
        "experts": list(
            city.expert_assignments.running().select_related("user", "role", "edition")
        ),
        "refused": list(RefusedAddress.objects.of_team(city)),
        "changes": changes.recent(roadmaps, MOST_CHANGES),
    }
    return render(request, "initiatives/city_desk.html", context)


def _writable(request: HttpRequest, participations: list[Participation]) -> Roadmap | None:
    """Return the latest roadmap that this person may write, for the buttons."""
    for participation in participations:
        roadmap = getattr(participation, "roadmap", None)
        if roadmap is None:
            continue
        roadmap.participation = participation
        if may_edit(request.user, roadmap):
            return roadmap
    return None
