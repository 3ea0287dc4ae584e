"""Days on which nobody of the programme works, besides Saturdays and Sundays."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models.editions import Edition


class Holiday(models.Model):
    """A day off, of one edition or (without one) of the whole programme. Due dates skip it."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, null=True, blank=True, related_name="holidays"
    )
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "day"],
                condition=Q(edition__isnull=False),
                name="holiday_once_per_edition",
            ),
            models.UniqueConstraint(
                fields=["day"], condition=Q(edition__isnull=True), name="holiday_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.day:%Y-%m-%d})"
