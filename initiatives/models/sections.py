"""Who wrote which section of a roadmap and when last, and when people looked at their city."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.models import City
from initiatives.models.roadmaps import Roadmap


class SectionSave(models.Model):
    """The last time somebody saved a section. What they changed stands in the rows' history."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="section_saves")
    section = models.CharField(_("section"), max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="section_saves"
    )
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = _("saved section")
        verbose_name_plural = _("saved sections")
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "section", "user"], name="section_save_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.roadmap}: {self.section}"


class DeskVisit(models.Model):
    """When somebody last looked at a city's desk, and when they had looked before that."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_visits"
    )
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="desk_visits")
    at = models.DateTimeField(_("looked at"))
    before = models.DateTimeField(_("looked before at"), null=True, blank=True)

    class Meta:
        verbose_name = _("look at a city's desk")
        verbose_name_plural = _("looks at cities' desks")
        constraints = [models.UniqueConstraint(fields=["user", "city"], name="desk_visit_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.city}"
