"""Organisations around cities: the list and a page for each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.filters import OrganisationFilter, worth_showing
from cities.models import Organisation
from cities.paging import InPages


class OrganisationList(InPages):
    """Organisations by kind, service and country; htmx asks for the results alone."""

    template_name = "cities/organisation_list.html"
    paginate_by = 24
    context_object_name = "organisations"

    def get_queryset(self) -> list[Organisation]:  # type: ignore[override]
        """Narrow what this person may see."""
        organisations = Organisation.objects.visible_to(self.request.user)
        self.filter = OrganisationFilter(self.request.GET, queryset=organisations)
        return self.filter.found()

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        if self.request.htmx:  # type: ignore[attr-defined]
            return ["cities/_organisation_results.html"]
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters."""
        return super().get_context_data(**kwargs) | {
            "filter": self.filter,
            "groups": worth_showing(self.filter.facets(), len(self.filter.rows)),
            "query": self.request.GET.get("q", ""),
            "total": len(self.object_list),
        }


organisation_list = vary_on_headers("HX-Request")(OrganisationList.as_view())


@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What an organisation is and what it offers."""
    organisation = get_object_or_404(
        Organisation.objects.visible_to(request.user)
        .select_related("kind", "city")
        .prefetch_related("services", "led_consortia"),
        slug=slug,
    )
    return render(request, "cities/organisation_detail.html", {"organisation": organisation})
