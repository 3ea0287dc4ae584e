"""What follows from a change once it is committed: work for the worker, and signs of life."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 5


class EffectState(models.TextChoices):
    """Where an effect stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")
    DISCARDED = "discarded", _("Discarded")


class EffectQuerySet(models.QuerySet["Effect"]):
    """Questions about effects."""

    def due(self) -> EffectQuerySet:
        """Keep what may be taken now: waiting and due, or left running by a lost worker."""
        now = timezone.now()
        return self.filter(
            Q(state=EffectState.WAITING, due_at__lte=now)
            | Q(state=EffectState.RUNNING, lease_until__lt=now)
        )

    def lost(self, grace: timedelta) -> EffectQuerySet:
        """Keep what is due and was last handed to the queue longer ago than `grace`.

        What a lost worker held is sent again as soon as its lease has ended.
        """
        return self.due().filter(
            Q(queued_at__isnull=True)
            | Q(queued_at__lt=timezone.now() - grace)
            | Q(state=EffectState.RUNNING, queued_at__lt=F("lease_until"))
        )


class Effect(models.Model):
    """One thing to do after a commit, once. Written in the transaction that causes it.

    `key` names the cause: writing it twice is one effect. `arguments` are ids, never contents.
    """

    key = models.CharField(_("key"), max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=80, editable=False)
    arguments = models.JSONField(_("arguments"), default=dict, editable=False)
    format = models.PositiveSmallIntegerField(_("format of the arguments"), default=1)
    queue = models.CharField(_("queue"), max_length=20, default="work", editable=False)
    state = models.CharField(
        _("state"), choices=EffectState, default=EffectState.WAITING, max_length=10, editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    queued_at = models.DateTimeField(_("handed to the queue at"), null=True, editable=False)
    lease_until = models.DateTimeField(_("taken until"), null=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    objects = EffectQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("background work")
        verbose_name_plural = _("background work")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="effect_open_by_due",
            ),
            models.Index(fields=["state", "-created_at"], name="effect_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="effect_done_is_dated",
                condition=~Q(state="done") | Q(done_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.key})"


class Heartbeat(models.Model):
    """When a part of the portal was last seen alive: "worker", "clock"."""

    name = models.CharField(_("part"), max_length=40, unique=True)
    beaten_at = models.DateTimeField(_("last seen"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
