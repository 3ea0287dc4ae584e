"""What two cities said of a collaboration that one of them proposed: a row for each word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from events.models.outcomes import NextStep


class CollaborationAct(models.TextChoices):
    """What a city, or programme staff, said. `services.collaborations` alone writes it."""

    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    TAKEN_BACK = "taken_back", _("Took the question back")
    ENDED = "ended", _("Ended it")


# A no to somebody who waits for it, or works along, has a reason.
WITH_REASON = (CollaborationAct.DECLINED, CollaborationAct.ENDED)


class CollaborationTurn(models.Model):
    """One word of one side. Rows are added and never changed: the last one says what stands."""

    step = models.ForeignKey(
        NextStep, on_delete=models.CASCADE, related_name="turns", verbose_name=_("commitment")
    )
    act = models.CharField(_("what was said"), choices=CollaborationAct, max_length=10)
    # Programme staff speak for no city.
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    said_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)

    class Meta:
        ordering = ["said_at", "pk"]
        verbose_name = _("word on a collaboration")
        verbose_name_plural = _("words on collaborations")
        constraints = [
            models.CheckConstraint(
                name="collaboration_no_has_a_reason",
                condition=~Q(act__in=WITH_REASON) | ~Q(reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.get_act_display()}"
