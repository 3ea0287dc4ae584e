"""Agendas for programs, to download or to subscribe to; unchanged ones are answered with 304."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from events.calendars import CONTENT_TYPE, calendar_of
from events.exchange import as_json, as_xml
from events.models import Event, Session, Talk
from events.schedule import Row, days_of, sessions_of, state_of
from events.schedule.rows import in_columns, rows_of, talks_in_columns
from events.views.unchanged import file_unless_known


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return every session of an event, or the event itself when it has none."""
    event = _event(request, slug)
    return _calendar(request, event, sessions_of(event), slug)


@require_safe
def day_calendar(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """Return the sessions of one day."""
    event = _event(request, slug)
    found = next((one for one in days_of(event) if one.date == day and one.sessions), None)
    if found is None:
        raise Http404
    return _calendar(request, event, sessions_of(event, found.pk), f"{slug}-{day}")


@require_safe
def session_calendar(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """Return one session."""
    event = _event(request, slug)
    found = Session.objects.filter(day__event=event, day__date=day, slug=session)
    talks = Talk.objects.filter(session__in=found)
    rows = rows_of(list(in_columns(found)), list(talks_in_columns(talks)))
    if not rows:
        raise Http404
    return _calendar(request, event, rows, session)


@require_safe
def schedule_xml(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the agenda as Giggity and similar readers open it."""
    return _schedule(request, slug, as_xml, "application/xml; charset=utf-8", "schedule.xml")


@require_safe
def schedule_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the same as JSON."""
    return _schedule(request, slug, as_json, "application/json", "schedule.json")


def _schedule(
    request: HttpRequest, slug: str, make: Callable[..., bytes], content_type: str, name: str
) -> HttpResponse:
    event = _event(request, slug)
    days, rows = days_of(event), sessions_of(event)
    state = state_of(event, name, days, rows)
    return file_unless_known(
        request, state, lambda: make(event, days, rows), content_type, f"{slug}-{name}"
    )


def _calendar(request: HttpRequest, event: Event, rows: list[Row], name: str) -> HttpResponse:
    state = state_of(event, "ics", rows)
    return file_unless_known(
        request, state, lambda: calendar_of(event, rows), CONTENT_TYPE, f"{name}.ics"
    )


def _event(request: HttpRequest, slug: str) -> Event:
    events = Event.objects.visible_to(request.user).select_related("kind", "edition", "city")
    return get_object_or_404(events, slug=slug)
