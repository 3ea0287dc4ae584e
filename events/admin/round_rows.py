"""The cities, mentors and experts of rounds of groups."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import RoundCity, RoundGuide
from events.services import peers
from events.services.calendar_versions import count_groups, count_guided
from events.services.group_turns import renew


class InRoundAdmin(admin.ModelAdmin):
    """Rows of a round, kept in a list of their own: a round has more than a hundred."""

    list_filter = ["round"]
    list_per_page = 150

    @admin.display(description=gettext_lazy("themes"))
    def theme_names(self, row: RoundCity | RoundGuide) -> str:
        """The themes, joined."""
        return ", ".join(theme.short_name for theme in row.themes.all())

    @admin.display(description=gettext_lazy("can come to"))
    def session_titles(self, row: RoundCity | RoundGuide) -> str:
        """The sessions, joined; all of them when none is chosen."""
        return ", ".join(session.title for session in row.sessions.all()) or _("All")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a row in its round: its seat is in a group there."""
        return ["round"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hold the round while a row changes; let calendars learn who sits in which group now."""
        with transaction.atomic():
            # A plan that is put to use meanwhile waits, and finds the row as it is then.
            peers.locked(obj.round)
            super().save_model(request, obj, form, change)
            if change and {"city", "user"} & set(form.changed_data):
                self.tell_calendars(obj)

    def tell_calendars(self, obj: Any) -> None:
        """Count the groups that read otherwise now."""
        count_groups(obj.round)

    def delete_model(self, request: HttpRequest, obj: RoundCity | RoundGuide) -> None:
        """Work turns out anew in the group that somebody leaves, and let calendars learn of it."""
        with transaction.atomic():
            round = peers.locked(obj.round)
            super().delete_model(request, obj)
            renew(round)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Work turns out anew in the groups that somebody leaves, and let calendars learn of it."""
        keys = {row.round_id: row.round for row in queryset.select_related("round")}
        with transaction.atomic():
            rounds = [peers.locked(keys[key]) for key in sorted(keys)]
            super().delete_queryset(request, queryset)
            for round in rounds:
                renew(round)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read themes and sessions with the rows."""
        return super().get_queryset(request).prefetch_related("themes", "sessions")


@admin.register(RoundCity)
class RoundCityAdmin(InRoundAdmin):
    """The cities of rounds, with what their groups should suit."""

    list_display = ["city", "round", "languages", "theme_names", "challenge", "session_titles"]
    list_editable = ["languages", "challenge"]
    list_select_related = ["city", "round__event"]
    search_fields = ["city__name", "challenge"]
    autocomplete_fields = ["round", "city", "themes", "sessions"]


@admin.register(RoundGuide)
class RoundGuideAdmin(InRoundAdmin):
    """The mentors and experts of rounds."""

    list_display = ["__str__", "round", "languages", "theme_names", "session_titles"]
    list_editable = ["languages"]
    list_select_related = ["city", "user", "round__event"]
    search_fields = ["city__name", "user__name"]
    autocomplete_fields = ["round", "city", "user", "themes", "sessions"]

    def tell_calendars(self, obj: RoundGuide) -> None:
        """Count the groups that somebody else sits with now."""
        count_guided(obj)
