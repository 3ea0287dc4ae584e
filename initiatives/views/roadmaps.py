"""A roadmap's page, from the city's needs to its commitments."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.models import Actor, AssessmentAnswer, gather
from initiatives import pictures
from initiatives.models import (
    Ambition,
    CityNeed,
    Commitment,
    CommitmentKind,
    Horizon,
    Initiative,
    Lesson,
    LessonKind,
    MatrixEntry,
    PriorityAxis,
    Roadmap,
    Standing,
    as_trees,
    with_published,
)
from initiatives.permissions import rights
from initiatives.plan import levels
from initiatives.views.access import roadmaps_for
from initiatives.views.deals import deals_of

# Beyond so many, or where some are part of others, initiatives are lines of a tree.
MOST_CARDS = 24
# What a card, a line of a tree or a row of commitments says of an initiative.
READ = [
    *("roadmap", "parent", "position", "slug", "name", "summary", "status", "demonstration"),
]
# What one query reads.
PARTS: list[str | Prefetch[Any]] = [
    "ambitions", "axes", "partners", "governance_bodies",
    Prefetch("lessons", Lesson.objects.select_related("city")),
    Prefetch("commitments", Commitment.objects.select_related("city")),
    Prefetch("city_needs", CityNeed.objects.select_related("city")),
    Prefetch("priority_axes", PriorityAxis.objects.select_related("theme")),
]  # fmt: skip


@require_safe
def roadmap_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole roadmap."""
    roadmap = get_object_or_404(with_published(roadmaps_for(request.user)), pk=pk)
    may = rights(request.user, roadmap)
    initiatives = _initiatives(roadmap, request.user, inside=may.inside)
    gather(roadmap, *PARTS)
    ambitions = list(roadmap.ambitions.all())
    prefetch_related_objects(ambitions, "steps")
    vision = [one for one in ambitions if one.horizon == Horizon.VISION]
    context = {
        "roadmap": roadmap,
        "participation": roadmap.participation,
        "inside": may.inside,
        "may_edit": may.edit,
        "may_submit": may.submit,
        "initiatives": initiatives,
        "nodes": _nodes(initiatives),
        "plan": _plan(initiatives),
        "priority_axes": list(roadmap.priority_axes.all()),
        "partners": list(roadmap.partners.all()),
        "city_needs": list(roadmap.city_needs.all()),
        "matrix": _matrix(roadmap, vision),
        "three_years": _three_years(roadmap, ambitions),
        "assessment": roadmap.latest_answers(inside=may.inside),
        "governance": as_trees(roadmap.governance_bodies.all()),
        "phases": _phases(roadmap),
        "deals": deals_of(roadmap, request.user, inside=may.inside),
        **_looking_back(roadmap, initiatives, may.inside),
    }
    context |= {"parts": _parts(context), "as_of": _common_day(context["assessment"])}
    return render(request, "initiatives/roadmap_detail.html", context)


def _parts(context: dict[str, Any]) -> list[dict[str, str]]:
    """Return the parts that a roadmap's page has, for going there: label and address."""
    roadmap: Roadmap = context["roadmap"]
    parts = [
        ("phases", _("Phases"), context["phases"]),
        ("preparation", _("Preparation"), True),
        ("strategy", _("Strategy"), context["matrix"]),
        ("initiatives", _("Initiatives"), True),
        ("governance", _("Governance"), context["governance"] or roadmap.governance),
        ("deals", _("Local Green Deals"), context["deals"]),
        ("impact", _("Impact"), context["has_impact"] or roadmap.impact_summary),
        ("key-lessons", _("Lessons"), context["key_lessons"]),
        ("commitments", _("Commitments"), context["commitments"]),
        ("three-years", _("In three years"), context["three_years"]),
    ]
    return [{"label": label, "url": f"#{anchor}"} for anchor, label, filled in parts if filled]


def _common_day(answers: list[AssessmentAnswer]) -> date | None:
    """Return as of when all answers stand, where that is one day."""
    days = {answer.as_of for answer in answers}
    return days.pop() if len(days) == 1 else None


