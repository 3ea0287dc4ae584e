"""Once a year after the programme: is what a city wants in three years still on the way?"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.models.roadmaps import Ambition, AmbitionStep, Roadmap


class CheckInAnswer(models.TextChoices):
    """How an ambition, or a step towards it, stands."""

    ON_THE_WAY = "on_the_way", _("Still on the way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class CheckIn(models.Model):
    """The officers of a roadmap were asked in a year."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="check_ins")
    year = models.PositiveSmallIntegerField(_("year"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("last answered at"), null=True, blank=True)

    class Meta:
        ordering = ["-year", "roadmap"]
        verbose_name = _("yearly check-in")
        verbose_name_plural = _("yearly check-ins")
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "year"], name="check_in_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.roadmap} ({self.year})"


class CheckInLink(models.Model):
    """The link one person got: what it holds is known to its reader, here is only a digest."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="check_in_links"
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        ordering = ["check_in", "person"]
        verbose_name = _("link to answer a check-in with")
        verbose_name_plural = _("links to answer check-ins with")
        constraints = [
            models.UniqueConstraint(fields=["check_in", "person"], name="check_in_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.check_in}: {self.person}"


class StandingQuerySet(models.QuerySet["Standing"]):
    """Questions about answers."""

    def name_again(self, row: Ambition | AmbitionStep) -> int:
        """Let the answers about a row that was deleted and is back name it again."""
        name = self.model.NAMES[type(row)]
        lost = self.filter(ambition=None, step=None, about_row=f"{name}-{row.pk}")
        return lost.update(**{name: row})

    def latest(self, roadmap: Roadmap) -> dict[tuple[str, int], Any]:  # type: ignore[override]
        """Return the last answer for each ambition and step that is there: one query."""
        found: dict[tuple[str, int], Any] = {}
        rows = self.filter(roadmap=roadmap).order_by("answered_at", "pk")
        for row in rows.select_related("answered_by"):
            if row.ambition_id is not None:
                found["ambition", row.ambition_id] = row
            elif row.step_id is not None:
                found["step", row.step_id] = row
        return found


class Standing(models.Model):
    """One answer, on the day it was given. It is never changed: the next stands beside it."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="standings")
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.SET_NULL, null=True, blank=True, related_name="standings"
    )
    ambition = models.ForeignKey(
        Ambition, on_delete=models.SET_NULL, null=True, blank=True, related_name="standings"
    )
    step = models.ForeignKey(
        AmbitionStep, on_delete=models.SET_NULL, null=True, blank=True, related_name="standings"
    )
    # An ambition or a step that is deleted may come back, and what was answered about it with it.
    about_row = models.CharField(max_length=30, blank=True, editable=False)
    words = models.CharField(
        _("about what"), max_length=300, help_text=_("The ambition or step as it read that day.")
    )
    answer = models.CharField(_("answer"), choices=CheckInAnswer, max_length=12)
    note = models.CharField(_("note"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="standings",
        verbose_name=_("answered by"),
    )

    NAMES: ClassVar = {Ambition: "ambition", AmbitionStep: "step"}

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-pk"]
        verbose_name = _("answer to a check-in")
        verbose_name_plural = _("answers to check-ins")
        constraints = [
            models.CheckConstraint(
                name="standing_is_about_one_thing",
                condition=Q(ambition__isnull=True) | Q(step__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.words[:80]}: {self.get_answer_display()}"
