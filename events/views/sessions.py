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
    before, after = _neighbours(found)
    context = {
        "session": found,
        "event": event,
        "before": before,
        "after": after,
        "entry": entry_of(found, event, reader_zone(request.user)),
    }
    return render(request, "events/session_detail.html", context)


def _neighbours(session: Session) -> tuple[Session | None, Session | None]:
    """Return the sessions before and after one on its day; one query."""
    of_the_day = list(Session.objects.filter(day=session.day).in_order())
    place = of_the_day.index(session)
    for one in of_the_day:
        one.day = session.day
    before = of_the_day[place - 1] if place else None
    return before, next(iter(of_the_day[place + 1 :]), None)
