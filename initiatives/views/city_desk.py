"""A city's own page: where it stands, what is due, what is missing, who works on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from cities.models import City, Participation, RefusedAddress, User
from cities.permissions import signed_in
from initiatives import changes, charter, due, sections
from initiatives.models import Initiative, Roadmap
from initiatives.permissions import may_edit, may_read_desk
from initiatives.plan import levels
from initiatives.sections import activity
from initiatives.views.roadmaps import phase_steps

MOST_CHANGES = 10
# More are read on the roadmap's own pages.
MOST_CHARTERS = 12


@require_safe
def city_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """For the city's team; its experts and staff may read along."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    city = get_object_or_404(City.objects.visible_to(request.user), slug=slug)
    if not may_read_desk(request.user, city):
        raise Http404
    user = signed_in(request)
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
    team = list(city.memberships.running().select_related("user", "role"))
    context: dict[str, Any] = {
        "city": city,
        "current": current,
        "phases": phase_steps(current.edition) if current else [],
        "participations": participations,
        "writable": _writable(request, participations),
        "due": due.due_in(roadmaps),
        "next": due.next_in(roadmaps),
        **_initiatives(list(initiatives)),
        "team": team,
        "own_membership": next((one for one in team if one.user_id == user.pk), None),
        "experts": list(
            city.expert_assignments.running().select_related("user", "role", "edition")
        ),
        "refused": list(RefusedAddress.objects.of_team(city)),
        **_since_last_time(user, city, roadmaps),
        **_roadmap_parts(user, participations),
    }
    return render(request, "initiatives/city_desk.html", context)


def _initiatives(rows: list[Initiative]) -> dict[str, Any]:
    """Return the first charters in the order of their trees, and how many more there are."""
    trees: dict[int, list[Initiative]] = {}
    for one in rows:
        trees.setdefault(one.roadmap_id, []).append(one)
    nodes = [node for found in trees.values() for node in levels.flat(levels.tree(found))]
    shown = nodes[:MOST_CHARTERS]
    return {
        "initiatives": [(node, charter.completeness(node.initiative)) for node in shown],
        "has_levels": any(node.depth > 1 for node in nodes),
        "beyond": len(nodes) - len(shown),
    }


def _since_last_time(user: User, city: City, roadmaps: Any) -> dict[str, Any]:
    """Return what others did lately, and since when it is new to this person."""
    since = activity.look(user, city)
    entries = changes.recent(roadmaps, MOST_CHANGES)
    for entry in entries:
        is_others = entry["who"] != str(user)
        entry["is_new"] = since is not None and entry["when"] > since and is_others
    return {"since": since, "changes": entries, "worked": activity.lately(roadmaps)}


def _roadmap_parts(user: User, participations: list[Participation]) -> dict[str, Any]:
    """Return the latest roadmap section by section: what each lacks, and who types there now."""
    found = next((one for one in participations if getattr(one, "roadmap", None)), None)
    if found is None:
        return {}
    roadmap = found.roadmap
    roadmap.participation = found
    groups = sections.of(roadmap)
    lacking = [
        one
        for one in sections.leaves(groups)
        if not one.is_full and not one.key.startswith(sections.CHARTER)
    ]
    return {
        "roadmap": roadmap,
        "filled": sum(one.filled for one in groups),
        "total": sum(one.total for one in groups),
        "lacking": lacking,
        "here_now": activity.here_now(roadmap, user),
    }


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
