"""The report of an event, as a page and as a document."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.permissions import signed_in
from events.exchange.reports import may_read, report_as_pdf, report_of
from events.models import Event


def event_with_report(request: HttpRequest, slug: str) -> Event:
    """Return an event whose report this person reads; raise Http404."""
    events = Event.objects.visible_to(request.user)
    event = get_object_or_404(events.select_related("edition", "kind", "city"), slug=slug)
    if not may_read(signed_in(request), event):
        raise Http404
    return event


@login_required
@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the report as of today."""
    event = event_with_report(request, slug)
    content = report_of(event, signed_in(request))
    return render(request, "events/report.html", {"event": event, "content": content})


@login_required
@require_safe
def report_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the same as PDF, made anew each time."""
    event = event_with_report(request, slug)
    made = report_as_pdf(event, signed_in(request))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="report-{event.slug}.pdf"'
    return response
