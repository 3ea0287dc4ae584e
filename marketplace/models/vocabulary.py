"""What revisions choose from: lists of the code, and lists that staff edit."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Maturity(models.TextChoices):
    """How far a solution has come."""

    IDEA = "idea", _("Idea")
    PILOT = "pilot", _("Pilot")
    DEPLOYED = "deployed", _("Deployed")
    SCALED = "scaled", _("Scaled up")
    STOPPED = "stopped", _("Did not work, stopped")


class CostBand(models.TextChoices):
    """What introducing a solution costs a city, in euro."""

    FREE = "0", _("No cost beyond staff time")
    UNDER_50K = "under_50k", _("Under €50,000")
    UNDER_250K = "50k_250k", _("€50,000 to €250,000")
    UNDER_1M = "250k_1m", _("€250,000 to €1 million")
    OVER_1M = "over_1m", _("Over €1 million")


class YearlyCost(models.TextChoices):
    """What running a solution costs a city every year, in euro."""

    NONE = "0", _("No cost beyond staff time")
    UNDER_10K = "under_10k", _("Under €10,000 a year")
    UNDER_50K = "10k_50k", _("€10,000 to €50,000 a year")
    UNDER_250K = "50k_250k", _("€50,000 to €250,000 a year")
    OVER_250K = "over_250k", _("Over €250,000 a year")


class Technology(models.Model):
    """A technology that solutions use, such as open data or sensors."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")

    def __str__(self) -> str:
        return self.name


class Standard(models.Model):
    """A standard or specification that solutions keep to, such as NGSI-LD."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), max_length=500, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("standard")
        verbose_name_plural = _("standards")

    def __str__(self) -> str:
        return self.name


class Funding(models.Model):
    """Where the money for a solution came from, such as a city's own budget."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("kind of funding")
        verbose_name_plural = _("kinds of funding")

    def __str__(self) -> str:
        return self.name
