"""Cities and organisations, with export to tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.db.models import Count, QuerySet
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.resources import ModelResource

from cities import checks
from cities.admin.announcing import AnnouncesChanges
from cities.admin.examples import example
from cities.models import (
    City,
    CityName,
    CityTrait,
    FormerCityAddress,
    Organisation,
    OrganisationKind,
    Participation,
    ServiceType,
    Source,
)

# An address typed without "https://" is meant to have it.
ADDRESSES = {models.URLField: {"assume_scheme": "https"}}
# A spreadsheet takes a text that begins so for a formula and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class SafeResource(ModelResource):
    """A table whose texts no spreadsheet runs: a formula gets an apostrophe before it."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Return the value of a cell."""
        value = super().export_field(field, instance, **kwargs)
        text = isinstance(value, str) and value.startswith(FORMULA_STARTS)
        return f"'{value}" if text and not _is_number(value) else value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


class CityResource(SafeResource):
    """The columns of a table of cities."""

    class Meta:
        model = City
        fields = [
            "slug", "name", "kind", "country", "population", "population_year", "population_scope",
            "latitude", "longitude", "time_zone", "nuts", "lau", "wikidata", "website", "summary",
            "note", "source", "demonstration",
        ]  # fmt: skip
        export_order = fields


class OrganisationResource(SafeResource):
    """The columns of a table of organisations; kind and city by their short addresses."""

    class Meta:
        model = Organisation
        fields = [
            "slug", "name", "kind__slug", "country", "city__slug", "summary", "website", "source",
            "demonstration",
        ]  # fmt: skip
        export_order = fields

    def get_queryset(self) -> QuerySet[Organisation]:
        """Fetch what the columns show."""
        return super().get_queryset().select_related("kind", "city")


class CityNameInline(admin.TabularInline):
    """The names of a city in other languages."""

    model = CityName
    extra = 1


class FormerCityAddressInline(admin.TabularInline):
    """The short addresses a city had; the portal adds them, and they lead to it."""

    model = FormerCityAddress
    fields = readonly_fields = ["slug"]
    extra = 0
    max_num = 0


class ParticipationInline(admin.TabularInline):
    """The editions a city takes part in."""

    model = Participation
    fields = ["edition", "role", "since", "until", "note", "source"]
    autocomplete_fields = ["edition", "role"]
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 30})}}
    extra = 0
    show_change_link = True


class SaysDoubts(AnnouncesChanges):
    """Tells what looks wrong about a row that was saved; it is saved all the same."""

    doubts: Callable[[Any], list[str]]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Look at it once the rows shown with it are saved too."""
        super().save_related(request, form, formsets, change)
        for words in type(self).doubts(form.instance):
            self.message_user(request, words, messages.WARNING)


@admin.register(City)
class CityAdmin(ExportMixin, SaysDoubts):
    """A city with its names and editions on one page."""

    doubts = checks.doubts_about_city
    formfield_overrides = ADDRESSES
    resource_classes = [CityResource]
    list_display = ["name", "country", "kind", "inhabitants", "editions", example]
    list_filter = ["participations__edition", "participations__role", "kind", "demonstration"]
    search_fields = ["name", "slug", "names__name", "country"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["traits"]
    inlines = [CityNameInline, FormerCityAddressInline, ParticipationInline]
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "country", "summary", "website"]}),
        (
            _("Facts"),
            {
                "fields": [
                    ("population", "population_year", "population_scope"),
                    ("latitude", "longitude", "time_zone"),
                    ("nuts", "lau", "wikidata"),
                    "traits",
                    "note",
                ]
            },
        ),
        (_("Where it comes from"), {"fields": ["source", "demonstration"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[City]:
        """Count the editions along the way."""
        return super().get_queryset(request).annotate(editions=Count("participations"))

    @admin.display(description=_("inhabitants"), ordering="population")
    def inhabitants(self, city: City) -> str | None:
        """The population, thousands apart."""
        return None if city.population is None else intcomma(city.population)

    @admin.display(description=_("participations"), ordering="editions")
    def editions(self, city: City) -> int:
        """How often the city itself takes part."""
        return city.editions  # type: ignore[attr-defined,no-any-return]


@admin.register(Organisation)
class OrganisationAdmin(ExportMixin, SaysDoubts):
    """A body around cities, and what it offers."""

    doubts = checks.doubts_about_organisation
    formfield_overrides = ADDRESSES
    resource_classes = [OrganisationResource]
    list_display = ["name", "kind", "country", "city", example]
    list_filter = ["kind", "services", "demonstration"]
    list_select_related = ["kind", "city"]
    search_fields = ["name", "slug", "city__name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["city"]
    filter_horizontal = ["services"]


@admin.register(OrganisationKind, ServiceType)
class WordAdmin(admin.ModelAdmin):
    """A word of the vocabulary and its place in lists."""

    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(CityTrait)
class CityTraitAdmin(AnnouncesChanges):
    """What cities may have in common, and how many have it."""

    list_display = ["name", "kind", "slug", "position", "number_of_cities"]
    list_editable = ["position"]
    list_filter = ["kind"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CityTrait]:
        """Count the cities along the way."""
        return super().get_queryset(request).annotate(uses=Count("cities"))

    @admin.display(description=_("cities"), ordering="uses")
    def number_of_cities(self, trait: CityTrait) -> int:
        """How many cities have it."""
        return trait.uses  # type: ignore[attr-defined,no-any-return]


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """Where records come from."""

    formfield_overrides = ADDRESSES
    list_display = ["key", "title", "publisher", "seen_on", "licence"]
    list_filter = ["publisher"]
    search_fields = ["key", "title", "publisher"]
