"""Organisations around cities: hubs, living labs, agencies, networks, companies."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from cities.models.people import Actor
from cities.models.places import City
from cities.models.sources import Sourced


class OrganisationKind(models.Model):
    """What an organisation is: Digital Innovation Hub, Living Lab, agency, network…"""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("kind of organisation")
        verbose_name_plural = _("kinds of organisations")

    def __str__(self) -> str:
        return self.name


class ServiceType(models.Model):
    """What organisations offer cities, such as testing before investing, or training."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("type of service")
        verbose_name_plural = _("types of services")

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about organisations."""

    def visible_to(self, user: Actor) -> OrganisationQuerySet:
        """Keep what this person may know of: every organisation, for everybody."""
        return self.all()


class Organisation(Sourced):
    """A body that is not a city but works with cities."""

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.ForeignKey(
        OrganisationKind, on_delete=models.PROTECT, related_name="organisations"
    )
    country = CountryField(_("country"), blank=True)
    city = models.ForeignKey(
        City, on_delete=models.SET_NULL, null=True, blank=True, related_name="organisations"
    )
    services = models.ManyToManyField(ServiceType, blank=True, related_name="organisations")
    summary = models.TextField(_("summary"), blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the organisation's page."""
        return reverse("cities:organisation-detail", kwargs={"slug": self.slug})
