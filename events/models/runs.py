"""Runs of the solver: who asked for one, how far it is, what it found and what could not be met."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.meetings import MeetingRound
from events.models.peer_groups import PeerRound


class RunState(models.TextChoices):
    """Where a run stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    IMPOSSIBLE = "impossible", _("No plan is possible")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RunError(models.TextChoices):
    """What went wrong with a run, told in each reader's language."""

    BROKE_OFF = "broke_off", _("The search broke off. Staff find why in the log.")


OPEN_RUNS = (RunState.WAITING, RunState.RUNNING)


class SolverRun(models.Model):
    """One search for groups or for talks. The same round and seed give the same plan."""

    peer_round = models.ForeignKey(
        PeerRound, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    meeting_round = models.ForeignKey(
        MeetingRound, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    state = models.CharField(_("state"), choices=RunState, default=RunState.WAITING, max_length=10)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    keeps = models.BooleanField(_("moves as few as must move"), default=False)
    percent = models.PositiveSmallIntegerField(_("per cent done"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    error = models.CharField(_("what went wrong"), choices=RunError, max_length=300, blank=True)
    # What was asked and found, in keys of rows: {"groups": […], "unplaced": […]}, {"talks": […]}.
    plan = models.JSONField(_("plan"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    # What the rows looked like when the search began: a plan for other rows is not used.
    stands_on = models.CharField(_("stands on"), max_length=64, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("run of the solver")
        verbose_name_plural = _("runs of the solver")
        constraints = [
            models.CheckConstraint(
                name="run_of_groups_or_of_talks",
                condition=Q(peer_round__isnull=True, meeting_round__isnull=False)
                | Q(peer_round__isnull=False, meeting_round__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["peer_round"],
                condition=Q(state__in=["waiting", "running"]),
                name="run_of_groups_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["meeting_round"],
                condition=Q(state__in=["waiting", "running"]),
                name="run_of_talks_one_at_a_time",
            ),
            models.CheckConstraint(name="run_percent_up_to_hundred", condition=Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.round} ({self.seed})"

    @property
    def round(self) -> PeerRound | MeetingRound:
        """Return what is worked out."""
        return self.peer_round or self.meeting_round  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        """Say whether the worker has yet to finish it."""
        return self.state in OPEN_RUNS
