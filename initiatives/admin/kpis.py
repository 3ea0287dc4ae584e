"""KPIs with their targets and values, and the concepts they measure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from cities.admin.versions import CountsVersions
from initiatives import evidence
from initiatives.admin.rights import CityWrites
from initiatives.connectors import plan_anew, server_of
from initiatives.models import (
    KPI,
    Connector,
    EvidenceFile,
    KPIConcept,
    LibraryCode,
    LibraryExample,
    LibraryKPI,
    Measurement,
    Target,
)
from initiatives.series import counts


class TargetInline(CityWrites, admin.TabularInline):
    """What the KPI should reach."""

    model = Target
    fk_name = "kpi"
    fields = [
        "comparison", "value", "base_year", "text", "precision", "due_on", "due_until", "due_text",
        "superseded_by",
    ]  # fmt: skip
    raw_id_fields = ["superseded_by"]
    extra = 0


class MeasurementInline(admin.TabularInline):
    """What was reported. A correction is a new value, made on the KPI's page: none is edited."""

    model = Measurement
    fk_name = "kpi"
    fields = [
        "as_reported", "kind", "number", "as_of", "as_of_precision", "note", "source_url",
        "corrected_by", "reported_by", "reported_at",
    ]  # fmt: skip
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave reporting to the KPI's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what was reported."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Measurement]:
        """Fetch what the columns show; each names its KPI."""
        found = super().get_queryset(request)
        return found.select_related("kpi", "corrected_by__kpi", "reported_by")


CREDENTIAL_GOES = _(
    "The credential was for the server of the former address, so it is gone. The city types the "
    "one of the new server, if it asks for a key."
)
UNIT_IS_ASKED_ABOUT = _(
    "The unit is changed on the KPI's own form, which asks what becomes of numbers, targets and "
    "sources."
)


def _counts_in_its_unit(kpi: KPI | None) -> bool:
    """Say whether numbers, targets or sources of values stand in the unit of today."""
    return kpi is not None and (any(counts(kpi)) or kpi.connectors.exists())


