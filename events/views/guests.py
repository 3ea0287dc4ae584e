"""What the link in an invitation opens: the sessions, and the answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from events.agenda import entry_of
from events.calendars import CONTENT_TYPE
from events.exchange.codes import code_for
from events.guest_calendars import guest_calendar
from events.models import Guest, GuestState
from events.permissions import guest_has_code, takes_place
from events.schedule.state import digest
from events.services import guest_doors, guests, signups
from events.views.unchanged import answer_unless_known


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; POST accepts what is ticked, or declines. Opening it changes nothing.

    The token is the only secret of this form, and stands in its address: a second one adds none,
    and would need a cookie.
    """
    found = guests.find(token)
    if found is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            _answer(request, found)
        except guests.GuestRefused as refusal:
            refused = str(refusal)
        else:
            return redirect("events:guest", token=token)
    response = render(request, "events/guest.html", _context(request, found, refused))
    # Links on the page tell nobody the address they were followed from.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return the sessions of the guest whose secret address it is, to whoever knows it."""
    found = guests.holder_of_calendar(token)
    if found is None:
        raise Http404
    content = guest_calendar(found)

    def answer() -> HttpResponse:
        response = HttpResponse(content, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{found.event.slug}.ics"'
        # No cache between us and the guest may keep it.
        response["Cache-Control"] = "private"
        return response

    return answer_unless_known(request, digest(content), answer)


def _answer(request: HttpRequest, found: Guest) -> None:
    if "calendar" in request.POST:
        guests.change_calendar_address(found, ends=request.POST["calendar"] == "end")
        return
    if "decline" in request.POST:
        guests.decline(found)
        return
    keys = [int(one) for one in request.POST.getlist("s") if one.isdecimal() and len(one) < 19]
    guests.accept(found, keys)


def _context(request: HttpRequest, found: Guest, refused: str) -> dict[str, object]:
    places = found.places.select_related(
        "session__day__event", "session__kind", "session__room", "session__theme"
    ).order_by("session__day__date", "session__starts_at", "session__pk")
    came = found.state == GuestState.ACCEPTED
    ticked = set(request.POST.getlist("s")) if refused else None
    rows = []
    for place in places if guests.shows_sessions(found) else []:
        session = place.session
        # A place in what is cancelled is neither offered nor given back.
        is_full = (
            session.capacity is not None and not place.is_taken and not signups.places_left(session)
        )
        rows.append(
            {
                "place": place,
                "entry": entry_of(session, found.event, None),
                "is_full": is_full,
                "is_ticked": str(session.pk) in ticked
                if ticked is not None
                else place.is_taken or (not came and not is_full and not session.is_cancelled),
                "join_link": session.join_link
                if place.is_taken and came and takes_place(session)
                else "",
            }
        )
    path = reverse("events:check-in", args=[guest_doors.code_of_guest(found)])
    token = guests.calendar_token_of(found) if came else ""
    calendar_path = reverse("events:guest-calendar", args=[token]) if token else ""
    return {
        "code": code_for(request.build_absolute_uri(path)) if guest_has_code(found) else None,
        "calendar_url": request.build_absolute_uri(calendar_path) if token else "",
        "guest": found,
        "event": found.event,
        "rows": rows,
        "came": came,
        "declined": found.state == GuestState.DECLINED,
        "is_open": found.is_open,
        "refused": refused,
    }
