"""The home page: what the programme is, how large, how far, and what is new."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cities.filters import CityDirectory
from cities.models import Actor, City, Edition, Phase
from cities.views.cities import map_of
from events.models import Event
from events.services.figures import people_and_pairings
from initiatives.models import Initiative, Measurement
from marketplace import clock
from marketplace.models import RUNNING, Deployment, Entry, EntryKind

NEWEST = 3
# The rows behind the number of confirmed reuses, as the ledger's filters name them.
CONFIRMED_REUSES = urlencode(
    [("confirmation", "confirmed"), *(("status", status) for status in RUNNING)]
)
STEP = {"past": "done", "current": "current"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the programme to whoever comes."""
    user = request.user
    editions = list(Edition.objects.prefetch_related("phases", "figures"))
    edition = next((one for one in editions if one.is_shown), None)
    directory = CityDirectory(City.objects.visible_to(user))
    cities = [city for city in directory.cities if directory.links[city.pk]]
    context = {
        "edition": edition,
        "map": map_of(directory, cities, title=_("Cities of the programme"), id="home-map"),
        "figures": [*_figures(user, directory, cities), *_time_to_decision()],
        "phases": [_step(phase) for phase in edition.phases.all()] if edition else [],
        "completed": _completed(edition) if edition else "",
        "later": [one for one in editions if edition and one.starts_on > edition.starts_on],
        "entries": Entry.objects.live().visible_to(user).for_cards()[:NEWEST],
        "events": _events(user),
        "results": _results(user),
        "today": timezone.localdate(),
    }
    return render(request, "icc_portal/home.html", context)


def _figures(user: Actor, directory: CityDirectory, cities: list[City]) -> list[dict[str, Any]]:
    """Count rows, say how many of them are invented, and lead to them: five queries."""
    invented = Q(demonstration=True)
    live_revision = Q(live_revision__demonstration=True)
    live = (
        Entry.objects.live()
        .visible_to(user)
        .aggregate(
            solutions=Count("pk", filter=Q(kind=EntryKind.SOLUTION)),
            profiles=Count("pk", filter=Q(kind=EntryKind.CITY_PROFILE)),
            invented_solutions=Count("pk", filter=live_revision & Q(kind=EntryKind.SOLUTION)),
            invented_profiles=Count("pk", filter=live_revision & Q(kind=EntryKind.CITY_PROFILE)),
        )
    )
    counted = {"all": Count("pk"), "invented": Count("pk", filter=invented)}
    initiatives = Initiative.objects.visible_to(user).order_by().aggregate(**counted)
    events = Event.objects.visible_to(user).of_their_own().order_by().aggregate(**counted)
    reuses = Deployment.objects.shown().confirmed_reuses().order_by().aggregate(**counted)
    entries = reverse("marketplace:entry-list")
    # The list of cities also has those that only came to a meeting; these are in an edition.
    editions = urlencode([("edition", slug) for slug in directory.labels["edition"]])
    cities_url = f"{reverse('cities:city-list')}?{editions}"
    return [
        {"value": len(cities), "label": _("cities"), "url": cities_url},
        {
            "value": len({str(city.country) for city in cities}),
            "label": _("countries"),
            "url": cities_url,
        },
        {
            "value": initiatives["all"],
            "note": _invented(initiatives["invented"], initiatives["all"]),
            "label": _("initiatives"),
            "url": reverse("initiatives:initiative-list"),
        },
        {
            "value": live["solutions"],
            "note": _invented(live["invented_solutions"], live["solutions"]),
            "label": _("published solutions"),
            "url": f"{entries}?kind={EntryKind.SOLUTION}",
        },
        {
            "value": live["profiles"],
            "note": _invented(live["invented_profiles"], live["profiles"]),
            "label": _("city profiles"),
            "url": f"{entries}?kind={EntryKind.CITY_PROFILE}",
        },
        {
            "value": reuses["all"],
            "note": _invented(reuses["invented"], reuses["all"]),
            "label": _("confirmed reuses"),
            "url": f"{reverse('marketplace:reuse-list')}?{CONFIRMED_REUSES}",
        },
        {
            "value": events["all"],
            "note": _invented(events["invented"], events["all"]),
            "label": _("meetings"),
            "url": reverse("events:event-list"),
        },
        *_met(),
    ]


def _met() -> list[dict[str, Any]]:
    """Return how many people came and cities were paired, once there are any; with their rows.

    These are all pairings; a collaboration that began at an event is one of them (`figures`).
    """
    people, pairings = people_and_pairings()
    figures = [
        (people, _("people at meetings"), reverse("events:figures")),
        (pairings, _("pairings of cities"), reverse("cities:pairing-list")),
    ]
    return [
        {
            "value": number,
            "note": _invented(invented, number),
            "label": label,
            "url": url,
        }
        for (number, invented), label, url in figures
        if number
    ]


def _time_to_decision() -> list[dict[str, Any]]:
    """Return the median time to a decision with its definition, if anything was decided."""
    found = clock.median()
    if found is None:
        return []
    words = ngettext(
        "{number} in a year, without days the city had it",
        "Median of {number} in a year, without days the city had it",
        found.decisions,
    ).format(number=found.decisions)
    invented = _invented(found.invented, found.decisions)
    return [
        {
            "value": f"{found.days:g}",
            "label": _("working days to a decision on an entry"),
            "note": f"{words}; {invented}" if invented else words,
        }
    ]


def _invented(number: int, among: int) -> str:
    """Return how many of the rows counted are only for demonstration, in words."""
    if number and number == among:
        return _("all are examples")
    told = ngettext("%d is an example", "%d are examples", number)
    return told % number if number else ""


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


def _completed(edition: Edition) -> str:
    """Return when the last phase of an edition ended, in words; "" while one runs or comes."""
    phases = list(edition.phases.all())
    if not phases or any(phase.state != "past" for phase in phases):
        return ""
    last = max(phase.ends_on for phase in phases if phase.ends_on)
    return _("Completed %s") % date_format(last, "YEAR_MONTH_FORMAT")


def _events(user: Actor) -> list[Event]:
    """Return the next events; where fewer are planned, the latest that took place."""
    events = Event.objects.visible_to(user).of_their_own().for_cards()
    found = list(events.coming()[:NEWEST])
    if len(found) < NEWEST:
        found += events.past()[: NEWEST - len(found)]
    return found


def _results(user: Actor) -> list[Measurement]:
    """Return the newest value of each of the initiatives that measured last."""
    rows = (
        Measurement.objects.current()
        .filter(kpi__initiative__in=Initiative.objects.visible_to(user))
        .select_related(
            "city",
            "kpi__initiative__roadmap__participation__city",
            "kpi__initiative__roadmap__participation__consortium",
        )
        .order_by(F("as_of").desc(nulls_last=True), "-reported_at", "-pk")[: NEWEST * 8]
    )
    newest: dict[int, Measurement] = {}
    for row in rows:
        newest.setdefault(row.kpi.initiative_id, row)
    return list(newest.values())[:NEWEST]
