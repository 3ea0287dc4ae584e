"""Yearly check-ins: who was asked when, and what was answered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities.admin.mails import mail_history
from initiatives.models import CheckIn, Standing


class _LookedAt:
    """What the machine and the cities write: looked at, never changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The clock asks, cities answer."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what was said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes what was said."""
        return False


class StandingInline(_LookedAt, admin.TabularInline):
    """What was answered, the newest first."""

    model = Standing
    fields = ["words", "answer", "note", "answered_at", "answered_by"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standing]:
        """Fetch who answered."""
        return super().get_queryset(request).select_related("answered_by")


@admin.register(CheckIn)
class CheckInAdmin(_LookedAt, admin.ModelAdmin):
    """Which roadmaps were asked in which year, and which of them have answered."""

    list_display = ["roadmap", "year", "asked_at", "answered_at", "answers"]
    list_filter = [
        "year",
        ("answered_at", admin.EmptyFieldListFilter),
        "roadmap__participation__edition",
    ]
    list_select_related = ["roadmap"]
    search_fields = ["roadmap__title", "roadmap__participation__city__name"]
    fields = ["roadmap", "year", "asked_at", "answered_at", "mails_about"]
    readonly_fields = fields
    inlines = [StandingInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckIn]:
        """Count answers in the same query."""
        return super().get_queryset(request).annotate(answers_n=Count("standings"))

    @admin.display(description=_("answers"), ordering="answers_n")
    def answers(self, check_in: Any) -> int:
        """How many answers."""
        return check_in.answers_n

    @admin.display(description=_("mails about the roadmap"))
    def mails_about(self, check_in: CheckIn) -> str:
        """Which mails went about it, the newest first."""
        return mail_history(f"initiatives.roadmap:{check_in.roadmap_id}")
