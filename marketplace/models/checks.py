"""The automatic checks of a revision: where each stands, and what it found."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.models.revisions import Revision


class CheckOutcome(models.TextChoices):
    """What an automatic check found."""

    PASSED = "passed", _("Passed")
    ADVICE = "advice", _("Worth a look")
    FAILED = "failed", _("To be mended")


class CheckState(models.TextChoices):
    """Where an automatic check stands."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDONE = "undone", _("Could not be done")


class CheckQuerySet(models.QuerySet["Check"]):
    """Questions about automatic checks."""

    def tried_before(self, moment: datetime) -> CheckQuerySet:
        """Keep those on what is public that last asked other servers before then.

        First those that were queued the longest ago, whatever came of it.

        Without those whose process no longer asks any.
        """
        return (
            self.filter(
                name="answers",
                checked_at__lt=moment,
                revision__live_for__isnull=False,
                revision__entry__withdrawn_at__isnull=True,
            )
            .exclude(revision__process__asks_outside=False)
            .order_by("asked_at", "pk")
        )


class Check(models.Model):
    """One automatic check of a revision: where it stands, and what it found.

    `details` are lines for machines, such as each link with its answer.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="checks")
    name = models.SlugField(_("check"), max_length=40)
    state = models.CharField(
        _("state"), choices=CheckState, default=CheckState.QUEUED, max_length=10
    )
    outcome = models.CharField(_("outcome"), choices=CheckOutcome, max_length=10, blank=True)
    message = models.TextField(_("what was found"), blank=True)
    details = models.JSONField(_("details"), default=list, blank=True)
    asked_at = models.DateTimeField(_("queued at"), default=timezone.now)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "name"]
        verbose_name = _("automatic check")
        verbose_name_plural = _("automatic checks")
        constraints = [
            models.UniqueConstraint(fields=["revision", "name"], name="check_once"),
            models.CheckConstraint(
                name="check_done_has_an_outcome",
                condition=~Q(state="done") | (~Q(outcome="") & Q(checked_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_outcome_display() or self.get_state_display()}"
