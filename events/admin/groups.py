"""Thematic action groups: staff set them up; cities write what is theirs on the group's pages."""

from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.models import (
    CityRanking,
    CollaborationTurn,
    GroupMember,
    JointOutput,
    NextStep,
    Outcome,
    Priority,
    RankedPriority,
    SubGroup,
    ThematicActionGroup,
)

ADDRESSES = {models.URLField: {"assume_scheme": "https"}}


class SubGroupInline(admin.TabularInline):
    """The parts of a group."""

    model = SubGroup
    fields = ["name", "about", "position"]
    extra = 0


class GroupMemberInline(admin.TabularInline):
    """The cities and persons of a group."""

    model = GroupMember
    fields = ["role", "city", "user", "sub_group", "practice", "source"]
    autocomplete_fields = ["city", "user", "sub_group"]
    extra = 1


class PriorityInline(admin.TabularInline):
    """What cities put in an order."""

    model = Priority
    fields = ["title", "about", "position"]
    extra = 0


class JointOutputInline(admin.StackedInline):
    """What the group made together."""

    model = JointOutput
    fields = ["title", "about", "link", ("finished_on", "is_public"), "cities"]
    autocomplete_fields = ["cities"]
    formfield_overrides = ADDRESSES
    extra = 0


@admin.register(ThematicActionGroup)
class ThematicActionGroupAdmin(admin.ModelAdmin):
    """A group with its members, what they rank and what they made."""

    list_display = ["name", "edition", "theme", "members_n", "rankings_n"]
    list_filter = ["edition"]
    list_select_related = ["edition", "theme"]
    search_fields = ["name", "summary"]
    autocomplete_fields = ["edition", "theme", "meetings"]
    prepopulated_fields = {"slug": ["name"]}
    fields = [
        ("name", "slug"), ("edition", "theme"), "summary", "next_steps", "ranking_is_public",
        "meetings", "source", "demonstration",
    ]  # fmt: skip
    inlines = [SubGroupInline, GroupMemberInline, PriorityInline, JointOutputInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ThematicActionGroup]:
        """Count who is in a group and which cities ranked."""
        counted = {
            "number_of_members": Count("members", distinct=True),
            "number_of_rankings": Count("rankings", distinct=True),
        }
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description=_("members"))
    def members_n(self, group: ThematicActionGroup) -> int:
        """Return how many cities and persons are in it."""
        return group.number_of_members

    @admin.display(description=_("rankings"))
    def rankings_n(self, group: ThematicActionGroup) -> int:
        """Return how many cities put its priorities in an order."""
        return group.number_of_rankings


@admin.register(SubGroup)
class SubGroupAdmin(admin.ModelAdmin):
    """Parts of groups, to be found by name."""

    list_display = ["name", "group", "position"]
    list_filter = ["group"]
    list_select_related = ["group"]
    search_fields = ["name", "group__name"]
    autocomplete_fields = ["group"]


class RankedPriorityInline(admin.TabularInline):
    """A city's order."""

    model = RankedPriority
    fields = ["rank", "priority"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Cities rank."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody ranks for them."""
        return False


@admin.register(CityRanking)
class CityRankingAdmin(admin.ModelAdmin):
    """How cities ranked: their own to change, on the group's page."""

    list_display = ["city", "group", "saved_by", "saved_at"]
    list_filter = ["group"]
    list_select_related = ["city", "group", "saved_by"]
    search_fields = ["city__name", "group__name"]
    inlines = [RankedPriorityInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cities rank."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody ranks for them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A city takes its own back."""
        return False


@admin.register(Outcome)
class OutcomeAdmin(admin.ModelAdmin):
    """Takeaways, needs and practices of cities."""

    list_display = ["title", "kind", "city", "session", "group", "is_public"]
    list_filter = ["kind", "group", "is_public"]
    list_select_related = ["city", "session", "group"]
    search_fields = ["title", "text", "city__name"]
    autocomplete_fields = ["city", "session", "group", "sub_group"]
    formfield_overrides = ADDRESSES
    exclude = ["written_by"]


class TurnInline(admin.TabularInline):
    """What the cities said of a collaboration: theirs to say, on the commitment's page."""

    model = CollaborationTurn
    fields = readonly_fields = ["said_at", "act", "city", "said_by", "reason"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Cities say it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was said stays."""
        return False


@admin.register(CollaborationTurn)
class CollaborationTurnAdmin(admin.ModelAdmin):
    """What cities said of collaborations, the latest first: who declined or left, and why."""

    list_display = ["step", "act", "city", "reason", "said_by", "said_at"]
    list_filter = ["act", "said_at"]
    list_select_related = ["step", "city", "said_by"]
    search_fields = ["step__title", "city__name", "reason"]
    ordering = ["-said_at", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cities say it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was said stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was said stays, and with it the commitment it is about."""
        return False


@admin.register(NextStep)
class NextStepAdmin(admin.ModelAdmin):
    """Next steps of groups and commitments from sessions, the nearest first."""

    list_display = ["title", "city", "owner", "due_on", "done_on", "given_up_on", "group"]
    list_filter = ["group", ("done_on", admin.EmptyFieldListFilter)]
    list_select_related = ["city", "owner", "group"]
    search_fields = ["title", "city__name", "owner__name"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["city", "owner", "session", "group", "sub_group", "with_city"]
    # Collaborations are begun and ended on the commitment's page, which tells both cities.
    readonly_fields = ["offered_at", "offered_for", "pairing"]
    inlines = [TurnInline]
    exclude = ["written_by"]
