"""Who came: figures and a table for staff."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cities.permissions import is_programme_staff
from cities.pictures import Bar, horizontal_bars
from events.models import Event, EventStatus, GuestPresence, Presence, known_zone
from events.services import attendance
from events.services.breakouts import safe_cell
from events.services.who_came import WhoCame, who_came

A_PAGE = 100


def event_for_staff(request: HttpRequest, slug: str) -> Event:
    """Return an event for staff; to others there is nothing at this address."""
    if not is_programme_staff(request.user):
        raise Http404
    return get_object_or_404(Event.objects.visible_to(request.user), slug=slug)


@login_required
def attendance_of_event(request: HttpRequest, slug: str) -> HttpResponse:
    """Who of which city came, on which day. POST puts the cities that came on the event's page."""
    event = event_for_staff(request, slug)
    if request.method == "POST":
        new = attendance.name_cities_that_came(event)
        told = ngettext(
            "%(number)d more city is named on the event's page.",
            "%(number)d more cities are named on the event's page.",
            new,
        )
        messages.success(request, told % {"number": new})
        return redirect("events:attendance", slug=slug)
    came = who_came(event)
    people = came.people
    days = [date_format(day, "D j M") for day in came.days]
    context = {
        "event": event,
        "registered": came.places,
        "came": sum(person.came for person in people),
        "guests": GuestPresence.objects.filter(guest__event=event, undone_at=None)
        .values("guest")
        .distinct()
        .count(),
        "cities_n": sum(bool(one.came and one.city) for one in came.cities),
        "by_day": _by_day(came),
        "columns": [
            _("City"),
            *({"label": words, "numeric": True} for words in (_("Places"), _("Came"), *days)),
        ],
        "rows": _rows(came),
        "days": came.days,
        "page_obj": Paginator(people, A_PAGE).get_page(request.GET.get("page")),
        "zone": known_zone(event.time_zone),
        "certified": event.status == EventStatus.PUBLISHED and event.ends_on <= event.today,
    }
    return render(request, "events/attendance.html", context)


@login_required
@require_safe
def attendance_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table: a row for each person with a place, times in the event's zone."""
    event = event_for_staff(request, slug)
    came = who_came(event)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="attendance-{event.slug}.csv"'
    # Spreadsheets take the file for UTF-8 only with this mark.
    response.write("\ufeff")
    table = csv.writer(response)
    days = [day.isoformat() for day in came.days]
    table.writerow([_("name"), _("city"), _("country"), _("came"), *days, _("sessions")])
    for person in came.people:
        city = person.registration.city
        times = [_hour(person.days.get(day)) for day in came.days]
        table.writerow(map(safe_cell, [
            person.registration.user.name, city or "", str(city.country) if city else "",
            _("yes") if person.came else _("no"), *times, "; ".join(person.sessions),
        ]))  # fmt: skip
    return response


def _hour(mark: Presence | None) -> str:
    """Return when somebody came; "yes" where they did and nobody knows when."""
    if mark is None:
        return ""
    return mark.came_at.strftime("%H:%M") if mark.came_at else _("yes")


def _by_day(came: WhoCame) -> dict[str, object] | None:
    """Return how many were there on each day, as a picture and its table; None of one day."""
    if len(came.days) < 2:
        return None
    counts = [
        (date_format(day, "l, j F"), sum(one.on(day) for one in came.cities)) for day in came.days
    ]
    caption = _("People present on each day")
    return {
        "picture": horizontal_bars("by-day", caption, [Bar(*one) for one in counts]),
        "caption": caption,
        "columns": [_("Day"), {"label": _("People"), "numeric": True}],
        "rows": [[day, {"text": str(number), "numeric": True}] for day, number in counts],
    }


def _rows(came: WhoCame) -> list[list[object]]:
    return [
        [
            {"text": one.city.name, "url": one.city.get_absolute_url()}
            if one.city
            else _("No city"),
            *(
                {"text": str(number), "numeric": True}
                for number in (one.places, one.came, *map(one.on, came.days))
            ),
        ]
        for one in came.cities
    ]
