"""The "10000m plan": all initiatives of a roadmap over the months, and what slips do."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.models import Theme
from initiatives.forms.narrowing import PlanForm
from initiatives.models import Initiative, Roadmap
from initiatives.plan import facts, telling
from initiatives.plan.chart import Plan
from initiatives.plan.table import Table
from initiatives.views.access import roadmaps_for


@require_safe
def roadmap_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, down to a level or of one branch, narrowed by theme and status."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    known = Initiative.objects.visible_to(request.user).filter(roadmap=roadmap)
    form = PlanForm(request.GET, themes=_themes(roadmap))
    chosen = form.chosen()
    found = facts.read(roadmap, request.user, _narrowed(known, chosen))
    plan = Plan(found, timezone.localdate(), level=chosen["level"], branch=chosen["branch"])
    if chosen["branch"] and plan.branch is None:
        raise Http404
    title = _("Plan of %s") % (plan.branch.initiative.name if plan.branch else roadmap.title)
    hits = telling.hit_items(plan)
    context: dict[str, Any] = {
        "roadmap": roadmap,
        "participant": roadmap.participation.participant,
        "form": form,
        "plan": plan,
        "title": title,
        "total": len(found.own),
        "picture": plan.picture("plan", title, roadmap.participation.edition.phases.all()),
        "lines": Table(plan).lines(),
        "chain": telling.chain_items(plan),
        "chain_words": telling.chain_words(plan),
        "hits": hits,
        "more_hits": len(plan.hits) - len(hits),
        "circular": telling.circular_items(plan),
        "is_narrowed": bool(chosen["theme"] or chosen["status"]),
    }
    return render(request, "initiatives/plan/plan.html", context)


def _themes(roadmap: Roadmap) -> list[tuple[str, str]]:
    used = Theme.objects.filter(initiatives__roadmap=roadmap).distinct()
    return list(used.values_list("slug", "short_name"))


def _narrowed(known: QuerySet[Initiative], chosen: dict[str, Any]) -> QuerySet[Initiative]:
    if chosen["theme"]:
        known = known.filter(themes__slug=chosen["theme"])
    if chosen["status"]:
        known = known.filter(status=chosen["status"])
    return known
