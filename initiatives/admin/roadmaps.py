"""Roadmaps, whole, on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from cities.admin.versions import CountsVersions
from initiatives import services
from initiatives.models import (
    Ambition,
    AmbitionStep,
    Axis,
    Commitment,
    GovernanceBody,
    Initiative,
    Lesson,
    MatrixEntry,
    PriorityAxis,
    Roadmap,
    RoadmapStatus,
)


def _read_once(field: Any) -> Any:
    """Keep a field's choices: each row of an inline would read them anew."""
    field.choices = [("", "---------"), *((row.pk, str(row)) for row in field.queryset)]
    return field


class _OfThisRoadmap(admin.TabularInline):
    """Rows that choose among the initiatives or bodies of their own roadmap."""

    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer rows of the same roadmap alone."""
        key = request.resolver_match.kwargs.get("object_id")
        if db_field.related_model not in (Initiative, GovernanceBody):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["queryset"] = db_field.related_model._default_manager.filter(roadmap=key)
        return _read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))


class PriorityAxisInline(admin.TabularInline):
    """Directions of the programme that the city chose."""

    model = PriorityAxis
    autocomplete_fields = ["theme"]
    extra = 0


class AxisInline(admin.TabularInline):
    """Columns of the strategy matrix."""

    model = Axis
    extra = 0


class AmbitionInline(admin.TabularInline):
    """Rows of the matrix, and what shall be done in three years."""

    model = Ambition
    extra = 0
    show_change_link = True


class GovernanceBodyInline(_OfThisRoadmap):
    """Who steers the roadmap."""

    model = GovernanceBody


class LessonInline(_OfThisRoadmap):
    """What worked, what did not, what can be learned."""

    model = Lesson
    fields = ["kind", "position", "heading", "text", "initiative", "source"]


class CommitmentInline(_OfThisRoadmap):
    """What the city goes on with."""

    model = Commitment
    fields = ["kind", "position", "text", "initiative", "source"]


@admin.register(Roadmap)
class RoadmapAdmin(CountsVersions, SimpleHistoryAdmin):
    """Roadmaps of all cities. Publishing is an act of its own, below the list."""

    list_display = ["title", "participant", "edition", "status", "initiative_count", "changed_at"]
    list_filter = ["status", "participation__edition", "demonstration"]
    search_fields = ["title", "participation__city__name", "participation__consortium__name"]
    list_select_related = [
        "participation__city", "participation__consortium", "participation__edition",
    ]  # fmt: skip
    list_per_page = 50
    autocomplete_fields = ["participation", "partners"]
    readonly_fields = ["status", "published_at", "changed_at", "on_the_site"]
    inlines = [
        PriorityAxisInline, AxisInline, AmbitionInline, GovernanceBodyInline, LessonInline,
        CommitmentInline,
    ]  # fmt: skip
    actions = ["publish", "take_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Roadmap]:
        """Count initiatives in the same query."""
        return super().get_queryset(request).annotate(initiatives_n=Count("initiatives"))

    @admin.display(description=_("city"), ordering="participation__city__name")
    def participant(self, roadmap: Roadmap) -> str:
        """Whose it is."""
        return str(roadmap.participation.participant)

    @admin.display(description=_("edition"))
    def edition(self, roadmap: Roadmap) -> str:
        """In which edition."""
        return roadmap.participation.edition.short_name

    @admin.display(description=_("initiatives"), ordering="initiatives_n")
    def initiative_count(self, roadmap: Any) -> int:
        """How many initiatives."""
        return roadmap.initiatives_n

    @admin.display(description=_("on the site"))
    def on_the_site(self, roadmap: Roadmap) -> str:
        """A link to its page."""
        if not roadmap.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', roadmap.get_absolute_url(), _("See the page"))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Roadmap]) -> None:
        """Publish what was ticked, each by itself."""
        drafts = list(queryset.filter(status=RoadmapStatus.DRAFT))
        for roadmap in drafts:
            services.publish(roadmap)
        self.message_user(request, _("Published: %d") % len(drafts))

    @admin.action(description=_("Take back to draft"), permissions=["change"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Roadmap]) -> None:
        """Hide what was ticked from the public."""
        public = list(queryset.filter(status=RoadmapStatus.PUBLISHED))
        for roadmap in public:
            services.take_back(roadmap)
        self.message_user(request, _("Taken back: %d") % len(public))


class AmbitionStepInline(admin.TabularInline):
    """Steps on the way."""

    model = AmbitionStep
    extra = 0


class MatrixEntryInline(admin.TabularInline):
    """What the city does for this ambition, axis by axis."""

    model = MatrixEntry
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the axes of the same roadmap alone."""
        key = request.resolver_match.kwargs.get("object_id")
        if db_field.name != "axis" or not key:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["queryset"] = Axis.objects.filter(roadmap__ambitions=key)
        return _read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))


@admin.register(Ambition)
class AmbitionAdmin(admin.ModelAdmin):
    """An ambition with its steps and its row of the matrix."""

    list_display = ["statement", "roadmap", "horizon", "position"]
    list_filter = ["horizon", "roadmap__participation__edition"]
    search_fields = ["statement", "roadmap__title"]
    list_select_related = ["roadmap"]
    autocomplete_fields = ["roadmap"]
    inlines = [AmbitionStepInline, MatrixEntryInline]
