"""The words entries are sorted by."""

from django.contrib import admin
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from cities.admin.announcing import AnnouncesChanges
from cities.models import Goal
from marketplace.models import Funding, Standard, Technology


class CountsRevisions(AnnouncesChanges):
    """Shows how many live entries use a word."""

    @admin.display(description=_("live entries"), ordering="uses")
    def live_entries(self, word):
        """Return how many entries the public finds under it."""
        return word.uses

    def get_queryset(self, request):
        """Count with the list."""
        return super().get_queryset(request).annotate(uses=Count("revisions__live_for"))


@admin.register(Technology)
class TechnologyAdmin(CountsRevisions):
    """Technologies that solutions use."""

    list_display = ["name", "slug", "live_entries"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Goal)
class GoalAdmin(CountsRevisions):
    """The Sustainable Development Goals."""

    list_display = ["number", "name", "live_entries"]
    search_fields = ["name"]


@admin.register(Standard)
class StandardAdmin(CountsRevisions):
    """Standards that solutions keep to."""

    list_display = ["name", "url", "live_entries"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Funding)
class FundingAdmin(CountsRevisions):
    """Where the money for solutions comes from."""

    list_display = ["name", "position", "live_entries"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
