"""What makes cities alike: how large they are, where they lie, what they live from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CitySize(models.TextChoices):
    """Bands of inhabitants: the lower bound belongs to a band, the upper one does not."""

    UNDER_50K = "under_50k", _("Under 50,000 inhabitants")
    UNDER_100K = "50k_100k", _("50,000 to 100,000 inhabitants")
    UNDER_250K = "100k_250k", _("100,000 to 250,000 inhabitants")
    UNDER_500K = "250k_500k", _("250,000 to 500,000 inhabitants")
    OVER_500K = "over_500k", _("Over 500,000 inhabitants")

    @classmethod
    def of(cls, population: int | None) -> CitySize | None:
        """Return the band of a population, None where it is not known."""
        if population is None:
            return None
        return next(
            band for band in cls if band.bounds[1] is None or population < (band.bounds[1] or 0)
        )

    @property
    def bounds(self) -> tuple[int, int | None]:
        """The least population of the band, and the least of the next one."""
        bounds = [0, 50_000, 100_000, 250_000, 500_000, None]
        at = list(CitySize).index(self)
        return bounds[at] or 0, bounds[at + 1]

    @property
    def neighbours(self) -> list[CitySize]:
        """The bands just below and just above."""
        bands = list(CitySize)
        at = bands.index(self)
        return [bands[near] for near in (at - 1, at + 1) if 0 <= near < len(bands)]


class TraitKind(models.TextChoices):
    """What a trait speaks of."""

    PLACE = "place", _("Where it lies")
    CLIMATE = "climate", _("Climate")
    OTHER = "other", _("What it lives from")


class CityTrait(models.Model):
    """Something that cities may have in common, such as a coast, long winters or a university."""

    slug = models.SlugField(_("short address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, help_text=_("As in “By the sea”."))
    kind = models.CharField(_("kind"), choices=TraitKind, max_length=10)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("trait of cities")
        verbose_name_plural = _("traits of cities")

    def __str__(self) -> str:
        return self.name
