"""Checks and hand-ins of large roadmaps, which the worker does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from initiatives.models.deliverables import DocumentTemplate
from initiatives.models.hand_ins import DeliverableSnapshot
from initiatives.models.roadmaps import Roadmap


class WorkKind(models.TextChoices):
    """What takes long with a large roadmap."""

    CHECK = "check", _("Check before a hand-in")
    HAND_IN = "hand_in", _("Hand-in")


class DeliverableWork(models.Model):
    """A check or a hand-in that somebody asked for; `deliverable.works` does it once."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="works")
    kind = models.CharField(_("kind"), choices=WorkKind, max_length=10)
    template = models.ForeignKey(DocumentTemplate, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(_("note"), blank=True)
    publish = models.BooleanField(_("to be shown to the public"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    percent = models.PositiveSmallIntegerField(_("per cent done"), default=0)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    snapshot = models.ForeignKey(
        DeliverableSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("long work on a deliverable")
        verbose_name_plural = _("long works on deliverables")
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "kind"],
                condition=Q(finished_at=None),
                name="deliverable_work_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roadmap}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Return the address of the page that says how far it is."""
        return reverse("initiatives:deliverable-work", args=[self.roadmap_id, self.pk])
