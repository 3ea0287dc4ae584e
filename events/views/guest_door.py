"""A guest at the door: what their code opens for those who keep it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cities.permissions import signed_in
from events.models import Guest, known_zone
from events.services import attendance, guest_doors


def show_guest(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show who came, to which sessions, and whether they are marked. Looking changes nothing."""
    event = guest.event
    today = event.today if event.today in attendance.lab_days(event) else None
    marks = list(guest.presences.select_related("by", "undone_by"))
    context = {
        "event": event,
        "guest": guest,
        "today": today,
        "is_here": any(one.day == today and not one.undone_at for one in marks),
        "marks": marks,
        "places": guest.places.filter(is_taken=True).select_related(
            "session__day", "session__room"
        ),
        "zone": known_zone(event.time_zone),
    }
    return render(request, "events/check_in_guest.html", context)


def mark_guest(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Mark a guest as present today, then show them again."""
    say_marked(request, guest, by_code=True)
    return redirect(request.path)


def say_marked(
    request: HttpRequest, guest: Guest, *, by_code: bool = False, day: date | None = None
) -> None:
    """Mark a guest on a day (default: today), and say what came of it."""
    where = day or guest.event.today
    try:
        _mark, is_new = guest_doors.mark(guest, day=where, by=signed_in(request), by_code=by_code)
    except attendance.PresenceRefused as refusal:
        messages.error(request, f"{guest.name}: {refusal}")
        return
    if is_new:
        messages.success(request, _("%s is marked as present.") % guest.name)
    else:
        messages.info(request, _("%s is marked already.") % guest.name)


def say_undone(request: HttpRequest, guest: Guest, *, day: date) -> None:
    """Take a guest's mark of a day back, and say so."""
    if guest_doors.undo(guest, day=day, by=signed_in(request)):
        messages.success(request, _("%s is no longer marked as present.") % guest.name)
    else:
        messages.info(request, _("%s: this mark was taken back already.") % guest.name)
