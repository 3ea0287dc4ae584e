"""What a person has of the door: their code, and the days on which they were there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities.permissions import is_programme_staff, signed_in
from events import permissions
from events.exchange.certificates import certificate_of
from events.exchange.codes import code_for
from events.models import Event, Registration, known_zone
from events.services import attendance, feedback


@login_required
def present(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person's code and their days. POST ends the code and makes another."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    # Who was there and gave the place back since keeps their days.
    own = attendance.people_at(event) | event.registrations.open()
    own = own.filter(user=signed_in(request)).select_related("event", "city")
    registration = get_object_or_404(own)
    if request.method == "POST":
        attendance.renew_code(registration)
        messages.success(request, _("You have a new code; the one before has ended."))
        return redirect("events:present", slug=slug)
    marks = registration.presences.visible_to(request.user).standing()
    has_code = permissions.has_code(registration)
    path = reverse("events:check-in", args=[attendance.code_of(registration)])
    context = {
        "event": event,
        "registration": registration,
        "code": code_for(request.build_absolute_uri(path)) if has_code else None,
        "marks": marks.select_related("session").order_by("day", "at", "pk"),
        "zone": known_zone(event.time_zone),
        "to_rate": feedback.sessions_to_rate(signed_in(request), event),
        "has_certificate": permissions.has_certificate(registration),
    }
    return render(request, "events/present.html", context)


@login_required
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate of attendance, to whom it is for and to staff; made anew each time."""
    user = signed_in(request)
    people = Registration.objects.select_related("event__city", "user", "city")
    if not is_programme_staff(user):
        people = people.filter(user=user)
    registration = get_object_or_404(people, pk=pk)
    if not permissions.has_certificate(registration):
        raise Http404
    content = certificate_of(registration, attendance.days_attended(registration))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"attendance-{registration.event.slug}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
