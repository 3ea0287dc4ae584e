"""Calendars to download or to subscribe to; unchanged ones are answered with 304."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Max, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from events.calendars import CONTENT_TYPE, calendar_of
from events.models import Event, Session


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return every session of an event, or the event itself when it has none."""
    return _answer(request, slug, Session.objects.all(), slug)


@require_safe
def day_calendar(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """Return the sessions of one day."""
    sessions = Session.objects.filter(day__date=day)
    return _answer(request, slug, sessions, f"{slug}-{day}", must_exist=True)


@require_safe
def session_calendar(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """Return one session."""
    sessions = Session.objects.filter(day__date=day, slug=session)
    return _answer(request, slug, sessions, session, must_exist=True)


def _answer(
    request: HttpRequest,
    slug: str,
    sessions: QuerySet[Session],
    name: str,
    *,
    must_exist: bool = False,
) -> HttpResponse:
    event = get_object_or_404(
        Event.objects.visible_to(request.user).select_related("city"), slug=slug
    )
    sessions = sessions.filter(day__event=event)
    found = sessions.aggregate(
        number=Count("pk"), latest=Max("changed_at"), versions=Sum("sequence")
    )
    if must_exist and not found["number"]:
        raise Http404
    latest = max(filter(None, [event.changed_at, found["latest"]]))
    state = f"{event.pk}-{event.changed_at.timestamp()}-{latest.timestamp()}"
    etag = quote_etag(f"{state}-{found['number']}-{found['versions']}-{get_language()}")
    unchanged = get_conditional_response(request, etag, int(latest.timestamp()))
    if unchanged is not None:
        return unchanged
    rows = sessions.select_related("day").order_by("day__date", "starts_at", "position", "pk")
    fetched = list(rows)
    for session in fetched:
        session.day.event = event
    response = HttpResponse(calendar_of(event, fetched), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["ETag"] = etag
    response["Last-Modified"] = http_date(latest.timestamp())
    patch_cache_control(response, max_age=0, must_revalidate=True)
    return response
