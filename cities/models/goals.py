"""What the whole world has agreed to aim at, which initiatives and solutions name alike."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Goal(models.Model):
    """One of the seventeen Sustainable Development Goals."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["number"]
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
