"""Local Green Deals with their signatories and actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from initiatives.models import KPI, DealAction, DealSignatory, Initiative, LocalGreenDeal

DATE = ["precision", "starts_on", "ends_on", "project_month", "date_text"]


class SignatoryInline(admin.StackedInline):
    """Who signs, and with which pledge."""

    model = DealSignatory
    fields = ["position", "organisation", "name", "kind", "pledge", *DATE]
    autocomplete_fields = ["organisation"]
    extra = 0


class ActionInline(admin.StackedInline):
    """What is done, among the signatories and initiatives of this deal alone."""

    model = DealAction
    fields = ["position", "text", "signatory", "responsible", "status", "initiative", "kpi", *DATE]
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer what belongs to the deal and its roadmap."""
        key = request.resolver_match.kwargs.get("object_id")
        of_deal = {
            "signatory": DealSignatory.objects.filter(deal=key),
            "initiative": Initiative.objects.filter(roadmap__deals=key),
            "kpi": KPI.objects.filter(initiative__roadmap__deals=key),
        }
        if db_field.name in of_deal:
            kwargs["queryset"] = of_deal[db_field.name]
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name in of_deal:
            # Each row of an inline would read them anew.
            field.choices = [("", "---------"), *((row.pk, str(row)) for row in field.queryset)]
        return field


@admin.register(LocalGreenDeal)
class LocalGreenDealAdmin(SimpleHistoryAdmin):
    """Deals of all cities, by stage and edition."""

    list_display = [
        "title",
        "roadmap",
        "stage",
        "signed",
        "actions_done",
        "is_public",
        "changed_at",
    ]
    list_filter = ["stage", "is_public", "roadmap__participation__edition", "demonstration"]
    search_fields = ["title", "roadmap__title", "signatories__name",
                     "signatories__organisation__name"]  # fmt: skip
    list_select_related = ["roadmap"]
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    autocomplete_fields = ["roadmap", "theme"]
    inlines = [SignatoryInline, ActionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LocalGreenDeal]:
        """Count in the same query."""
        return super().get_queryset(request).with_counts()  # type: ignore[attr-defined]

    @admin.display(description=_("signed"), ordering="signed_n")
    def signed(self, deal: Any) -> str:
        """How many of the signatories have signed."""
        return f"{deal.signed_n} / {deal.signatories_n}"

    @admin.display(description=_("actions done"), ordering="done_n")
    def actions_done(self, deal: Any) -> str:
        """How many of the actions are done."""
        return f"{deal.done_n} / {deal.actions_n}"
