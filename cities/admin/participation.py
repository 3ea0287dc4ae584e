"""Who takes part, who acts for a city, who helps whom."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cities.models import (
    CityMembership,
    Consortium,
    ConsortiumMember,
    ExpertAssignment,
    Pairing,
    Participation,
)
from cities.today import today


class RunningFilter(admin.SimpleListFilter):
    """Those that hold today, or those that have ended."""

    title = _("holds today")
    parameter_name = "running"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        """The two answers."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the rows of the answer."""
        day = today()
        running = Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
        if self.value() == "yes":
            return queryset.filter(running)
        return queryset.exclude(running) if self.value() == "no" else queryset


@admin.action(description=_("End today"), permissions=["change"])
def end_today(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    """Let rows end today, so that the history says who acted when; ended ones stay as they are."""
    number = 0
    for row in queryset.filter(until__isnull=True):
        row.until = max(today(), row.since)
        row.save(update_fields=["until"])
        model_admin.log_change(request, row, str(_("Ended.")))
        number += 1
    told = ngettext("%(number)d row ends today.", "%(number)d rows end today.", number)
    model_admin.message_user(request, told % {"number": number}, messages.SUCCESS)


@admin.register(Participation)
class ParticipationAdmin(admin.ModelAdmin):
    """A city or consortium in an edition."""

    list_display = ["participant", "edition", "role", "since", "until"]
    list_filter = ["edition", "role"]
    list_select_related = ["city", "consortium", "edition", "role__edition"]
    search_fields = ["city__name", "city__names__name", "consortium__name"]
    autocomplete_fields = ["city", "consortium", "edition", "role", "themes"]


class ConsortiumMemberInline(admin.TabularInline):
    """The cities of a consortium."""

    model = ConsortiumMember
    autocomplete_fields = ["city"]
    fields = ["city", "joined_on", "left_on", "source"]
    extra = 1


@admin.register(Consortium)
class ConsortiumAdmin(admin.ModelAdmin):
    """Cities that act together, with their members."""

    list_display = ["name", "project_name", "lead", "number_of_members"]
    list_select_related = ["lead_city", "lead_organisation"]
    search_fields = ["name", "project_name", "cities__name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["lead_city", "lead_organisation"]
    inlines = [ConsortiumMemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consortium]:
        """Count the members along the way."""
        return super().get_queryset(request).annotate(number=Count("members"))

    @admin.display(description=_("members"), ordering="number")
    def number_of_members(self, consortium: Consortium) -> int:
        """How many cities belong to it."""
        return consortium.number  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("lead"))
    def lead(self, consortium: Consortium) -> str:
        """The city or body that leads, where one is known."""
        return str(consortium.lead_city or consortium.lead_organisation or "–")


@admin.register(CityMembership)
class CityMembershipAdmin(admin.ModelAdmin):
    """Who acts for a city. Ended rather than deleted when people change."""

    list_display = ["user", "city", "role", "since", "until"]
    list_filter = [RunningFilter, "role"]
    list_select_related = ["user", "city", "role"]
    search_fields = ["user__name", "user__email", "city__name"]
    autocomplete_fields = ["user", "city", "role"]
    date_hierarchy = "since"
    actions = [end_today]


@admin.register(ExpertAssignment)
class ExpertAssignmentAdmin(admin.ModelAdmin):
    """Which expert or mentor helps which city."""

    list_display = ["user", "role", "city", "edition", "since", "until"]
    list_filter = [RunningFilter, "role", "edition"]
    list_select_related = ["user", "role", "city", "edition"]
    search_fields = ["user__name", "user__email", "city__name"]
    autocomplete_fields = ["user", "city", "role", "edition"]
    actions = [end_today]


@admin.register(Pairing)
class PairingAdmin(admin.ModelAdmin):
    """Two cities that learn from each other."""

    list_display = ["first_city", "second_city", "kind", "edition", "theme", "since", "until"]
    list_filter = [RunningFilter, "kind", "edition"]
    list_select_related = ["first_city", "second_city", "edition", "theme"]
    search_fields = ["first_city__name", "second_city__name"]
    autocomplete_fields = ["first_city", "second_city", "edition", "theme"]
    actions = [end_today]
