"""Initiatives with their rows, and milestones across cities."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from simple_history.admin import SimpleHistoryAdmin

from cities.admin.places import SafeResource
from cities.admin.versions import CountsVersions
from initiatives.admin.rights import CityWrites
from initiatives.models import (
    KPI,
    BudgetLine,
    Dependency,
    Initiative,
    Milestone,
    Risk,
    Stakeholder,
    SupportNeed,
)
from initiatives.plan import moving
from initiatives.templatetags.initiative_words import when


class InitiativeResource(SafeResource):
    """The columns of a table of initiatives, with nothing internal."""

    class Meta:
        model = Initiative
        fields = [
            "slug", "name", "summary", "status", "is_public", "roadmap__title",
            "roadmap__participation__edition__slug", "roadmap__participation__city__slug",
            "roadmap__participation__consortium__slug", "lead", "goal", "impact_and_timing",
            "results", "results_url", "changed_at", "source", "demonstration",
        ]  # fmt: skip
        export_order = fields

    def get_queryset(self) -> QuerySet[Initiative]:
        """Fetch what the columns show."""
        return super().get_queryset().for_cards()


class MilestoneInline(CityWrites, admin.TabularInline):
    """The milestones of an initiative."""

    model = Milestone
    fields = [
        "title", "precision", "starts_on", "ends_on", "project_month", "date_text", "status",
        "reached_on",
    ]  # fmt: skip
    extra = 0
    show_change_link = True


class KPIInline(CityWrites, admin.TabularInline):
    """The KPIs of an initiative; each leads to its values."""

    model = KPI
    fields = ["name", "concept", "unit", "direction"]
    extra = 0
    show_change_link = True


class DependencyInline(admin.TabularInline):
    """On what an initiative depends."""

    model = Dependency
    fk_name = "initiative"
    fields = ["position", "kind", "on_initiative", "on_organisation", "text"]
    autocomplete_fields = ["on_initiative", "on_organisation"]
    extra = 0


class StakeholderInline(admin.TabularInline):
    """Whom the team talks to."""

    model = Stakeholder
    fields = ["position", "name", "organisation", "role", "rhythm", "influence", "interest"]
    autocomplete_fields = ["organisation"]
    extra = 0


class RiskInline(CityWrites, admin.TabularInline):
    """Risks: internal to the city."""

    model = Risk
    fields = ["text", "likelihood", "impact", "mitigation", "owner"]
    extra = 0


class BudgetLineInline(CityWrites, admin.TabularInline):
    """Money: internal to the city."""

    model = BudgetLine
    fields = [
        "label", "amount", "currency", "year", "until_year", "level", "funding_source", "city",
        "is_secured",
    ]  # fmt: skip
    autocomplete_fields = ["city"]
    extra = 0


class SupportNeedInline(CityWrites, admin.TabularInline):
    """Support needed, item by item: internal to the city."""

    model = SupportNeed
    fields = ["kind", "text", "amount", "currency"]
    extra = 0


@admin.register(Initiative)
class InitiativeAdmin(ExportMixin, CountsVersions, SimpleHistoryAdmin):
    """Initiatives of all cities: what is new, what is public, where words need mending."""

    resource_classes = [InitiativeResource]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = [
        "name", "participant", "edition", "status", "is_public", "milestone_count", "kpi_count",
        "changed_at",
    ]  # fmt: skip
    list_filter = [
        "status", "is_public", "roadmap__participation__edition", "roadmap__status",
        "demonstration",
    ]  # fmt: skip
    search_fields = [
        "name", "summary", "slug", "roadmap__participation__city__name",
        "roadmap__participation__consortium__name",
    ]  # fmt: skip
    list_select_related = [
        "roadmap__participation__city", "roadmap__participation__consortium",
        "roadmap__participation__edition",
    ]  # fmt: skip
    date_hierarchy = "changed_at"
    list_per_page = 50
    autocomplete_fields = ["roadmap", "parent", "partners", "themes", "goals"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["created_at", "changed_at", "on_the_site"]
    inlines = [
        MilestoneInline, KPIInline, DependencyInline, StakeholderInline, RiskInline,
        SupportNeedInline, BudgetLineInline,
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["on_the_site", "roadmap", "name", "slug", "summary", "status",
                           "is_public", "themes", "goals", "parent", "position"]}),
        (_("Overview"), {"fields": ["lead", "working_team", "contributors", "partners"]}),
        (_("Content"), {"fields": ["goal", "stakeholder_note"]}),
        (_("Follow-up"), {"fields": ["impact_and_timing", "support_needed", "results",
                                     "results_url"]}),
        (_("Where it comes from"), {"fields": ["source", "demonstration", "created_at",
                                               "changed_at"]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Initiative]:
        """Count rows in the same query."""
        counted = super().get_queryset(request)
        return counted.annotate(
            milestones_n=Count("milestones", distinct=True), kpis_n=Count("kpis", distinct=True)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let staff read what is internal, without writing it."""
        fields = [*super().get_readonly_fields(request, obj)]
        return fields if request.user.is_superuser else [*fields, "support_needed"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Suggest an address for a new one alone: known addresses stay."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; what is part of it moves along to its level."""
        super().save_model(request, obj, form, change)
        moving.settle(obj.roadmap_id)

    @admin.display(description=_("city"), ordering="roadmap__participation__city__name")
    def participant(self, initiative: Initiative) -> str:
        """Whose it is."""
        return str(initiative.roadmap.participation.participant)

    @admin.display(description=_("edition"))
    def edition(self, initiative: Initiative) -> str:
        """In which edition."""
        return initiative.roadmap.participation.edition.short_name

    @admin.display(description=_("milestones"), ordering="milestones_n")
    def milestone_count(self, initiative: Any) -> int:
        """How many milestones."""
        return initiative.milestones_n

    @admin.display(description=_("KPIs"), ordering="kpis_n")
    def kpi_count(self, initiative: Any) -> int:
        """How many KPIs."""
        return initiative.kpis_n

    @admin.display(description=_("on the site"))
    def on_the_site(self, initiative: Initiative) -> str:
        """A link to its page."""
        if not initiative.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', initiative.get_absolute_url(), _("See the page"))


@admin.register(Milestone)
class MilestoneAdmin(CityWrites, CountsVersions, SimpleHistoryAdmin):
    """Milestones across cities, by date and state."""

    list_display = ["title", "initiative_link", "date_in_words", "status", "reached_on"]
    list_filter = ["status", "precision", "initiative__roadmap__participation__edition"]
    search_fields = ["title", "initiative__name", "initiative__roadmap__title"]
    list_select_related = ["initiative"]
    date_hierarchy = "starts_on"
    list_per_page = 50
    autocomplete_fields = ["initiative"]

    @admin.display(description=_("initiative"), ordering="initiative__name")
    def initiative_link(self, milestone: Milestone) -> str:
        """A link to the initiative's screen."""
        url = reverse("admin:initiatives_initiative_change", args=[milestone.initiative_id])
        return format_html('<a href="{}">{}</a>', url, milestone.initiative)

    @admin.display(description=_("when"), ordering="starts_on")
    def date_in_words(self, milestone: Milestone) -> str:
        """The date as precisely as it is known."""
        return when(milestone)