def _initiatives(roadmap: Roadmap, user: Actor, *, inside: bool) -> list[Initiative]:
    """Return what this person may know of; of very many, without what cards and charts show."""
    known = Initiative.objects.visible_to(user, inside=inside).filter(roadmap=roadmap)
    rows = list(known.only(*READ))
    if len(rows) <= MOST_CARDS:
        prefetch_related_objects(rows, "milestones", "themes")
    return rows


def _plan(initiatives: list[Initiative]) -> pictures.Figure | None:
    """Draw few initiatives with all their milestones; many have a page of their own."""
    if len(initiatives) > MOST_CARDS:
        return None
    return pictures.plan_of_all(initiatives, timezone.localdate())


def _nodes(initiatives: list[Initiative]) -> list[levels.Node]:
    """Return initiatives as a tree where they make one, or are too many for cards."""
    nodes = levels.tree(initiatives)
    if len(initiatives) <= MOST_CARDS and len(nodes) == len(initiatives):
        return []
    return list(levels.flat(nodes))


def _matrix(roadmap: Roadmap, ambitions: list[Ambition]) -> dict[str, Any] | None:
    """Return the axes, and for each ambition its cells in the order of the axes."""
    axes = list(roadmap.axes.all())
    if not axes or not ambitions:
        return None
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    entries = MatrixEntry.objects.filter(axis__in=axes)
    for ambition, axis, text in entries.values_list("ambition", "axis", "text"):
        cells[ambition, axis].append(text)
    return {
        "axes": axes,
        "rows": [
            {"ambition": one, "cells": [cells[one.pk, axis.pk] for axis in axes]}
            for one in ambitions
        ],
    }


def _three_years(roadmap: Roadmap, ambitions: list[Ambition]) -> list[dict[str, Any]]:
    """Return what shall be done in three years, with how it stood when the city said so last."""
    ahead = [one for one in ambitions if one.horizon == Horizon.THREE_YEARS]
    last = Standing.objects.latest(roadmap) if ahead else {}
    return [
        {
            "ambition": one,
            "standing": last.get(("ambition", one.pk)),
            "steps": [(step, last.get(("step", step.pk))) for step in one.steps.all()],
        }
        for one in ahead
    ]


def _phases(roadmap: Roadmap) -> list[dict[str, Any]]:
    return phase_steps(roadmap.participation.edition)


def phase_steps(edition: Any) -> list[dict[str, Any]]:
    """Return the phases of an edition as components/steps.html takes them."""
    return [
        {
            "label": phase.name,
            "state": {"past": "done", "current": "current"}.get(phase.state, "todo"),
            "when": pictures.span_words(phase.starts_on, phase.ends_on),
            "text": phase.purpose,
        }
        for phase in edition.phases.all()
    ]


def _looking_back(roadmap: Roadmap, initiatives: list[Initiative], inside: bool) -> dict[str, Any]:
    """Return lessons and commitments; those of a hidden initiative stay hidden with it."""
    known = {initiative.pk for initiative in initiatives} | {None}
    lessons = [one for one in roadmap.lessons.all() if inside or one.initiative_id in known]
    commitments: dict[int | None, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in roadmap.commitments.all():
        if inside or one.initiative_id in known:
            commitments[one.initiative_id][one.kind].append(one.told)
    names: dict[int | None, Initiative] = {one.pk: one for one in initiatives}
    return {
        "impact": [
            {
                "title": LessonKind(kind).label,
                "lessons": [one for one in lessons if one.kind == kind],
            }
            for kind in (LessonKind.WORKED, LessonKind.WORKED_LESS, LessonKind.LEARNED)
        ],
        "has_impact": any(one.kind != LessonKind.KEY for one in lessons),
        "key_lessons": [one for one in lessons if one.kind == LessonKind.KEY],
        "commitments": [
            {
                "initiative": names.get(pk),
                "label": "" if pk in names else _("The roadmap as a whole"),
                "cells": [kinds[kind] for kind in CommitmentKind.values],
            }
            for pk, kinds in commitments.items()
        ],
        "commitment_kinds": [kind.label for kind in CommitmentKind],
    }
