"""What stands on an event's page: its days, tracks, rooms, sessions, figures, cities, helpers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.forms import Textarea, modelformset_factory
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.admin.deleting import DayFormSet
from events.admin.forms import SessionForm, SessionFormSet
from events.models import (
    CityAttendance,
    DoorHelper,
    EventDay,
    EventFigure,
    Room,
    Session,
    Track,
)


class DayInline(admin.TabularInline):
    """The days of an event with their titles."""

    model = EventDay
    formset = DayFormSet
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
                    ("track_name", "room_name"), ("audience", "language"),
                    ("capacity", "join_link"), "takeaways", "is_cancelled",
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


class TrackInline(admin.TabularInline):
    """The tracks of an event; naming a new one at a session makes it, too."""

    model = Track
    fields = ["name", "position"]
    extra = 0


class RoomInline(admin.TabularInline):
    """The rooms of an event; naming a new one at a session makes it, too."""

    model = Room
    fields = ["name", "capacity", "position"]
    extra = 0


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


class HelperInline(admin.TabularInline):
    """Who marks people as present at the door; staff may anyway."""

    model = DoorHelper
    fields = autocomplete_fields = ["user"]
    extra = 0
