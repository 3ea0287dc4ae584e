"""An event with its days, sessions, figures and cities on one page."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events import services
from events.admin.agenda_plan import PlansAgendas, number_of_conflicts, plan_url
from events.admin.copying import CopiesEvents
from events.admin.deleting import KeepsHeldSessions
from events.admin.event_parts import (
    AttendanceInline,
    DayInline,
    FigureInline,
    HelperInline,
    RoomInline,
    SessionInline,
    TrackInline,
)
from events.admin.forms import EventForm, has_many_sessions
from events.admin.moments import MomentField, ShowsClocksOfEvent
from events.admin.photos import PhotoInline
from events.admin.public_agenda import TellsOfPublicAgendas
from events.models import (
    Event,
    EventKind,
    EventStatus,
    RegistrationStatus,
    Room,
    Session,
)
from events.services import agenda_versions, plan_drafts, whereabouts
from events.services.group_turns import sessions_changed

# A change to one of these is a change that people's calendars must learn of.
IN_CALENDARS = {
    "title",
    "summary",
    "status",
    "starts_on",
    "ends_on",
    "time_zone",
    "place",
    "city",
    "format",
}


@admin.register(Event)
class EventAdmin(
    ShowsClocksOfEvent, TellsOfPublicAgendas, PlansAgendas, CopiesEvents, KeepsHeldSessions
):
    """An event; saving it as published puts it on the public agenda."""

    form = EventForm
    # An address typed without "https://" is meant to have it.
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.DateTimeField: {"form_class": MomentField},
    }
    list_display = [
        "title",
        "kind",
        "status",
        "starts_on",
        "ends_on",
        "in_edition",
        "places",
        "plan_link",
    ]
    list_filter = ["status", "kind", "edition", "format"]
    list_select_related = ["kind", "edition"]
    search_fields = ["title", "slug", "place", "city__name"]
    # Named anew: what is counted along the way makes Django forget the order of the model.
    ordering = ["-starts_on", "title"]
    date_hierarchy = "starts_on"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["city", "organisers", "edition"]
    inlines = [
        DayInline,
        # Before the sessions, which find what was named here.
        TrackInline,
        RoomInline,
        SessionInline,
        FigureInline,
        AttendanceInline,
        HelperInline,
        PhotoInline,
    ]
    readonly_fields = ["all_sessions"]
    actions = ["publish", "call_off"]
    save_on_top = True
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title", "slug", ("kind", "edition", "status"), "summary", "description",
                ]
            },
        ),
        (
            _("When"),
            {"fields": [("starts_on", "ends_on", "time_zone"), "dates_note", "feedback_until"]},
        ),
        (
            _("Where"),
            {"fields": [("format", "place"), ("city", "country"), "link", "organisers"]},
        ),
        (
            _("Registration"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("registration_opens_at", "registration_closes_at"),
                    ("capacity", "places_per_city"),
                ],
            },
        ),
        (
            _("Where it comes from"),
            {"classes": ["collapse"], "fields": ["source", "demonstration"]},
        ),
    ]  # fmt: skip

    def zone_of(self, row: Event) -> tzinfo:
        """Return its own zone."""
        zone: tzinfo = row.zone
        return zone

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Count the places along the way."""
        confirmed = Q(registrations__status=RegistrationStatus.CONFIRMED)
        waiting = Q(registrations__status=RegistrationStatus.WAITING)
        return (
            super()
            .get_queryset(request)
            .annotate(
                confirmed=Count("registrations", filter=confirmed),
                waiting=Count("registrations", filter=waiting),
            )
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Keep drafts of agendas out of the list and of every field that chooses an event."""
        return super().get_search_results(request, queryset.of_their_own(), search_term)

    def event_of(self, row: Event) -> Event:
        """Return the event itself."""
        return row

    def sessions_in(self, rows: Any) -> QuerySet[Session]:
        """Return the sessions of events."""
        return Session.objects.filter(day__event__in=[one.pk for one in rows])

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """Say where the sessions are, when they are too many for this page."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not has_many_sessions(obj):
            return fieldsets
        return [*fieldsets, (_("Sessions"), {"fields": ["all_sessions"]})]

    @admin.display(description=_("all sessions"))
    def all_sessions(self, event: Event) -> str:
        """Lead to the list of its sessions and to the grid; below, new ones are added."""
        listed = reverse("admin:events_session_changelist")
        return format_html(
            '{} <a href="{}?day__event__id__exact={}">{}</a> · <a href="{}">{}</a>',
            _("They are too many for this page, where you can still add some."),
            listed,
            event.pk,
            _("List of its sessions"),
            plan_url(event),
            _("Plan the agenda"),
        )

    @admin.display(description=_("edition"), ordering="edition")
    def in_edition(self, event: Event) -> str | None:
        """The edition by its short name, which leaves room for the others."""
        return event.edition.short_name if event.edition else None

    @admin.display(description=_("places taken, waiting"))
    def places(self, event: Any) -> str:
        """How many come, of how many seats, and how many wait."""
        seats = f"/{event.capacity}" if event.capacity else ""
        return f"{event.confirmed}{seats}, {event.waiting}"

    def save_model(self, request: HttpRequest, obj: Event, form: Form, change: bool) -> None:
        """Count a change that calendars must learn of; an open draft follows days and zone."""
        if change and IN_CALENDARS & set(form.changed_data):
            obj.sequence += 1
        super().save_model(request, obj, form, change)
        plan_drafts.follow(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give new seats to those who wait, and tell what changed, once everything is saved."""
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if formset.model is Session:
                for session, _names in formset.changed_objects:
                    services.fill_session(session)
                sessions_changed([session for session, _names in formset.changed_objects])
            if formset.model is Room and formset.changed_objects:
                services.tell_calendars_of_rooms([room for room, _names in formset.changed_objects])
        if change:
            told = services.tell_of_change(
                form.instance,
                status_before=form.initial["status"],
                days_before=(form.initial["starts_on"], form.initial["ends_on"]),
            )
            elsewhere = whereabouts.tell_if_elsewhere(
                form.instance, form.changed_data, status_before=form.initial["status"]
            )
            self._say_what_is_told(request, bool(told) or elsewhere)
        elif form.instance.status == EventStatus.PUBLISHED:
            agenda_versions.keep_version(form.instance)
        self._say_what_conflicts(request, form.instance)
        self.say_what_is_untold(request, form.instance)
        if change and {"capacity", "places_per_city"} & set(form.changed_data):
            moved = services.fill_places(form.instance)
            if moved:
                told = ngettext(
                    "%(number)d person moved up from the waiting list.",
                    "%(number)d people moved up from the waiting list.",
                    moved,
                )
                self.message_user(request, told % {"number": moved}, messages.SUCCESS)

    def _say_what_conflicts(self, request: HttpRequest, event: Event) -> None:
        """Say that something does not go together: a plan may be unfinished, so only say."""
        if words := number_of_conflicts(event):
            link = format_html('{} <a href="{}">{}</a>', words, plan_url(event), _("See which"))
            self.message_user(request, link, messages.WARNING)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        """Show drafts to the public."""
        events = queryset.filter(status="draft", draft_of__isnull=True)
        self._move(request, events, EventStatus.PUBLISHED, _("Published."))

    @admin.action(description=_("Call off (stays visible as cancelled)"), permissions=["change"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        """Mark published events as cancelled."""
        events = queryset.filter(status="published")
        self._move(request, events, EventStatus.CANCELLED, _("Called off."))

    def _say_what_is_told(self, request: HttpRequest, told: bool) -> None:
        if told:
            words = _("Everybody who has a place, waits for one or has a part is told by mail.")
            self.message_user(request, words, messages.SUCCESS)

    def _move(self, request: HttpRequest, events: Any, status: EventStatus, note: Any) -> None:
        moved = 0
        for event in events:
            services.change_status(event, status)
            self.log_change(request, event, str(note))
            moved += 1
        told = ngettext("%(number)d event changed.", "%(number)d events changed.", moved)
        self.message_user(request, told % {"number": moved}, messages.SUCCESS)


@admin.register(EventKind)
class EventKindAdmin(admin.ModelAdmin):
    """What events are called."""

    list_display = ["name", "name_plural", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
