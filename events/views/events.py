"""The list of events, and an event's page with its agenda."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.filters import worth_showing
from cities.paging import InPages
from events import permissions
from events.agenda import agenda_of, reader_zone, usual_audience
from events.filters import EventFilter
from events.mine import mine_at
from events.models import Audience, Event, EventStatus, Registration, RegistrationStatus, known_zone
from events.views.linked_data import event_as_json_ld

MOST_SESSIONS = 60


class EventList(InPages):
    """Events to come and past, narrowed by filters; htmx asks for the results alone."""

    template_name = "events/event_list.html"
    paginate_by = 24
    context_object_name = "events"

    def get_queryset(self) -> list[Event]:  # type: ignore[override]
        """Narrow what this person may see."""
        events = Event.objects.visible_to(self.request.user).of_their_own()
        self.filter = EventFilter(self.request.GET, queryset=events, request=self.request)
        return self.filter.events()

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        if self.request.htmx:  # type: ignore[attr-defined]
            return ["events/_event_results.html"]
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters, and part those to come from the past."""
        context = super().get_context_data(**kwargs)
        shown = list(context["page_obj"])
        return context | {
            "filter": self.filter,
            "groups": worth_showing(self.filter.facets(), len(self.filter.rows)),
            "query": self.request.GET.get("q", ""),
            "total": len(self.object_list),
            "coming": [event for event in shown if not event.is_over],
            "past": [event for event in shown if event.is_over],
        }


event_list = vary_on_headers("HX-Request")(EventList.as_view())


@require_safe
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An event with its agenda; `?day=2021-02-17` shows one day of it."""
    event, figures = _event_with_figures(request, slug)
    listed = event.days.annotate(number=Count("sessions"))
    # A long agenda has a page of its own; here its days are named.
    is_long = sum(day.number for day in listed) > MOST_SESSIONS
    days = [] if is_long else agenda_of(event, listed, reader_zone(request.user))
    asked = request.GET.get("day", "")
    audience, for_all = usual_audience(days)
    chosen = next((one for one in days if one.day.date.isoformat() == asked), None)
    registration = registration_of(request, event)
    context = {
        "event": event,
        "figures": figures,
        "days": [chosen] if chosen else days,
        "all_days": days,
        "chosen": chosen,
        "listed": listed,
        "is_long": is_long,
        "usual_audience": audience,
        "audience_words": _audience_words(audience, for_all=for_all),
        "unknown_day": asked if asked and not chosen and not is_long else "",
        "attendances": event.attendances.select_related("city"),
        "registration": registration,
        "was_there": bool(
            registration
            and registration.status == RegistrationStatus.CANCELLED
            and registration.presences.standing().exists()
        ),
        "has_code": bool(registration and permissions.has_code(registration)),
        "reads_report": _reads_report(request, event, registration),
        "zone": known_zone(event.time_zone) or UTC,
        "may_register": permissions.registration_is_open(event),
        "json_ld": event_as_json_ld(event),
        "keeps_the_door": request.user.is_authenticated
        and permissions.keeps_the_door(request.user, event),
        "draft_of": _event_drafted_by(request, event),
        "mine": mine_at(event, request.user) if request.user.is_authenticated else None,
    }
    return render(request, "events/event_detail.html", context)


def _event_drafted_by(request: HttpRequest, event: Event) -> Event | None:
    """Return the event whose agenda is drafted here; only staff see drafts."""
    if event.status != EventStatus.DRAFT or not request.user.is_authenticated:
        return None
    return Event.objects.filter(plan_draft__copy=event).first()


def _reads_report(request: HttpRequest, event: Event, own: Registration | None) -> bool:
    """Say whether the page leads to the report: it asks no more than the page knows already."""
    if event.starts_on > event.today or not request.user.is_authenticated:
        return False
    has_place = own is not None and own.status == RegistrationStatus.CONFIRMED
    return request.user.is_staff or has_place


def _audience_words(audience: str, *, for_all: bool) -> str:
    if not audience:
        return ""
    words = str(Audience(audience).label)
    return words if for_all else _("%s, unless a session says otherwise") % words


def _event_with_figures(request: HttpRequest, slug: str) -> tuple[Event, list[dict[str, str]]]:
    """Return an event and its figures in their order, each with label and value.

    Figures are few and short, so they come along with the event, a row for each: the page has a
    query less than if they were fetched. Raises Http404.
    """
    rows = list(
        Event.objects.visible_to(request.user)
        .for_cards()
        .prefetch_related("organisers")
        .annotate(label=F("figures__label"), value=F("figures__value"))
        .order_by("figures__position", "figures__pk")
        .filter(slug=slug)
    )
    if not rows:
        raise Http404
    figures = [{"label": row.label, "value": row.value} for row in rows if row.label is not None]
    return rows[0], figures


def registration_of(request: HttpRequest, event: Event) -> Registration | None:
    """Return this person's registration, if there is one."""
    if not request.user.is_authenticated:
        return None
    return event.registrations.filter(user=request.user).first()
