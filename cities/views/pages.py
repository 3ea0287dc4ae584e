"""Pages about the portal itself: sources, accessibility, what it is."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cities.models import Edition, Source


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """List every source that records name by its key."""
    known = sorted(Source.objects.all(), key=_natural)
    context = {"sources": known, "show_seen": any(source.seen_on for source in known)}
    return render(request, "cities/sources.html", context)


def _natural(source: Source) -> list[tuple[bool, int, str]]:
    """Sort keys as people count: A2 before A10, and documents with a name before all of them."""
    parts = re.findall(r"\d+|\D+", source.key)
    numbered = source.key[-1:].isdecimal() and len(parts) == 2 and len(parts[0]) == 1
    return [
        (numbered, 0, ""),
        *((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts),
    ]


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the portal is, in the parts that Decision (EU) 2018/1523 asks for."""
    return render(request, "cities/accessibility.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what the programme and the portal are."""
    editions = Edition.objects.prefetch_related("phases")
    return render(request, "cities/about.html", {"editions": editions})
