"""Who registered, what they need, and who was there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events import services
from events.admin.event_filter import EventFilter
from events.models import Presence, Registration, RegistrationNeeds, RegistrationStatus
from events.services import other_city


class NeedsInline(admin.StackedInline):
    """What somebody needs on site: for those who prepare the event, until a week after it."""

    model = RegistrationNeeds
    fields = ["access", "diet"]


@admin.register(Registration)
class RegistrationAdmin(admin.ModelAdmin):
    """Who comes and who waits; the status moves by registering and cancelling alone."""

    list_display = ["user", "event", "city", "status", "queued_at"]
    list_filter = ["status", ("event", EventFilter)]
    list_select_related = ["user", "event", "city"]
    search_fields = ["user__name", "user__email", "city__name", "event__title"]
    autocomplete_fields = ["city"]
    readonly_fields = ["event", "user", "status", "queued_at", "cancelled_at"]
    inlines = [NeedsInline]
    actions = ["give_back"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People register themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Registration | None = None) -> bool:
        """A place is cancelled, which gives it to the next; deleted, it would be lost to all."""
        return False

    def save_model(self, request: HttpRequest, obj: Registration, form: Any, change: bool) -> None:
        """Write what was changed and nothing else: others may have moved up meanwhile."""
        if "city" in form.changed_data:
            other_city.come_for(obj, obj.city)
        obj.save(update_fields=[name for name in form.changed_data if name != "city"])

    @admin.action(description=_("Cancel (the place goes to the next)"), permissions=["change"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """Give places back in people's names; each is told, and whoever moves up as well."""
        open_ones = queryset.exclude(status=RegistrationStatus.CANCELLED)
        number = refused = 0
        for registration in open_ones.select_related("event", "user"):
            try:
                services.cancel(registration)
            except services.RegistrationRefused:
                refused += 1
            else:
                number += 1
        told = ngettext("%(number)d cancelled.", "%(number)d cancelled.", number)
        self.message_user(request, told % {"number": number}, messages.SUCCESS)
        if refused:
            kept = ngettext(
                "%(number)d stays: its event is over.",
                "%(number)d stay: their events are over.",
                refused,
            )
            self.message_user(request, kept % {"number": refused}, messages.WARNING)


@admin.register(Presence)
class PresenceAdmin(admin.ModelAdmin):
    """Every mark made at a door and taken back: to read, since marks are made at the door."""

    list_display = ["person", "event", "day", "session", "at", "by", "by_code", "undone_at"]
    list_filter = [
        ("registration__event", EventFilter),
        "day",
        "by_code",
        ("undone_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["registration__user", "registration__event", "session", "by"]
    search_fields = ["registration__user__name", "registration__city__name"]
    ordering = ["-at", "-pk"]
    fields = [
        "registration", "day", "session", "at", "by", "by_code", "undone_at", "undone_by",
    ]  # fmt: skip

    @admin.display(description=_("person"), ordering="registration__user__name")
    def person(self, presence: Presence) -> str:
        """Who it is."""
        return presence.registration.user.name

    @admin.display(description=_("event"), ordering="registration__event")
    def event(self, presence: Presence) -> str:
        """Where they were."""
        return str(presence.registration.event)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Marks are made at the door."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Presence | None = None) -> bool:
        """A mark stays as it was made."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Presence | None = None) -> bool:
        """What was wrong is taken back, and stays as the history."""
        return False
