"""A person's own agenda, starred or in the address, and the address of their calendar."""

from __future__ import annotations

from datetime import UTC

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cities.models import Actor, User
from events import services
from events.agenda import reader_zone
from events.calendars import CONTENT_TYPE
from events.mine import mine_at
from events.models import (
    CalendarAddress,
    Event,
    RegistrationStatus,
    Session,
    SessionStar,
    SignUp,
    known_zone,
)
from events.own_calendars import own_calendar
from events.schedule import Row, sessions_of
from events.schedule.state import digest
from events.views.agenda_rows import Told, days_with_slots
from events.views.meetings import signed_in
from events.views.unchanged import answer_unless_known

# What an address can name: more would be no address any more.
MOST_NAMED = 200
# The database knows no longer ones, and Python reads none of thousands of digits.
LONGEST_NUMBER = 18


def _key(text: str) -> int:
    """Return the key of a row that somebody sent, or 0, which no row has."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def starred_at(event: Event, user: Actor) -> set[int] | None:
    """Return which sessions of an event a person starred, by their keys; None for visitors."""
    if not user.is_authenticated:
        return None
    stars = SessionStar.objects.visible_to(user).filter(session__day__event=event)
    return set(stars.values_list("session", flat=True))


def _places_at(event: Event, user: Actor) -> dict[int, str]:
    """Return what to say of the sessions in which a person has a place or waits, by their keys."""
    if not user.is_authenticated:
        return {}
    words: dict[str, str] = {
        RegistrationStatus.CONFIRMED: _("You have a place"),
        RegistrationStatus.WAITING: _("You are on the waiting list"),
    }
    places = SignUp.objects.open().filter(user=user, session__day__event=event)
    return {key: words[status] for key, status in places.values_list("session", "status")}


@require_safe
def own_agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the sessions the address names (`s`), or those a person starred or signed up for."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    named = {_key(text) for text in request.GET.getlist("s")[:MOST_NAMED]} - {0}
    starred = starred_at(event, request.user)
    places = _places_at(event, request.user)
    chosen = named or (starred or set()) | places.keys()
    rows: list[Row] = [row for row in sessions_of(event) if row.pk in chosen]
    told = Told(
        event=event,
        zone=known_zone(event.time_zone) or UTC,
        reader=reader_zone(request.user),
        with_summaries=True,
        starred=starred,
        places=places,
        chosen=chosen,
    )
    context = {
        "event": event,
        "days": days_with_slots(rows, told),
        "is_named": bool(named),
        "total": len(rows),
        "zone": known_zone(event.time_zone) or UTC,
        "mine": mine_at(event, request.user) if isinstance(request.user, User) else None,
    }
    return render(request, "events/own_agenda.html", context)


@login_required
@require_POST
def star(request: HttpRequest, slug: str) -> HttpResponse:
    """Star a session, or take its star away; then back to where the person was."""
    key = _key(request.POST.get("star", ""))
    sessions = Session.objects.visible_to(request.user).filter(day__event__slug=slug)
    session = get_object_or_404(sessions, pk=key)
    is_starred = services.star(signed_in(request), session)
    words = _("“%s” is in your agenda.") if is_starred else _("“%s” is off your agenda.")
    messages.success(request, words % session.title)
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    agenda = reverse("events:agenda", kwargs={"slug": slug})
    return HttpResponseRedirect(f"{asked if is_ours else agenda}#s{session.pk}")


@login_required
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make, renew or end the secret address of a person's calendar; a new one is shown once."""
    user = signed_in(request)
    address = ""
    if request.method == "POST":
        if "end" in request.POST:
            services.revoke_address(user)
            messages.success(request, _("The address of your calendar has ended."))
            return redirect("events:calendar-address")
        token = services.new_address(user)
        path = reverse("events:own-calendar", kwargs={"token": token})
        address = request.build_absolute_uri(path)
    current = CalendarAddress.objects.filter(user=user).first()
    return render(request, "events/calendar_address.html", {"address": address, "current": current})


@require_safe
def calendar_of_holder(request: HttpRequest, token: str) -> HttpResponse:
    """Return the calendar that a secret address opens, to whoever knows it."""
    user = services.holder_of(token)
    if user is None:
        raise Http404
    content = own_calendar(user)

    def answer() -> HttpResponse:
        response = HttpResponse(content, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'attachment; filename="my-agenda.ics"'
        # No cache between us and the person may keep it.
        response["Cache-Control"] = "private"
        return response

    return answer_unless_known(request, digest(content), answer)
