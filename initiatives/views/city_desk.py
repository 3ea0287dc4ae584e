"""A city's own page: where it stands, what is due, what is missing, who works on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities import people
from cities.editing.kept import sign_in_first
from cities.models import City, Participation, User, gather
from cities.people import Colleague
from cities.permissions import signed_in
from initiatives import changes, charter, due, sections
from initiatives.deliverable import deadlines
from initiatives.models import Initiative, Roadmap
from initiatives.permissions import may_edit
from initiatives.plan import levels
from initiatives.sections import Facts, activity
from initiatives.sections.facts import take_parts, with_parts
from initiatives.views.roadmaps import phase_steps

MOST_DUE = 12
# More are read on the roadmap's own pages.
MOST_CHARTERS = 12


@require_safe
def city_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """For the city's team; its experts and staff may read along."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    user = signed_in(request)
    city = get_object_or_404(activity.with_looks(City.objects.visible_to(user), user), slug=slug)
    team, experts = people.of_city(city)
    own = next((one for one in team if one.user == user.pk), None)
    if not (own or user.is_staff or any(one.user == user.pk for one in experts)):
        raise Http404
    known = deadlines.with_hand_ins(Participation.objects.of_city(city))
    participations = list(
        with_parts(known, "roadmap")
        .select_related("edition", "role", "city", "consortium", "roadmap")
        .order_by("-edition__starts_on")
    )
    roadmaps = _roadmaps(participations)
    current = participations[0] if participations else None
    if current:
        gather(current.edition, "phases", "document_templates")
    initiatives = Facts.of_initiatives(Initiative.objects.filter(roadmap__in=roadmaps))
    writable = _writable(user, roadmaps, city, own)
    todo = due.due_in(roadmaps, user, most=MOST_DUE)
    context: dict[str, Any] = {
        "city": city,
        "current": current,
        "phases": phase_steps(current.edition) if current else [],
        "writable": writable,
        "shown": writable or next(iter(roadmaps), None),
        "due": todo,
        "asked": [*deadlines.due_of(participations[:1]), *todo.check_ins],
        **_initiatives(initiatives),
        "team": team,
        "experts": experts,
        "own_membership": own,
        "may_manage": bool(own and own.may_manage),
        "refused": people.refused(city, team),
        **_since_last_time(
            *(request, user, city, roadmaps, initiatives),
            # A consortium's roadmap is its team's for as long as the city is a member.
            in_team=bool(own) and all(one.city_id == city.pk for one in participations),
        ),
        **_roadmap_parts(roadmaps, initiatives),
    }
    return render(request, "initiatives/city_desk.html", context)


def _roadmaps(participations: list[Participation]) -> list[Roadmap]:
    """Return the roadmaps of a city's participations, the latest edition first."""
    found = []
    for participation in participations:
        roadmap = getattr(participation, "roadmap", None)
        if roadmap is not None:
            roadmap.participation = participation
            take_parts(roadmap, participation)
            found.append(roadmap)
    return found


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


def _since_last_time(
    request: HttpRequest,
    user: User,
    city: City,
    roadmaps: list[Roadmap],
    initiatives: list[Initiative],
    *,
    in_team: bool,
) -> dict[str, Any]:
    """Return what others did lately, and since when it is new to this person."""
    since = activity.look(user, city)
    names = {one.pk: one.name for one in initiatives}
    wants_all = request.GET.get("changes") == "all"
    most = changes.ALL_CHANGES if wants_all else changes.MOST_CHANGES
    happened = changes.lately(roadmaps, user, names, most=most, in_team=in_team)
    return {
        "since": since,
        "changes": [(one, since is not None and one.when > since) for one in happened.changes],
        "happened": happened,
        "open_comments": happened.open_comments,
        "worked": happened.saved,
        "here_now": happened.here_now,
    }


def _roadmap_parts(roadmaps: list[Roadmap], initiatives: list[Initiative]) -> dict[str, Any]:
    """Return the latest roadmap section by section: what each lacks."""
    if not roadmaps:
        return {}
    roadmap = roadmaps[0]
    known = [one for one in initiatives if one.roadmap_id == roadmap.pk]
    groups = sections.build(Facts(roadmap, initiatives=known))
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
    }


def _writable(
    user: User, roadmaps: list[Roadmap], city: City, own: Colleague | None
) -> Roadmap | None:
    """Return the latest roadmap that this person may write, for the buttons."""
    if own is not None and own.may_edit and roadmaps:
        latest = roadmaps[0]
        if latest.participation.city_id == city.pk:
            return latest
    return next((one for one in roadmaps if may_edit(user, one)), None)
