"""The KPI library: what other cities measure, for everybody to read and officers to start from."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.models import Actor
from cities.paging import InPages
from initiatives.filters import LibraryFilter
from initiatives.models import Initiative, LibraryKPI, Roadmap
from initiatives.permissions import may_edit
from initiatives.views.access import initiatives_for

MOST_USES, MOST_INITIATIVES = 12, 300


class LibraryList(InPages):
    """The library as cards, narrowed by filters; htmx asks for the results alone.

    `for` in the address names the initiative for which somebody is looking.
    """

    template_name = "initiatives/library_list.html"
    paginate_by = 24

    def get_queryset(self) -> list[LibraryKPI]:  # type: ignore[override]
        """Narrow what this person may see."""
        known = LibraryKPI.objects.visible_to(self.request.user).with_reuse()
        self.filter = LibraryFilter(self.request.GET, queryset=known)
        return self.filter.found()

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        if self.request.htmx:  # type: ignore[attr-defined]
            return ["initiatives/_library_results.html"]
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters, and the initiative for which somebody is looking."""
        initiative = _wanted(self.request)
        return super().get_context_data(**kwargs) | {
            "filter": self.filter,
            "groups": self.filter.facets(),
            "query": self.request.GET.get("q", ""),
            "total": len(self.object_list),
            "initiative": initiative,
            "kept": [{"name": "for", "value": initiative.slug}] if initiative else [],
        }


library_list = vary_on_headers("HX-Request")(LibraryList.as_view())


@require_safe
def library_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One KPI of the library: how it is measured, who measures it, and where to start from it."""
    known = LibraryKPI.objects.visible_to(request.user).with_reuse()
    entry = get_object_or_404(
        known.select_related("concept").prefetch_related("themes", "codes", "examples"), slug=slug
    )
    context = {
        "entry": entry,
        "uses": _uses(entry, request.user),
        "initiative": _wanted(request),
        "own": _own_initiatives(request.user),
    }
    return render(request, "initiatives/library_detail.html", context)


def _wanted(request: HttpRequest) -> Initiative | None:
    """Return the initiative in the address, for those who may add a KPI to it."""
    slug = request.GET.get("for", "")
    if not slug or not request.user.is_authenticated:
        return None
    initiative = initiatives_for(request.user).filter(slug=slug).first()
    if initiative is None or not may_edit(request.user, initiative.roadmap):
        return None
    return initiative


def _uses(entry: LibraryKPI, user: Actor) -> list[Any]:
    """Return KPIs that started from it, of initiatives this person may know of."""
    known = Initiative.objects.visible_to(user).order_by().values("pk")
    kpis = entry.kpis.filter(initiative__in=known).select_related("initiative")
    return list(kpis.order_by("initiative__name", "pk")[:MOST_USES])


def _own_initiatives(user: Actor) -> QuerySet[Initiative] | list[Initiative]:
    """Return the initiatives of this person's cities; the form asks whether they may write."""
    if not user.is_authenticated:
        return []
    own = Roadmap.objects.acted_for_by(user).order_by().values("pk")
    return Initiative.objects.filter(roadmap__in=own).order_by("name")[:MOST_INITIATIVES]
