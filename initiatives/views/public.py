"""The list of initiatives, and an initiative's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.filters import worth_showing
from cities.models import Actor, Organisation, gather
from cities.paging import InPages
from cities.templatetags.portal_tags import links
from initiatives import changes, charter, charter_facts, pictures
from initiatives.deliverable.links import said_of, with_results
from initiatives.filters import InitiativeFilter
from initiatives.models import BudgetLine, Dependency, Initiative, Stakeholder
from initiatives.permissions import rights
from initiatives.plan import levels
from initiatives.views.access import initiatives_for
from initiatives.views.kpis import last_measured, shown_kpis


class InitiativeList(InPages):
    """Initiatives as cards, narrowed by filters; htmx asks for the results alone."""

    template_name = "initiatives/initiative_list.html"
    paginate_by = 24

    def get_queryset(self) -> list[int]:  # type: ignore[override]
        """Narrow what this person may see; a page of cards is fetched by key."""
        known = Initiative.objects.visible_to(self.request.user)
        self.filter = InitiativeFilter(self.request.GET, queryset=known, request=self.request)
        return self.filter.found()

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        if self.request.htmx:  # type: ignore[attr-defined]
            return ["initiatives/_initiative_results.html"]
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters and the cards."""
        context = super().get_context_data(**kwargs)
        keys = list(context["page_obj"])
        cards = Initiative.objects.for_cards().in_bulk(keys)
        return context | {
            "filter": self.filter,
            "groups": worth_showing(self.filter.facets(), len(self.filter.rows)),
            "query": self.request.GET.get("q", ""),
            "total": len(self.object_list),
            "cards": [cards[key] for key in keys if key in cards],
        }


initiative_list = vary_on_headers("HX-Request")(InitiativeList.as_view())


@require_safe
def initiative_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about an initiative that this person may read."""
    found = with_results(charter.with_completeness(initiatives_for(request.user)))
    initiative = get_object_or_404(found, slug=slug)
    roadmap = initiative.roadmap
    may = rights(request.user, roadmap)
    gather(initiative, *_parts(inside=may.inside))
    milestones = list(initiative.milestones.all())
    today = timezone.localdate()
    kpis = shown_kpis(initiative.kpis.all())
    context = {
        "initiative": initiative,
        "roadmap": roadmap,
        "participation": roadmap.participation,
        "themes": list(initiative.themes.all()),
        "goals": list(initiative.goals.all()),
        "partners": charter_facts.by_kind(initiative.partners.all()),
        "inside": may.inside,
        "may_edit": may.edit,
        "may_submit": may.submit,
        "milestones": [
            (one, pictures.slip(one), *pictures.standing(one, today)) for one in milestones
        ],
        "plan": pictures.plan_of(initiative, milestones, today),
        **_family(initiative, request.user),
        "kpis": kpis,
        "last_changed": changes.last_changed(initiative),
        "last_measured": last_measured(kpis),
        **_stakeholders(initiative, inside=may.inside),
        "lessons": list(initiative.lessons.all()),
        "commitments": list(initiative.commitments.all()),
        **_dependencies(initiative, request.user),
    }
    context["breadcrumb_items"] = links(
        _("Initiatives"),
        reverse("initiatives:initiative-list"),
        roadmap.title,
        roadmap.get_absolute_url(),
        *context.pop("crumbs"),
        initiative.name,
    )
    if may.inside:
        context |= {
            **charter_facts.internal(initiative, context["stakeholders"]),
            "completeness": charter.completeness(initiative),
            "dead_link": said_of(initiative),
        }
    return render(request, "initiatives/initiative_detail.html", context)


def _parts(*, inside: bool) -> list[str | Prefetch[Any]]:
    """Name what stands on the page; who is not inside does not even ask for the rest."""
    parts: list[str | Prefetch[Any]] = [
        "milestones", "themes", "goals", "lessons", "commitments",
        Prefetch("partners", Organisation.objects.select_related("kind")),
        Prefetch("stakeholders", Stakeholder.objects.select_related("organisation")),
    ]  # fmt: skip
    if inside:
        lines = Prefetch("budget_lines", BudgetLine.objects.select_related("city"))
        parts += ["risks", "support_needs", lines]
    return parts


def _family(initiative: Initiative, user: Actor) -> dict[str, Any]:
    """Return what an initiative is part of, and what is part of it, as far as somebody may know.

    One query reads the roadmap's tree, another who may see it.
    """
    known = Initiative.objects.visible_to(user).filter(roadmap=initiative.roadmap_id)
    nodes = levels.tree(known.only("pk", "parent", "position", "name", "slug", "status"))
    own = levels.find(nodes, initiative.pk)
    way = levels.way_to(nodes, initiative.pk)
    return {
        "above": [node.initiative for node in way],
        "crumbs": [part for node in way for part in (node.initiative.name, _address(node))],
        "number": own.number if own and (way or own.children) else "",
        "parts": list(own.below) if own else [],
    }


def _address(node: levels.Node) -> str:
    return str(node.initiative.get_absolute_url())


def _stakeholders(initiative: Initiative, *, inside: bool) -> dict[str, Any]:
    """Return the stakeholders, and which of the columns about them have anything to say."""
    rows = list(initiative.stakeholders.all())
    weighed = any(one.influence is not None or one.interest is not None for one in rows)
    return {
        "stakeholders": rows,
        "show_rhythm": any(one.rhythm for one in rows),
        "show_weight": inside and weighed,
    }


def _dependencies(initiative: Initiative, user: Actor) -> dict[str, Any]:
    """Return dependencies both ways; initiatives hidden from this person are not named.

    One query: of each it says whether this person may know the initiative at its other end.
    """
    known = Initiative.objects.visible_to(user).order_by()
    rows = (
        Dependency.objects.filter(Q(initiative=initiative) | Q(on_initiative=initiative))
        .select_related("initiative", "on_initiative", "on_organisation")
        .annotate(
            knows_on=Exists(known.filter(pk=OuterRef("on_initiative"))),
            knows_by=Exists(known.filter(pk=OuterRef("initiative"))),
        )
    )
    on = [one for one in rows if one.initiative_id == initiative.pk]
    return {
        "depends_on": [
            {
                "kind": one.get_kind_display(),
                "initiative": one.on_initiative if one.knows_on else None,
                "organisation": one.on_organisation,
                "text": one.text,
                "hidden": _("An initiative that is not public")
                if one.on_initiative_id and not one.knows_on
                else "",
            }
            for one in on
        ],
        "needed_by": [
            one for one in rows if one.on_initiative_id == initiative.pk and one.knows_by
        ],
    }
