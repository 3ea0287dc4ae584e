"""The programme's own words: editions with phases and roles, themes, instruments."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.forms import Textarea
from django.utils.translation import gettext_lazy as _

from cities.admin.announcing import AnnouncesChanges
from cities.models import (
    AssessmentAnswer,
    CityRole,
    Dimension,
    Edition,
    EditionFigure,
    ExpertRole,
    Holiday,
    Instrument,
    ParticipationRole,
    Phase,
    Theme,
    ThemeKind,
)


class PhaseInline(admin.TabularInline):
    """The phases of an edition, in order."""

    model = Phase
    fields = ["number", "name", "purpose", "starts_on", "ends_on", "source"]
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})}}
    extra = 0


class ThemeKindInline(admin.TabularInline):
    """What themes are called in an edition."""

    model = ThemeKind
    prepopulated_fields = {"slug": ["name"]}
    extra = 0


class RoleInline(admin.TabularInline):
    """What a city can be in an edition."""

    model = ParticipationRole
    prepopulated_fields = {"slug": ["name"]}
    extra = 0


class FigureInline(admin.TabularInline):
    """Figures as they were announced."""

    model = EditionFigure
    fields = ["label", "value", "as_of", "note", "position", "source"]
    extra = 0


class HolidayInline(admin.TabularInline):
    """Days off of an edition, besides those that all share."""

    model = Holiday
    fields = ["day", "name"]
    extra = 0


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """Days on which due dates stand still. Those without an edition hold for all."""

    list_display = ["day", "name", "edition"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    date_hierarchy = "day"
    search_fields = ["name"]


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    """One run of the programme, whole, on one page."""

    list_display = ["name", "short_name", "starts_on", "ends_on", "is_shown"]
    search_fields = ["name", "short_name", "slug"]
    prepopulated_fields = {"slug": ["short_name"]}
    inlines = [PhaseInline, RoleInline, ThemeKindInline, FigureInline, HolidayInline]


@admin.register(ThemeKind)
class ThemeKindAdmin(admin.ModelAdmin):
    """What themes are called in an edition."""

    list_display = ["name", "edition", "position"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name", "edition__name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Theme)
class ThemeAdmin(AnnouncesChanges):
    """What cities work on."""

    list_display = ["name", "short_name", "kind", "position"]
    list_filter = ["kind__edition", "kind"]
    list_select_related = ["kind__edition"]
    search_fields = ["name", "short_name", "slug"]
    prepopulated_fields = {"slug": ["short_name"]}
    autocomplete_fields = ["kind"]


@admin.register(ParticipationRole)
class ParticipationRoleAdmin(admin.ModelAdmin):
    """What a city can be in an edition."""

    list_display = ["name", "edition", "has_roadmap", "mentors_others", "position"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name", "edition__name", "edition__short_name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(CityRole)
class CityRoleAdmin(admin.ModelAdmin):
    """What somebody is in a city's team, and what that lets them do."""

    list_display = ["name", "may_edit", "may_submit", "may_manage_team", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(ExpertRole)
class ExpertRoleAdmin(admin.ModelAdmin):
    """What an expert is to a city."""

    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


class DimensionInline(admin.TabularInline):
    """What an instrument asks about."""

    model = Dimension
    prepopulated_fields = {"slug": ["name"]}
    extra = 0


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin):
    """A set of questions by which a city looks at itself."""

    list_display = ["name", "edition", "highest_level"]
    list_select_related = ["edition"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [DimensionInline]


@admin.register(Dimension)
class DimensionAdmin(admin.ModelAdmin):
    """One side of a city; shown for search only, edited with its instrument."""

    list_display = ["name", "instrument", "position"]
    list_select_related = ["instrument"]
    search_fields = ["name", "instrument__name"]

    def has_module_permission(self, request: object) -> bool:
        """Keep it off the index: its instrument is the place to edit it."""
        return False


@admin.register(AssessmentAnswer)
class AssessmentAnswerAdmin(admin.ModelAdmin):
    """What participants say about their city."""

    list_display = ["participation", "city", "dimension", "as_of", "level"]
    list_filter = ["dimension__instrument", "participation__edition"]
    list_select_related = [
        "participation__city", "participation__consortium", "participation__edition", "dimension",
        "city",
    ]  # fmt: skip
    search_fields = ["participation__city__name", "participation__consortium__name", "text"]
    autocomplete_fields = ["participation", "dimension", "city"]
    fieldsets = [
        (None, {"fields": ["participation", "city", "dimension", "as_of", "level", "text"]}),
        (_("Where it comes from"), {"fields": ["source", "demonstration"]}),
    ]
