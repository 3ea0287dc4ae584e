"""Cities and their names."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from cities.models.people import Actor
from cities.models.sources import Sourced
from cities.models.traits import CitySize, CityTrait
from cities.today import today


class CityKind(models.TextChoices):
    """What kind of authority acts under a city's name."""

    MUNICIPALITY = "municipality", _("Municipality")
    METROPOLIS = "metropolis", _("Metropolitan area")
    REGION = "region", _("City region")
    CITY_STATE = "city_state", _("City state")


class CityQuerySet(models.QuerySet["City"]):
    """Questions about cities. Every city is public; what it does may not be."""

    def visible_to(self, user: Actor) -> CityQuerySet:
        """Keep what this person may know of: every city, for everybody."""
        return self.all()

    def acted_for_by(self, user: Actor, day: date | None = None) -> CityQuerySet:
        """Keep the cities whose team this person belongs to on a day (default: today)."""
        if not user.is_authenticated:
            return self.none()
        day = day or today()
        return self.filter(
            Q(memberships__until__isnull=True) | Q(memberships__until__gte=day),
            memberships__user=user,
            memberships__since__lte=day,
        ).distinct()


class City(Sourced):
    """A city, metropolitan area or city region, inside the EU or not.

    Codes are empty where none exist (NUTS and LAU end at the EU's borders) or none is certain.
    Population is in inhabitants, as of `population_year`, for the area `population_scope` names.
    Coordinates are WGS 84 degrees.
    """

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), choices=CityKind, default=CityKind.MUNICIPALITY, max_length=20
    )
    country = CountryField(_("country"))
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of population"), null=True, blank=True
    )
    population_scope = models.CharField(_("area counted"), max_length=120, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    nuts = models.CharField(_("NUTS code"), max_length=5, blank=True)
    lau = models.CharField(_("LAU code"), max_length=20, blank=True)
    wikidata = models.CharField(_("Wikidata item"), max_length=20, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    note = models.TextField(_("note on the data"), blank=True)
    traits = models.ManyToManyField(
        CityTrait, blank=True, related_name="cities", verbose_name=_("traits")
    )

    objects = CityQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        constraints = [
            models.CheckConstraint(
                name="city_coordinates_together_and_on_earth",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
            ),
            models.UniqueConstraint(fields=["country", "name"], name="city_name_once_per_country"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> CitySize | None:
        """The band its population falls in; None where that is not known."""
        return CitySize.of(self.population)

    def get_absolute_url(self) -> str:
        """Return the address of the city's page."""
        return reverse("cities:city-detail", kwargs={"slug": self.slug})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; an address it had before goes on leading to it."""
        before = City.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        super().save(*args, **kwargs)
        if before is not None and before != self.slug:
            FormerCityAddress.objects.update_or_create(slug=before, defaults={"city": self})


class FormerCityAddress(models.Model):
    """A short address that a city had; a city that has it now goes first."""

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="former_addresses")

    class Meta:
        ordering = ["slug"]
        verbose_name = _("former address of a city")
        verbose_name_plural = _("former addresses of cities")

    def __str__(self) -> str:
        return self.slug


class CityName(models.Model):
    """The name of a city in one language, for search and for readers of that language."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["city", "language", "name"]
        verbose_name = _("name of a city")
        verbose_name_plural = _("names of cities")
        constraints = [
            models.UniqueConstraint(fields=["city", "language", "name"], name="city_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
