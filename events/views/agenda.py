"""The agenda of an event however long: by day, track, kind, language and words, now and next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.filters import worth_showing
from events.agenda import reader_zone
from events.filters import AgendaFilter, language_name
from events.models import Audience, Event, known_zone
from events.schedule import Day, Row, days_of, sessions_of, state_of
from events.views.agenda_rows import Told, slots_of
from events.views.own_agenda import starred_at
from events.views.unchanged import page_unless_known

# Of a longer event one day is shown until somebody asks for another, or for words.
MOST_AT_ONCE = 400
# Summaries stand in shorter lists only: a long one is read to find a session, not to read it.
MOST_WITH_SUMMARIES = 80


@vary_on_headers("HX-Request")
@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the sessions of an event or of one day, narrowed by what is asked for."""
    events = Event.objects.visible_to(request.user).select_related("kind", "edition", "city")
    event = get_object_or_404(events, slug=slug)
    now = timezone.now()
    days = days_of(event)
    asked = request.GET.get("day", "")
    day = _day(event, days, asked, is_search=bool(request.GET.get("q", "").strip()))
    rows = sessions_of(event, day.pk if day else None)
    here = [row.pk for row in _now(rows, now)], [row.pk for row in _next(rows, now)]
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    versions = event.versions.count()
    state = state_of(event, days, rows, here, is_part, versions)
    unknown = asked if asked not in {"", "all", day.date.isoformat() if day else ""} else ""

    def page() -> HttpResponse:
        context = _context(request, event, days, day, rows)
        context |= {"now": here[0], "next": here[1], "unknown_day": unknown}
        context["versions"] = versions
        context |= _running(event, rows, here)
        name = "_agenda_results.html" if is_part else "agenda.html"
        return render(request, f"events/{name}", context)

    return page_unless_known(request, state, page)


def _day(event: Event, days: list[Day], asked: str, *, is_search: bool) -> Day | None:
    """Return the day to show, or None for all of them."""
    chosen = next((day for day in days if day.date.isoformat() == asked), None)
    if chosen or is_search or asked == "all" or sum(day.sessions for day in days) <= MOST_AT_ONCE:
        return chosen
    busy = [day for day in days if day.sessions] or days
    return next((day for day in busy if day.date >= event.today), busy[0])


def _context(
    request: HttpRequest, event: Event, days: list[Day], day: Day | None, rows: list[Row]
) -> dict[str, Any]:
    narrowed = AgendaFilter(request.GET, rows=rows)
    fitting = narrowed.found()
    found = fitting[:MOST_AT_ONCE]
    usual = Told(
        event=event,
        zone=known_zone(event.time_zone) or UTC,
        reader=reader_zone(request.user),
        audience=_most_common(row.audience for row in rows),
        language=_most_common(row.language for row in rows),
        with_summaries=len(found) <= MOST_WITH_SUMMARIES,
        starred=starred_at(event, request.user),
    )
    shown = {row.date for row in found}
    return {
        "event": event,
        "filter": narrowed,
        "groups": worth_showing(narrowed.facets(), len(rows)),
        "query": request.GET.get("q", ""),
        # A day that nobody asked for does not stand in the way of a search.
        "kept": [{"name": "day", "value": asked}] if (asked := request.GET.get("day")) else [],
        "all_days": _links(request, days, day),
        "day": day,
        "days": [
            {
                "date": one.date,
                "title": one.title,
                "summary": one.summary,
                "slots": slots_of([row for row in found if row.date == one.date], usual),
            }
            for one in days
            if one.date in shown or (one == day and not rows)
        ],
        "total": len(fitting),
        "left_out": len(fitting) - len(found),
        "most": MOST_AT_ONCE,
        "of": len(rows),
        "usual_audience": _label(usual.audience),
        "usual_language": language_name(usual.language) if usual.language else "",
    }


def _links(request: HttpRequest, days: list[Day], day: Day | None) -> list[dict[str, Any]]:
    """Return all days and each of them, as links that keep what is asked for besides."""
    query = request.GET.copy()
    links = [{"label": _("All days"), "value": "all", "is_chosen": day is None}]
    links += [
        {"date": one.date, "value": one.date.isoformat(), "is_chosen": one == day} for one in days
    ]
    for link in links:
        query["day"] = str(link["value"])
        link["url"] = f"?{query.urlencode()}"
    return links


def _running(event: Event, rows: list[Row], here: tuple[list[int], list[int]]) -> dict[str, Any]:
    """Return what is on now and what comes next, as links."""
    found = {row.pk: row for row in rows}
    return {
        name: [
            {"title": found[pk].title, "url": found[pk].address(event), "room": found[pk].room}
            for pk in keys
        ]
        for name, keys in zip(("running", "coming"), here, strict=True)
    }


def _now(rows: Iterable[Row], now: datetime) -> list[Row]:
    return [
        row
        for row in rows
        if row.starts_at and row.ends_at and row.starts_at <= now < row.ends_at
        and not row.is_cancelled
    ]  # fmt: skip


def _next(rows: Iterable[Row], now: datetime) -> list[Row]:
    """Return the sessions that begin next, where that is within a day."""
    ahead = [
        row
        for row in rows
        if row.starts_at and now < row.starts_at < now + timedelta(days=1) and not row.is_cancelled
    ]
    first = min((row.starts_at for row in ahead if row.starts_at), default=None)
    return [row for row in ahead if row.starts_at == first]


def _most_common(values: Iterable[str]) -> str:
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else ""


def _label(audience: str) -> str:
    return str(Audience(audience).label) if audience in Audience.values else audience
