"""Handovers of roles that wait for staff."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities import handovers
from cities.admin.operations import LookOnly
from cities.models import Handover


@admin.register(Handover)
class HandoverAdmin(LookOnly):
    """Who passes which role on to whom; what waits is decided by the actions below the list."""

    list_display = ["membership", "to", "last_day", "state", "asked_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["membership__user", "membership__city", "to", "decided_by"]
    search_fields = ["to__name", "membership__user__name", "membership__city__name"]
    actions = ["confirm", "refuse"]

    @admin.action(description=_("Confirm"), permissions=["operate"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Handover]) -> None:
        """Let what was ticked happen, each by itself."""
        self._decide(request, queryset, confirmed=True)

    @admin.action(description=_("Do not confirm"), permissions=["operate"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Handover]) -> None:
        """Leave everything as it is, and tell whoever asked."""
        self._decide(request, queryset, confirmed=False)

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[Handover], *, confirmed: bool
    ) -> None:
        for handover in queryset:
            try:
                handovers.decide(handover, staff=request.user, confirmed=confirmed)
            except handovers.HandoverRefused as refusal:
                self.message_user(request, f"{handover}: {refusal}", messages.ERROR)
