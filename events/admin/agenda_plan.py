"""Planning the agenda of an event: the page on which staff see what does not go together."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from events.admin.planning import LONGEST_NUMBER
from events.models import Event, Session
from events.plan.conflicts import Conflict, conflicts_of


class PlansAgendas(admin.ModelAdmin):
    """Adds the page, and the way to it from the list and from an event's own page."""

    def get_urls(self) -> list[Any]:
        """Add the page."""
        view = self.admin_site.admin_view(self.agenda_plan)
        return [path("plan/", view, name="events_event_plan"), *super().get_urls()]

    @admin.display(description=gettext_lazy("plan"))
    def plan_link(self, event: Event) -> str:
        """Lead to the page where its agenda is planned."""
        return format_html('<a href="{}">{}</a>', plan_url(event), _("Plan"))

    def planned_event(self, request: HttpRequest) -> Event:
        """Return the event that the address names, to who may change it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        number = request.GET.get("event", "")
        known = number.isdecimal() and len(number) <= LONGEST_NUMBER
        return get_object_or_404(Event, pk=number if known else 0)

    def agenda_plan(self, request: HttpRequest) -> HttpResponse:
        """Show what does not go together in the plan of an event (`?event=3`)."""
        event = self.planned_event(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Plan: %s") % event,
            "event": event,
            "conflicts": told_with_sessions(conflicts_of(event), event),
        }
        return TemplateResponse(request, "admin/events/event/plan.html", context)


def plan_url(event: Event) -> str:
    """Return the address of the page where the agenda of an event is planned."""
    return f"{reverse('admin:events_event_plan')}?event={event.pk}"


def told_with_sessions(conflicts: list[Conflict], event: Event) -> list[dict[str, Any]]:
    """Return conflicts with links to the sessions in which they can be resolved; one query."""
    wanted = {key for one in conflicts for key in one.sessions}
    titles = dict(Session.objects.filter(pk__in=wanted).values_list("pk", "title"))
    return [
        {
            "words": one.words,
            "help": one.help,
            "sessions": [
                {"url": reverse("admin:events_session_change", args=[key]), "title": titles[key]}
                for key in one.sessions
                if key in titles
            ],
        }
        for one in conflicts
    ]


def number_of_conflicts(event: Event) -> str:
    """Say how much does not go together, or ""."""
    number = len(conflicts_of(event))
    words = ngettext(
        "%(number)d thing in the plan does not go together.",
        "%(number)d things in the plan do not go together.",
        number,
    )
    return words % {"number": number} if number else ""
