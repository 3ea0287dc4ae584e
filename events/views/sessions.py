"""A session's page."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.agenda import entry_of, reader_zone, talks_of_sessions
from events.models import Session


@require_safe
def session_detail(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """What happens in a session, minute by minute where that is known."""
    found = get_object_or_404(
        Session.objects.visible_to(request.user)
        .select_related("day__event__kind", "kind", "theme", "group")
        .prefetch_related("agenda_items", talks_of_sessions()),
        day__event__slug=slug,
        day__date=day,
        slug=session,
    )
    event = found.day.event
    context = {
        "session": found,
        "event": event,
        "entry": entry_of(found, event, reader_zone(request.user)),
    }
    return render(request, "events/session_detail.html", context)
