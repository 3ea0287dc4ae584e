"""Addresses in the web that cities give, and whether they answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.outbound import Problem


class TriedLink(models.Model):
    """An address as it stands in charters and values, and what came of asking for it."""

    url = models.URLField(_("address"), max_length=500, unique=True)
    asked_at = models.DateTimeField(_("to be tried since"), null=True, blank=True)
    tried_at = models.DateTimeField(_("tried at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    problem = models.CharField(_("problem"), choices=Problem, max_length=20, blank=True)
    is_there = models.BooleanField(_("answers"), null=True, blank=True)

    class Meta:
        ordering = ["url"]
        verbose_name = _("link that was tried")
        verbose_name_plural = _("links that were tried")

    def __str__(self) -> str:
        return self.url
