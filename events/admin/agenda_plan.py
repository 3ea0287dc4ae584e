"""Planning the agenda of an event: a grid, what does not go together, and publishing a draft."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from events.admin import agenda_drafts, planners
from events.admin.agenda_grid import days_of_event, grid_of
from events.admin.planning import LONGEST_NUMBER
from events.forms.moving import MoveForm
from events.models import Event, Session, known_zone
from events.plan.conflicts import Conflict, conflicts_of
from events.services.moving import MoveRefused, move
from events.services.plan_drafts import PlanRefused


class PlansAgendas(admin.ModelAdmin):
    """Adds the page, and the way to it from the list and from an event's own page."""

    def get_urls(self) -> list[Any]:
        """Add the page, and what it asks for now and then."""
        view = self.admin_site.admin_view
        return [
            path("plan/", view(self.agenda_plan), name="events_event_plan"),
            path("plan/others/", view(self.other_planners), name="events_event_planners"),
            *super().get_urls(),
        ]

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
        """Show the plan of an event (`?event=3`), a day of it as a grid; POST does one act."""
        event = self.planned_event(request)
        days = days_of_event(event)
        day = next((one for one in days if one.isoformat() == request.GET.get("day")), days[0])
        form = None
        if request.method == "POST":
            form = self._move_form(request, event, days) if _is_move(request) else None
            answer = self._moved(request, event, form) if form else self._act(request, event)
            if answer:
                return answer
        others = planners.come(event, request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Plan: %s") % event,
            "event": event,
            "days": [{"date": one, "is_shown": one == day} for one in days],
            "day": day,
            "grid": grid_of(event, day),
            "form": form or self._filled(request, event, days, day),
            "others": planners.words_for(others),
            "stamp": planners.stamp(),
            "conflicts": told_with_sessions(conflicts_of(event), event),
            **agenda_drafts.context_of(event),
        }
        return TemplateResponse(request, "admin/events/event/plan.html", context)

    def other_planners(self, request: HttpRequest) -> HttpResponse:
        """Say who else plans this event now, and what they did since a page was made."""
        event = self.planned_event(request)
        others = planners.come(event, request.user)
        news = planners.news(event, request.user, request.GET.get("since", ""))
        return JsonResponse({"others": planners.words_for(others), "news": news})

    def _act(self, request: HttpRequest, event: Event) -> HttpResponse:
        """Do what a button says: begin, publish or throw away a draft, or tell of changes."""
        act = agenda_drafts.ACTS.get(request.POST.get("act", ""))
        try:
            event, words = act(event, request) if act else (event, "")
        except PlanRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            if words:
                self.log_change(request, event, words)
                self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(plan_url(event))

    # ── the grid ─────────────────────────────────────────────────────────────────────────────────
    def _move_form(self, request: HttpRequest, event: Event, days: list[date]) -> MoveForm:
        return MoveForm(request.POST, event=event, days=days)

    def _moved(self, request: HttpRequest, event: Event, form: MoveForm) -> HttpResponse | None:
        """Move a session and lead back to it; None where the form must be mended."""
        if not form.is_valid():
            return None
        cleaned = dict(form.cleaned_data)
        session, starts_at = cleaned["session"], cleaned["starts_at"]
        try:
            done = move(
                session,
                day=cleaned["day"],
                starts_at=starts_at,
                minutes=cleaned["minutes"],
                room=cleaned["room"],
                seen=cleaned["seen"],
            )
        except MoveRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            if done:
                told = {"title": session.title, "time": f"{cleaned['start']:%H:%M}"}
                words = _("“%(title)s” moved to %(time)s") % told
                planners.note(event, request.user, words)
                self.log_change(request, event, words)
                self.message_user(request, f"{words}.", messages.SUCCESS)
        url = f"{plan_url(event)}&day={cleaned['day'].isoformat()}#session-{session.pk}"
        return HttpResponseRedirect(url)

    def _filled(self, request: HttpRequest, event: Event, days: list[date], day: date) -> MoveForm:
        """Return the form with the session that the address names, as it stands."""
        number = request.GET.get("session", "")
        known = number.isdecimal() and len(number) <= LONGEST_NUMBER
        session = Session.objects.filter(day__event=event, pk=number if known else 0).first()
        initial: dict[str, Any] = {"day": day.isoformat(), "minutes": 60}
        if session:
            initial = {
                "session": session.pk,
                "day": session.day.date.isoformat(),
                "room": session.room_id,
                "seen": session.changed_at.isoformat(),
                "minutes": 60,
            }
        if session and session.starts_at and session.ends_at:
            zone = known_zone(event.time_zone) or ZoneInfo("UTC")
            length = session.ends_at - session.starts_at
            initial["start"] = session.starts_at.astimezone(zone).time()
            initial["minutes"] = int(length.total_seconds() // 60)
        return MoveForm(initial=initial, event=event, days=days)


def _is_move(request: HttpRequest) -> bool:
    return request.POST.get("act") == "move"


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