@admin.register(KPI)
class KPIAdmin(CityWrites, CountsVersions, SimpleHistoryAdmin):
    """KPIs across cities: what is measured, and when something was last reported."""

    list_display = ["name", "initiative", "concept", "unit", "value_count", "last_report"]
    list_filter = ["concept", "direction", "initiative__roadmap__participation__edition"]
    search_fields = ["name", "initiative__name", "initiative__roadmap__title"]
    list_select_related = ["initiative", "concept"]
    list_per_page = 50
    autocomplete_fields = ["initiative", "concept"]
    inlines = [TargetInline, MeasurementInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[KPI]:
        """Count values in the same query."""
        found = super().get_queryset(request)
        last = Max("measurements__reported_at")
        return found.annotate(values_n=Count("measurements"), last=last)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the unit to the KPI's own form once something counts in it: that one asks."""
        shown = super().get_readonly_fields(request, obj)
        return [*shown, "unit", "unit_is_asked_about"] if _counts_in_its_unit(obj) else shown

    def save_model(self, request: HttpRequest, obj: KPI, form: Any, change: bool) -> None:
        """Keep the unit also where somebody goes back to an earlier row of the history."""
        saved = KPI.objects.filter(pk=obj.pk).first() if change else None
        if saved is not None and saved.unit != obj.unit and _counts_in_its_unit(saved):
            obj.unit = saved.unit
            self.message_user(request, UNIT_IS_ASKED_ABOUT, messages.WARNING)
        super().save_model(request, obj, form, change)

    @admin.display(description="")
    def unit_is_asked_about(self, kpi: KPI) -> str:
        """Lead to where the unit is changed."""
        page = reverse("initiatives:kpi-edit", args=[kpi.initiative.slug, kpi.pk])
        return format_html('<a href="{}">{}</a>', page, UNIT_IS_ASKED_ABOUT)

    @admin.display(description=_("values"), ordering="values_n")
    def value_count(self, kpi: Any) -> int:
        """How many values were reported."""
        return kpi.values_n

    @admin.display(description=_("last report"), ordering="last")
    def last_report(self, kpi: Any) -> Any:
        """When something was last reported."""
        return kpi.last


@admin.register(EvidenceFile)
class EvidenceFileAdmin(CityWrites, admin.ModelAdmin):
    """Files that show values. Cities add them and say what they show, on the value's page."""

    list_display = ["name", "shows", "measurement", "size", "added_by", "added_at"]
    list_filter = ["media_type"]
    search_fields = ["name", "shows", "sha256", "measurement__kpi__name"]
    list_select_related = ["measurement__kpi", "added_by"]
    fields = [
        "name", "shows", "measurement", "media_type", "size", "sha256", "added_by", "added_at",
    ]  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave adding to the value's page, where files are looked at."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the words to the city."""
        return False

    def delete_model(self, request: HttpRequest, obj: EvidenceFile) -> None:
        """Take it away from the values that its value corrects as well."""
        evidence.take_away(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[EvidenceFile]) -> None:
        """Take each of several away."""
        for file in queryset.select_related("measurement"):
            evidence.take_away(file)


@admin.register(KPIConcept)
class KPIConceptAdmin(admin.ModelAdmin):
    """The concepts, from local context to final effect; their labels are the programme's."""

    list_display = ["name", "code", "crosswalk", "position", "kpi_count"]
    list_editable = ["position"]
    search_fields = ["name", "code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[KPIConcept]:
        """Count KPIs in the same query."""
        return super().get_queryset(request).annotate(kpis_n=Count("kpis"))

    @admin.display(description=_("KPIs"), ordering="kpis_n")
    def kpi_count(self, concept: Any) -> int:
        """How many KPIs measure it."""
        return concept.kpis_n


class LibraryCodeInline(admin.TabularInline):
    """Where published sets have something of the kind: codes and short names, never texts."""

    model = LibraryCode
    extra = 0


class LibraryExampleInline(admin.TabularInline):
    """What cities really reported."""

    model = LibraryExample
    fields = ["city", "words", "source"]
    extra = 0


@admin.register(LibraryKPI)
class LibraryKPIAdmin(admin.ModelAdmin):
    """KPIs to start from. Those made from one stay as they are when it changes."""

    list_display = ["name", "concept", "unit", "reuse_count", "is_shown", "position"]
    list_editable = ["position"]
    list_filter = ["concept", "is_shown", "codes__family"]
    list_select_related = ["concept"]
    search_fields = ["name", "description", "codes__code"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["concept", "themes"]
    inlines = [LibraryCodeInline, LibraryExampleInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LibraryKPI]:
        """Count reuses in the same query."""
        return LibraryKPI.objects.with_reuse()

    @admin.display(description=_("reused"), ordering="reuse")
    def reuse_count(self, entry: Any) -> int:
        """How many KPIs started from it."""
        return entry.reuse


@admin.register(Connector)
class ConnectorAdmin(CityWrites, admin.ModelAdmin):
    """Sources of values: how each goes. What lets us in is shown to nobody."""

    list_display = ["kpi", "kind", "status", "schedule", "failing_since", "trouble"]
    list_filter = ["status", "kind", "trouble"]
    search_fields = ["kpi__name", "address"]
    list_select_related = ["kpi"]
    autocomplete_fields = ["kpi", "city", "created_by"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = [
        "kpi", "city", "kind", "address", "where", "pick", "schedule", "status", "created_by",
        "last_tried_at", "failing_since", "denied_since", "trouble", "trouble_detail",
        "next_due_at",
    ]  # fmt: skip
    readonly_fields = [
        "last_tried_at", "failing_since", "denied_since", "trouble", "trouble_detail",
        "next_due_at",
    ]  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Connector, form: Any, change: bool) -> None:
        """Send a credential to the server that it was typed for, and to no other."""
        saved = Connector.objects.filter(pk=obj.pk).first() if change else None
        if saved is not None and server_of(saved.address) != server_of(obj.address):
            if obj.sealed_credential:
                self.message_user(request, CREDENTIAL_GOES, messages.WARNING)
            obj.sealed_credential = ""
        super().save_model(request, obj, form, change)
        if saved is not None and saved.schedule != obj.schedule:
            plan_anew(obj)
