"""Thematic action groups, as everybody sees them, and what their members work on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cities.models import Actor, City, User
from cities.models.gathering import read_together
from cities.permissions import signed_in
from events import permissions
from events.models import (
    CityRanking,
    Event,
    GroupMember,
    GroupRole,
    NextStep,
    OutcomeKind,
    Session,
    ThematicActionGroup,
)
from events.services import rankings


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    """List the groups."""
    groups = ThematicActionGroup.objects.visible_to(request.user)
    inside = ThematicActionGroup.objects.worked_in_by(request.user).order_by()
    context = {
        "groups": groups.select_related("edition", "theme").annotate(number=Count("members")),
        "inside": set(inside.values_list("pk", flat=True)),
    }
    return render(request, "events/group_list.html", context)


def group_of(request: HttpRequest, slug: str) -> ThematicActionGroup:
    """Return a group that somebody may know of; raise Http404."""
    groups = ThematicActionGroup.objects.visible_to(request.user)
    return get_object_or_404(groups.select_related("edition", "theme"), slug=slug)


def inside_of(request: HttpRequest, slug: str) -> ThematicActionGroup:
    """Return a group whose inside somebody sees; raise Http404."""
    group = group_of(request, slug)
    if not permissions.works_in(request.user, group):
        raise Http404
    return group


@require_safe
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who works in a group, on what, when it met, and what it shows to everybody."""
    group = group_of(request, slug)
    practices = group.outcomes.filter(kind=OutcomeKind.PRACTICE, is_public=True)
    context = _parts_of(
        group,
        request.user,
        practices=practices.select_related("city"),
        outputs=group.outputs.filter(is_public=True),
        # Who speaks for a city is told to the group.
        members=group.members.exclude(city__isnull=False, user__isnull=False),
    )
    ranking = None
    if group.ranking_is_public:
        order, own = rankings.combined(group, context["priorities"])
        ranking = ranking_table(order, own, shows_own=False) if own else None
    context |= {
        "ranking": ranking,
        "next_steps": group.next_steps.splitlines(),
        "is_inside": permissions.works_in(request.user, group),
    }
    return render(request, "events/group_detail.html", context)


@login_required
@require_safe
def group_work(request: HttpRequest, slug: str) -> HttpResponse:
    """What a group works on, for those who are in it."""
    group = inside_of(request, slug)
    user = signed_in(request)
    outcomes = group.outcomes.exclude(kind=OutcomeKind.TAKEAWAY)
    context = _parts_of(
        group,
        user,
        outcomes=outcomes.select_related("city", "sub_group"),
        steps=group.steps.select_related("city", "owner", "with_city", "sub_group"),
        outputs=group.outputs.all(),
        members=group.members.all(),
    )
    order, own = rankings.combined(group, context["priorities"])
    spoken_for = list(permissions.cities_spoken_for(user, group).order_by("name"))
    ranking = set(permissions.cities_spoken_for(user, group, ranking=True).values_list("pk"))
    keys = {city.pk for city in spoken_for}
    teams = set(City.objects.acted_for_by(user).values_list("pk", flat=True))
    steps, shared = context.pop("steps"), context.pop("outcomes")
    ranked = {one.city_id for one in own}
    context |= {
        "ranking": ranking_table(order, own, shows_own=True) if order else None,
        "rankers": [(city, city.pk in ranked) for city in spoken_for if (city.pk,) in ranking],
        "writes": bool(spoken_for),
        "leads": permissions.leads(user, group),
        "steps": [step for step in steps if step.is_open],
        "closed": sorted(
            (step for step in steps if not step.is_open), key=_closed_on, reverse=True
        ),
        "shared": [
            (kind, [one for one in shared if one.kind == kind])
            for kind in (OutcomeKind.PRACTICE, OutcomeKind.NEED)
        ],
        "written": {
            one.pk
            for one in shared
            if one.city_id in keys or (one.written_by_id == user.pk and one.city_id in teams)
        },
    }
    return render(request, "events/group_work.html", context)


def _closed_on(step: NextStep) -> Any:
    return step.closed_on


def _parts_of(group: ThematicActionGroup, user: Actor, **more: QuerySet[Any]) -> dict[str, Any]:
    """Return what both pages show: all of it but the sessions, and cities of outputs, in one query.

    Meetings and sessions are of those that this person may know of.
    """
    wanted: dict[str, QuerySet[Any]] = {
        **more,
        "members": more["members"].select_related("city", "user"),
        "priorities": group.priorities.all(),
        "sub_groups": group.sub_groups.all(),
        "meetings": Event.objects.visible_to(user)
        .of_their_own()
        .filter(action_groups=group)
        .order_by("starts_on"),
    }
    found = dict(zip(wanted, read_together(*wanted.values()), strict=True))
    prefetch_related_objects(found["outputs"], "cities")
    members = found.pop("members")
    return found | {
        "group": group,
        "parts": [
            (role.label, _seats([member for member in members if member.role == role]))
            for role in GroupRole
        ],
        "has_members": bool(members),
        "sub_groups": [
            (part, _seats([member for member in members if member.sub_group_id == part.pk]))
            for part in found["sub_groups"]
        ],
        # Those of its own meetings are told with these.
        "sessions": Session.objects.visible_to(user)
        .of_their_own()
        .filter(group=group)
        .exclude(day__event__in=[one.pk for one in found["meetings"]])
        .in_order()
        .select_related("day__event", "kind"),
    }


def _seats(members: list[GroupMember]) -> list[tuple[GroupMember, list[User]]]:
    """Return each city once, with the people who speak for it, and the people of no city."""
    seats: dict[Any, tuple[GroupMember, list[User]]] = {}
    # The row of the city itself says what it shares.
    for one in sorted(members, key=lambda one: one.user_id is not None):
        seat = seats.setdefault(one.city_id or f"person {one.pk}", (one, []))
        if one.user is not None:
            seat[1].append(one.user)
    names = {key: str(one.city or one.user).lower() for key, (one, _people) in seats.items()}
    return [seats[key] for key in sorted(seats, key=lambda key: names[key])]


def ranking_table(
    order: list[rankings.Combined], own: list[CityRanking], *, shows_own: bool
) -> dict[str, Any]:
    """Return the order of all cities together, perhaps with a column for each city's own."""
    number = len(own)
    cities = [one.city for one in own] if shows_own else []
    right = {"numeric": True}
    rows = [
        [
            {"text": one.priority.title},
            {"text": str(one.place), **right},
            {"text": str(one.points), **right},
            *({"text": str(one.places.get(city.pk, "–")), **right} for city in cities),
        ]
        for one in order
    ]
    caption = ngettext("Ranking by %d city", "Ranking by %d cities together", number) % number
    return {
        "caption": caption,
        "columns": [
            _("Priority"),
            {"label": _("Place"), **right},
            {"label": _("Points"), **right},
            *({"label": city.name, **right} for city in cities),
        ],
        "rows": rows,
        "number": number,
        "demonstration": any(one.demonstration for one in own),
    }


def work_crumbs(group: ThematicActionGroup, *last: str) -> list[str]:
    """Return the way to a page inside a group."""
    return [
        _("Events"), reverse("events:event-list"),
        _("Thematic action groups"), reverse("events:group-list"),
        group.name, group.get_absolute_url(),
        _("What we work on"), *([group.work_url(), *last] if last else []),
    ]  # fmt: skip
