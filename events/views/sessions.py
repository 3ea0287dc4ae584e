"""A session's page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cities.models import Actor
from cities.permissions import is_programme_staff
from events import permissions, services
from events.agenda import entry_of, reader_zone, talks_of_sessions
from events.models import Poll, PollState, Session, SignUp
from events.services import poll_results
from events.views.linked_data import session_as_json_ld
from events.views.live_screen import figure_of
from events.views.outcomes import what_remains


@require_safe
def session_detail(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """What happens in a session, minute by minute where that is known."""
    seen = Session.objects.visible_to(request.user).filter(day__event__slug=slug, slug=session)
    if moved := _moved(seen, day):
        return redirect(moved, permanent=False)
    found = get_object_or_404(
        seen.select_related(
            "day__event__kind", "day__event__city", "kind", "theme", "group", "track", "room"
        ).prefetch_related("agenda_items", talks_of_sessions()),
        day__date=day,
    )
    event = found.day.event
    before, after = _neighbours(found)
    entry = entry_of(found, event, reader_zone(request.user))
    own = SignUp.objects.visible_to(request.user).filter(session=found)
    place = own.filter(user=request.user).first() if request.user.is_authenticated else None
    is_meant = permissions.is_of_audience(request.user, found)
    context = {
        "place": place,
        "ahead": services.waits_behind(place) if place else None,
        "left": services.places_left(found) if found.capacity else None,
        "may_sign_up": is_meant and permissions.takes_sign_ups(found),
        "is_left_out": request.user.is_authenticated and not is_meant,
        "join_link": found.join_link
        if found.join_link and permissions.may_join(request.user, found)
        else "",
        **what_remains(found, request.user),
        "reads_remains": permissions.is_admitted(request.user, event)
        or is_programme_staff(request.user),
        "may_note": permissions.may_note(request.user, found),
        "may_give_feedback": permissions.may_give_feedback(request.user, found),
        "reads_feedback": permissions.reads_feedback(request.user, found),
        "moderators": [
            *found.moderators.order_by("name").values_list("name", flat=True),
            *found.outsiders,
        ],
        "polls": _polls(found, request.user),
        "materials": found.materials.all(),
        "reads_materials": permissions.reads_materials(request.user, found),
        "json_ld": session_as_json_ld(entry, event),
        "session": found,
        "event": event,
        "before": before,
        "after": after,
        "entry": entry,
    }
    return render(request, "events/session_detail.html", context)


def _polls(session: Session, user: Actor) -> dict[str, Any]:
    """Return what a session's audience is told of its polls: those to join, and those shared."""
    shown = Q(state=PollState.LIVE) | Q(state=PollState.ENDED, is_shared=True)
    found: list[Poll] = list(session.polls.filter(shown).order_by("pk"))
    live = [one for one in found if one.is_live]
    told = []
    if len(live) < len(found) and permissions.reads_materials(user, session):
        told = poll_results.told_of([session], is_all=False)
    return {
        # The code is for the room: whoever is shown how to join the session is in it.
        "live": live if live and permissions.may_join(user, session) else [],
        "told": [(poll, [figure_of(result) for result in results]) for poll, results in told],
    }


def _moved(sessions: QuerySet[Session], day: date) -> Session | None:
    """Return a session that is on another day now; None where it is on this one, or nobody knows.

    It can come back to this day: the address leads on, but not for good.
    """
    known = list(sessions.select_related("day__event")[:2])
    return known[0] if len(known) == 1 and known[0].day.date != day else None


def _neighbours(session: Session) -> tuple[Session | None, Session | None]:
    """Return the sessions before and after one on its day; one query."""
    of_the_day = list(Session.objects.filter(day=session.day).in_order())
    place = of_the_day.index(session)
    for one in of_the_day:
        one.day = session.day
    before = of_the_day[place - 1] if place else None
    return before, next(iter(of_the_day[place + 1 :]), None)
