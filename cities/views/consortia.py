"""Consortia: the list, and a page for each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.models import Consortium


@require_safe
def consortium_list(request: HttpRequest) -> HttpResponse:
    """Every consortium with its cities; there are too few to narrow or to page."""
    consortia = Consortium.objects.visible_to(request.user).prefetch_related("cities")
    return render(request, "cities/consortium_list.html", {"consortia": consortia})


@require_safe
def consortium_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who acts together, led by whom, in which editions."""
    consortium = get_object_or_404(
        Consortium.objects.visible_to(request.user).select_related(
            "lead_city", "lead_organisation"
        ),
        slug=slug,
    )
    members = consortium.members.select_related("city")
    participations = consortium.participations.select_related("edition", "role")
    context = {
        "consortium": consortium,
        "members": members,
        "participations": participations.prefetch_related("themes"),
    }
    return render(request, "cities/consortium_detail.html", context)
