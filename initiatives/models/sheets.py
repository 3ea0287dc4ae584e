"""Spreadsheets of a roadmap that somebody brought back, until they are accepted or left."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.models import User
from initiatives.models.roadmaps import Roadmap


class RoadmapSheet(models.Model):
    """What was read from a file, as text. Its person alone sees it, and decides about it."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="sheets")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roadmap_sheets")
    name = models.CharField(_("file"), max_length=200)
    content = models.JSONField(_("content"), default=dict)
    brought_at = models.DateTimeField(_("brought at"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    class Meta:
        ordering = ["-brought_at", "-pk"]
        verbose_name = _("spreadsheet of a roadmap")
        verbose_name_plural = _("spreadsheets of roadmaps")

    def __str__(self) -> str:
        return self.name
