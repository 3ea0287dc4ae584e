"""KPIs that others may start from: in our own words, with examples of what cities reported."""

from __future__ import annotations

from django.db import models
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, Sourced, Theme
from initiatives.models.kpis import Direction, KPIConcept


class LibraryKPIQuerySet(models.QuerySet["LibraryKPI"]):
    """Questions about KPIs of the library."""

    def visible_to(self, user: Actor) -> LibraryKPIQuerySet:
        """Keep what this person may know of: what is shown, for everybody; all of it for staff."""
        return self.all() if user.is_authenticated and user.is_staff else self.filter(is_shown=True)

    def with_reuse(self) -> LibraryKPIQuerySet:
        """Count with each how many KPIs started from it, as `reuse`."""
        return self.annotate(reuse=Count("kpis", distinct=True))


class LibraryKPI(models.Model):
    """Something worth measuring, for cities to start from. A copy is theirs and stays as it is."""

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("how it is measured"), blank=True)
    concept = models.ForeignKey(
        KPIConcept, on_delete=models.PROTECT, null=True, blank=True, related_name="library_kpis"
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(
        _("direction"), choices=Direction, default=Direction.UP, max_length=4
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="library_kpis")
    is_shown = models.BooleanField(_("shown"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = LibraryKPIQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("KPI of the library")
        verbose_name_plural = _("KPI library")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("initiatives:library-detail", kwargs={"slug": self.slug})


class Family(models.TextChoices):
    """A published set of indicators that others report by."""

    ISO_37120 = "iso37120", _("ISO 37120")
    ISO_37122 = "iso37122", _("ISO 37122")
    U4SSC = "u4ssc", _("U4SSC")


class LibraryCode(models.Model):
    """Where a published set has something of the kind: its code and short name, no more.

    The texts of those sets belong to their publishers.
    """

    kpi = models.ForeignKey(LibraryKPI, on_delete=models.CASCADE, related_name="codes")
    family = models.CharField(_("set"), choices=Family, max_length=10)
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("short name"), max_length=120, blank=True)

    class Meta:
        ordering = ["family", "code"]
        verbose_name = _("code in a published set")
        verbose_name_plural = _("codes in published sets")
        constraints = [
            models.UniqueConstraint(fields=["kpi", "family", "code"], name="library_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_family_display()} {self.code} {self.name}".strip()


class LibraryExample(Sourced):
    """What a city really reported, in its words."""

    kpi = models.ForeignKey(LibraryKPI, on_delete=models.CASCADE, related_name="examples")
    city = models.CharField(_("city"), max_length=120)
    words = models.CharField(_("as reported"), max_length=300)

    class Meta:
        ordering = ["city", "pk"]
        verbose_name = _("example of a value")
        verbose_name_plural = _("examples of values")

    def __str__(self) -> str:
        return f"{self.city}: {self.words}"
