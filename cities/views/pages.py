"""Pages about the portal itself: sources, accessibility, what it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cities.models import Edition, Source


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """List every source that records name by its key."""
    known = list(Source.objects.all())
    context = {
        "sources": known,
        "show_seen": any(source.seen_on for source in known),
        "show_licence": any(source.licence for source in known),
    }
    return render(request, "cities/sources.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the portal is, in the parts that Decision (EU) 2018/1523 asks for."""
    return render(request, "cities/accessibility.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what the programme and the portal are."""
    editions = Edition.objects.prefetch_related("phases")
    return render(request, "cities/about.html", {"editions": editions})
