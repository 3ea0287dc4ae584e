"""Somebody leaves a city's team and passes the role on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models.participation import CityMembership


class HandoverState(models.TextChoices):
    """How far a handover is."""

    WAITING = "waiting", _("Waits for staff")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not confirmed")
    TAKEN_BACK = "taken_back", _("Taken back")


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Acts on handovers."""

    def take_back(self) -> None:
        """Take back what waits for staff: the role goes to somebody else, or is ended."""
        waiting = self.filter(state=HandoverState.WAITING)
        waiting.update(state=HandoverState.TAKEN_BACK, decided_at=timezone.now())


class Handover(models.Model):
    """A role of a city's team goes from one person to another. What was written stays theirs."""

    membership = models.ForeignKey(
        CityMembership, on_delete=models.CASCADE, related_name="handovers"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="handovers",
        verbose_name=_("who takes over"),
    )
    last_day = models.DateField(_("last day"))
    note = models.TextField(_("what the other must know"), blank=True, max_length=4000)
    state = models.CharField(
        _("state"), choices=HandoverState, default=HandoverState.WAITING, max_length=10
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("handover of a role")
        verbose_name_plural = _("handovers of roles")
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state="waiting"),
                name="handover_waits_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership} → {self.to}"
