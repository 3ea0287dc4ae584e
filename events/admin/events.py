"""An event with its days, sessions, figures and cities on one page."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.forms import Form, Textarea, modelformset_factory
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events import services
from events.admin.forms import EventForm, SessionForm, SessionFormSet
from events.models import (
    CityAttendance,
    Event,
    EventDay,
    EventFigure,
    EventKind,
    EventStatus,
    Registration,
    RegistrationStatus,
    Session,
)

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


class DayInline(admin.TabularInline):
    """The days of an event with their titles."""

    model = EventDay
    fields = ["date", "title", "summary"]
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})}}
    extra = 0
    min_num = 0

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer two empty days to a new event."""
        return 0 if obj else 2


class SessionInlineChecks(InlineModelAdminChecks):
    """A session reaches its event through a day, so there is no key to check."""

    def _check_exclude_of_parent_model(self, obj: Any, parent_model: Any) -> list:
        return []

    def _check_relation(self, obj: Any, parent_model: Any) -> list:
        return []


class SessionInline(InlineModelAdmin):
    """The sessions of all days; a day that is not there yet is made."""

    model = Session
    form = SessionForm
    formset = SessionFormSet
    template = "admin/edit_inline/stacked.html"
    checks_class = SessionInlineChecks
    show_change_link = True
    verbose_name_plural = _("sessions (times are those of the event's time zone)")
    fieldsets = [
        (None, {"fields": [("day_date", "start", "end"), ("title", "kind"), "summary"]}),
        (
            _("More"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("part_of_day", "position", "parallel"), ("theme", "group"),
                    ("audience", "room", "language"), "takeaways", "is_cancelled",
                ],
            },
        ),
    ]  # fmt: skip

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer three empty sessions to a new event and one to others."""
        return 1 if obj else 3

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Make the formset that stands in for a stock inline's."""
        can_change = self.has_change_permission(request, obj)
        can_add = self.has_add_permission(request, obj)

        class Permitted(self.form):  # type: ignore[misc,name-defined]
            """Keeps what somebody may only look at as it is, whatever was sent."""

            def has_changed(self) -> bool:
                """A form that may not be saved has not changed."""
                may = can_add if self.instance._state.adding else can_change
                return may and super().has_changed()

        return modelformset_factory(
            Session,
            form=Permitted,
            formset=self.formset,
            extra=self.get_extra(request, obj),
            can_delete=self.has_delete_permission(request, obj),
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
        )


class FigureInline(admin.TabularInline):
    """Figures as they were reported."""

    model = EventFigure
    fields = ["label", "value", "position", "source"]
    extra = 0


class AttendanceInline(admin.TabularInline):
    """Cities that took part."""

    model = CityAttendance
    fields = ["city", "note", "source"]
    autocomplete_fields = ["city"]
    extra = 0


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """An event; saving it as published puts it on the public agenda."""

    form = EventForm
    # An address typed without "https://" is meant to have it.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["title", "kind", "status", "starts_on", "ends_on", "in_edition", "places"]
    list_filter = ["status", "kind", "edition", "format"]
    list_select_related = ["kind", "edition"]
    search_fields = ["title", "slug", "place", "city__name"]
    date_hierarchy = "starts_on"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["city", "organisers", "edition"]
    inlines = [DayInline, SessionInline, FigureInline, AttendanceInline]
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
        (_("When"), {"fields": [("starts_on", "ends_on", "time_zone"), "dates_note"]}),
        (
            _("Where"),
            {"fields": [("format", "place"), ("city", "country"), "link", "organisers"]},
        ),
        (
            _("Registration"),
            {
                "classes": ["collapse"],
                "fields": [("registration_opens_at", "registration_closes_at"), "capacity"],
            },
        ),
        (
            _("Where it comes from"),
            {"classes": ["collapse"], "fields": ["source", "demonstration"]},
        ),
    ]  # fmt: skip

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
        """Count a change that calendars must learn of."""
        if change and IN_CALENDARS & set(form.changed_data):
            obj.sequence += 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give new seats to those who wait, and tell what changed, once everything is saved."""
        super().save_related(request, form, formsets, change)
        if change:
            told = services.tell_of_change(
                form.instance,
                status_before=form.initial["status"],
                has_moved=bool({"starts_on", "ends_on"} & set(form.changed_data)),
            )
            self._say_what_is_told(request, told)
        if change and "capacity" in form.changed_data:
            moved = services.fill_places(form.instance)
            if moved:
                told = ngettext(
                    "%(number)d person moved up from the waiting list.",
                    "%(number)d people moved up from the waiting list.",
                    moved,
                )
                self.message_user(request, told % {"number": moved}, messages.SUCCESS)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        """Show drafts to the public."""
        events = queryset.filter(status="draft")
        self._move(request, events, EventStatus.PUBLISHED, _("Published."))

    @admin.action(description=_("Call off (stays visible as cancelled)"), permissions=["change"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        """Mark published events as cancelled."""
        events = queryset.filter(status="published")
        self._move(request, events, EventStatus.CANCELLED, _("Called off."))

    def _say_what_is_told(self, request: HttpRequest, told: str) -> None:
        if told:
            words = _("Everybody who has a place or waits for one is told by mail.")
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


@admin.register(Registration)
class RegistrationAdmin(admin.ModelAdmin):
    """Who comes and who waits; the status moves by registering and cancelling alone."""

    list_display = ["user", "event", "city", "status", "queued_at"]
    list_filter = ["status", "event"]
    list_select_related = ["user", "event", "city"]
    search_fields = ["user__name", "user__email", "city__name", "event__title"]
    autocomplete_fields = ["city"]
    readonly_fields = ["event", "user", "status", "queued_at", "cancelled_at"]
    actions = ["give_back"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People register themselves."""
        return False

    @admin.action(description=_("Cancel (the place goes to the next)"), permissions=["change"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """Give places back in people's names; each is told, and whoever moves up as well."""
        open_ones = queryset.exclude(status=RegistrationStatus.CANCELLED)
        number = 0
        for registration in open_ones.select_related("event", "user"):
            services.cancel(registration)
            number += 1
        told = ngettext("%(number)d cancelled.", "%(number)d cancelled.", number)
        self.message_user(request, told % {"number": number}, messages.SUCCESS)
