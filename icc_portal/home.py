"""The home page: what the programme is, how large, how far, and what is new."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.filters import CityDirectory
from cities.models import Actor, City, Edition, Phase
from cities.views.cities import map_of
from events.models import Event
from initiatives.models import Initiative, Measurement
from marketplace.models import Entry, EntryKind

NEWEST = 3
STEP = {"past": "done", "current": "current"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the programme to whoever comes."""
    user = request.user
    shown = Edition.objects.filter(is_shown=True).prefetch_related("phases", "figures")
    edition = shown.first()
    directory = CityDirectory(City.objects.visible_to(user))
    cities = [city for city in directory.cities if directory.links[city.pk]]
    context = {
        "edition": edition,
        "map": map_of(directory, cities, title=_("Cities of the programme"), id="home-map"),
        "figures": _figures(user, cities),
        "phases": [_step(phase) for phase in edition.phases.all()] if edition else [],
        "entries": Entry.objects.live().visible_to(user).for_cards()[:NEWEST],
        "events": _events(user),
        "results": _results(user),
        "today": timezone.localdate(),
    }
    return render(request, "icc_portal/home.html", context)


def _figures(user: Actor, cities: list[City]) -> list[dict[str, Any]]:
    """Count rows, and lead to them: four figures, three queries."""
    live = (
        Entry.objects.live()
        .visible_to(user)
        .aggregate(
            solutions=Count("pk", filter=Q(kind=EntryKind.SOLUTION)),
            profiles=Count("pk", filter=Q(kind=EntryKind.CITY_PROFILE)),
        )
    )
    entries = reverse("marketplace:entry-list")
    return [
        {"value": len(cities), "label": _("cities"), "url": reverse("cities:city-list")},
        {
            "value": len({str(city.country) for city in cities}),
            "label": _("countries"),
            "url": reverse("cities:city-list"),
        },
        {
            "value": Initiative.objects.visible_to(user).count(),
            "label": _("initiatives"),
            "url": reverse("initiatives:initiative-list"),
        },
        {
            "value": live["solutions"],
            "label": _("published solutions"),
            "url": f"{entries}?kind={EntryKind.SOLUTION}",
        },
        {
            "value": live["profiles"],
            "label": _("city profiles"),
            "url": f"{entries}?kind={EntryKind.CITY_PROFILE}",
        },
        {
            "value": Event.objects.visible_to(user).count(),
            "label": _("meetings"),
            "url": reverse("events:event-list"),
        },
    ]


def _step(phase: Phase) -> dict[str, str]:
    """Return a phase as components/steps.html takes it."""
    when = ""
    if phase.starts_on and phase.ends_on:
        first = date_format(phase.starts_on, "YEAR_MONTH_FORMAT")
        when = f"{first} – {date_format(phase.ends_on, 'YEAR_MONTH_FORMAT')}"
    return {
        "label": phase.name,
        "state": STEP.get(phase.state, "todo"),
        "when": when,
        "text": phase.purpose,
    }


def _events(user: Actor) -> list[Event]:
    """Return the next events; where fewer are planned, the latest that took place."""
    events = Event.objects.visible_to(user).for_cards()
    found = list(events.coming()[:NEWEST])
    if len(found) < NEWEST:
        found += events.past()[: NEWEST - len(found)]
    return found


def _results(user: Actor) -> list[Measurement]:
    """Return the newest value of each of the initiatives that reported last."""
    rows = (
        Measurement.objects.current()
        .filter(kpi__initiative__in=Initiative.objects.visible_to(user))
        .select_related(
            "kpi__initiative__roadmap__participation__city",
            "kpi__initiative__roadmap__participation__consortium",
        )
        .order_by("-reported_at", "-pk")[: NEWEST * 8]
    )
    newest: dict[int, Measurement] = {}
    for row in rows:
        newest.setdefault(row.kpi.initiative_id, row)
    return list(newest.values())[:NEWEST]
