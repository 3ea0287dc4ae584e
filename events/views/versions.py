"""Earlier versions of an agenda, each with what was new in it."""

from __future__ import annotations

from datetime import UTC, date
from itertools import groupby, zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.models import AgendaVersion, Event, known_zone
from events.plan.differences import Change, as_told, differences


@require_safe
def version_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the agenda of an event changed, the newest version first; two queries."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    versions = list(event.versions.order_by("-number"))
    context = {
        "event": event,
        "versions": [
            {"version": one, "changes": _changes(event, before, one) if before else []}
            for one, before in zip_longest(versions, versions[1:])
        ],
    }
    return render(request, "events/version_list.html", context)


@require_safe
def version_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the agenda as it was in one version, and what was new in it."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    around = event.versions.filter(number__in=[number, number - 1]).order_by("-number")
    found = {one.number: one for one in around}
    version = get_object_or_404(event.versions.all(), number=number)
    before = found.get(number - 1)
    last = event.versions.order_by("-number").values_list("number", flat=True).first()
    context = {
        "event": event,
        "version": version,
        "is_last": number == last,
        "changes": _changes(event, before, version) if before else [],
        "days": _days(event, version),
    }
    return render(request, "events/version_detail.html", context)


def _changes(event: Event, before: AgendaVersion, after: AgendaVersion) -> list[Change]:
    return differences(before.plan, after.plan, known_zone(event.time_zone) or UTC)


def _days(event: Event, version: AgendaVersion) -> list[dict[str, Any]]:
    zone = known_zone(event.time_zone) or UTC
    titles = {day: title for day, title, _summary in version.plan.get("days", [])}
    sessions = version.plan.get("sessions", [])
    return [
        {
            "date": date.fromisoformat(day),
            "title": titles.get(day, ""),
            "sessions": [as_told(one, zone) for one in those],
        }
        for day, those in groupby(sessions, lambda one: one["day"])
    ]
