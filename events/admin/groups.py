"""Thematic action groups."""

from django.contrib import admin

from events.models import GroupMember, ThematicActionGroup


class GroupMemberInline(admin.TabularInline):
    """The cities and persons of a group."""

    model = GroupMember
    fields = ["role", "city", "user", "practice", "source"]
    autocomplete_fields = ["city", "user"]
    extra = 1


@admin.register(ThematicActionGroup)
class ThematicActionGroupAdmin(admin.ModelAdmin):
    """A group with its members."""

    list_display = ["name", "edition", "theme"]
    list_filter = ["edition"]
    list_select_related = ["edition", "theme"]
    search_fields = ["name", "summary"]
    autocomplete_fields = ["edition", "theme"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [GroupMemberInline]
