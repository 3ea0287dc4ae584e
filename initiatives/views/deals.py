"""A Local Green Deal's page, and the switch that shows it to the public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.models import Actor
from initiatives import services
from initiatives.models import DealAction, Initiative, LocalGreenDeal, Roadmap, RoadmapStatus
from initiatives.permissions import rights
from initiatives.views.access import ShowsRoadmap, roadmaps_for


@require_safe
def deal_detail(request: HttpRequest, pk: int, deal: int) -> HttpResponse:
    """The deal with who signed and what is done."""
    roadmap = get_object_or_404(roadmaps_for(request.user), pk=pk)
    known = LocalGreenDeal.objects.visible_to(request.user).filter(roadmap=roadmap)
    found = get_object_or_404(known.select_related("theme"), pk=deal)
    may = rights(request.user, roadmap)
    context = {
        "deal": found,
        "roadmap": roadmap,
        "inside": may.inside,
        "may_edit": may.edit,
        "may_submit": may.submit,
        "signatories": list(found.signatories.select_related("organisation__kind", "kind")),
        "actions": _actions(found, request.user),
    }
    return render(request, "initiatives/deals/deal_detail.html", context)


def _actions(deal: LocalGreenDeal, user: Actor) -> list[dict[str, Any]]:
    """Return what is done; an initiative that is hidden from this person stays hidden."""
    rows: list[DealAction] = list(
        deal.actions.select_related("signatory__organisation", "initiative", "kpi__initiative")
    )
    named = {one.initiative_id for one in rows} | {
        one.kpi.initiative_id for one in rows if one.kpi is not None
    }
    visible = Initiative.objects.visible_to(user).filter(pk__in=[key for key in named if key])
    known = set(visible.values_list("pk", flat=True))
    return [
        {
            "action": one,
            "initiative": one.initiative if one.initiative_id in known else None,
            "kpi": one.kpi if one.kpi is not None and one.kpi.initiative_id in known else None,
        }
        for one in rows
    ]


def deals_of(roadmap: Roadmap, user: Actor, *, inside: bool) -> list[Any]:
    """Return the deals of a roadmap that this person may know of, with their counts: one query."""
    known = LocalGreenDeal.objects.visible_to(user, inside=inside).filter(roadmap=roadmap)
    return list(known.with_counts().select_related("theme"))


class ShowDeal(ShowsRoadmap):
    """Show a deal to the public, or to its insiders alone."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the switch and go back to the page."""
        deal = get_object_or_404(self.roadmap.deals, pk=kwargs["deal"])
        is_public = request.POST.get("public") == "1"
        services.show_deal(deal, is_public)
        if is_public and self.roadmap.status != RoadmapStatus.PUBLISHED:
            said = _("It will be public as soon as the roadmap is.")
        elif is_public:
            said = _("The public sees this deal now.")
        else:
            said = _("The public does not see this deal any more.")
        messages.success(request, said)
        return HttpResponseRedirect(deal.get_absolute_url())


show_deal = ShowDeal.as_view()
