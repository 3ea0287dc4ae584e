"""Deliverables as they are made and handed in: orders, their files, snapshots, checks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from initiatives.models.deliverables import DocumentTemplate
from initiatives.models.roadmaps import Roadmap


class Unchangeable(Exception):
    """Something tried to change what was handed in."""


class SnapshotQuerySet(models.QuerySet["DeliverableSnapshot"]):
    """Questions about snapshots; they are written once."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: what was handed in stays as it was."""
        raise Unchangeable

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: what was handed in stays."""
        raise Unchangeable

    def published(self) -> SnapshotQuerySet:
        """Keep what was shown to the public, the latest first."""
        return self.filter(publication__isnull=False).order_by("-number")


class DeliverableSnapshot(models.Model):
    """A deliverable as it was handed in. Nothing changes it: a trigger of the database sees to it.

    `content` is canonical JSON (`deliverable.canonical`) of what the programme and what the public
    reads, and `sha256` is its hash.
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField(_("number"))
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("hash"), max_length=64)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField(_("handed in at"))
    note = models.TextField(_("note"), blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["roadmap", "-number"]
        verbose_name = _("deliverable handed in")
        verbose_name_plural = _("deliverables handed in")
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "number"], name="snapshot_number_once"),
            models.CheckConstraint(name="snapshot_has_a_hash", condition=~Q(sha256="")),
        ]

    def __str__(self) -> str:
        return f"{self.roadmap}: {self.number}"

    def save(self, **kwargs: Any) -> None:
        """Write it, once."""
        if self.pk is not None:
            raise Unchangeable
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("initiatives:snapshot", args=[self.roadmap_id, self.number])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: what was handed in stays."""
        raise Unchangeable


def with_published(roadmaps: models.QuerySet[Roadmap]) -> models.QuerySet[Roadmap]:
    """Fetch with roadmaps whether the public can read a deliverable: `has_deliverable`."""
    shown = DeliverableSnapshot.objects.published().order_by().filter(roadmap=OuterRef("pk"))
    return roadmaps.annotate(has_deliverable=Exists(shown))


class LateHandIn(models.Model):
    """What somebody wrote to hand in after the deadline: for the whole team, and for staff."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="late_hand_ins")
    template = models.ForeignKey(DocumentTemplate, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(_("note"), blank=True)
    publish = models.BooleanField(_("to be shown to the public"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"), auto_now=True)

    class Meta:
        ordering = ["-written_at"]
        verbose_name = _("late draft of a hand-in")
        verbose_name_plural = _("late drafts of hand-ins")
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "template", "written_by"], name="late_hand_in_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.roadmap}: {self.template.name}"


class SnapshotPublication(models.Model):
    """That a snapshot is shown to the public, and who decided so."""

    snapshot = models.OneToOneField(
        DeliverableSnapshot, on_delete=models.PROTECT, related_name="publication"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("publication of a deliverable")
        verbose_name_plural = _("publications of deliverables")

    def __str__(self) -> str:
        return str(self.snapshot)


class OrderState(models.TextChoices):
    """How far the documents of an order are."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (OrderState.WAITING, OrderState.RUNNING)


class DocumentAudience(models.TextChoices):
    """For whom documents are made."""

    PUBLIC = "public", _("The public")
    PROGRAMME = "programme", _("The programme: with risks, budget and support needed")


class DeliverableOrder(models.Model):
    """Somebody's wish for documents; the worker makes them and says how far it is."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.PROTECT, related_name="orders")
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(
        DeliverableSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    audience = models.CharField(_("for"), choices=DocumentAudience, max_length=10)
    state = models.CharField(
        _("state"), choices=OrderState, default=OrderState.WAITING, max_length=10
    )
    step = models.CharField(_("step"), max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField(_("per cent done"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    content = models.TextField(_("content"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("order of documents")
        verbose_name_plural = _("orders of documents")
        constraints = [
            models.CheckConstraint(
                name="order_percent_up_to_hundred", condition=Q(percent__lte=100)
            ),
            models.CheckConstraint(
                name="order_done_is_dated",
                condition=~Q(state="done") | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roadmap} ({self.get_audience_display()})"

    def get_absolute_url(self) -> str:
        """Return the address where its progress and files are seen."""
        return reverse("initiatives:deliverable-order", args=[self.roadmap_id, self.pk])

    @property
    def is_open(self) -> bool:
        """Say whether the worker has yet to finish it."""
        return self.state in OPEN


class FileKind(models.TextChoices):
    """What an order makes."""

    PDF = "pdf", _("PDF")
    PPTX = "pptx", _("Slides (PPTX)")
    ZIP = "zip", _("Dossier (ZIP)")


class DeliverableFile(models.Model):
    """A document that an order made."""

    order = models.ForeignKey(DeliverableOrder, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), choices=FileKind, max_length=4)
    file = models.FileField(_("file"), max_length=160)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64)

    class Meta:
        ordering = ["order", "kind"]
        verbose_name = _("document of an order")
        verbose_name_plural = _("documents of orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="deliverable_file_kind_once")
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.kind}"


class DeliverableCheck(models.Model):
    """What was last found wrong with a deliverable before hand-in."""

    roadmap = models.OneToOneField(
        Roadmap, on_delete=models.CASCADE, related_name="deliverable_check"
    )
    findings = models.JSONField(_("findings"), default=list)
    sections = models.JSONField(_("sections"), default=list)
    checked_at = models.DateTimeField(_("checked at"), auto_now=True)

    class Meta:
        verbose_name = _("check of a deliverable")
        verbose_name_plural = _("checks of deliverables")

    def __str__(self) -> str:
        return str(self.roadmap)


class IntendedFinding(models.Model):
    """A finding of the check of which the city says: it is meant so."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="intended")
    key = models.CharField(_("key"), max_length=40)
    reason = models.CharField(_("reason"), max_length=300)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField(_("said at"), auto_now_add=True)

    class Meta:
        ordering = ["roadmap", "said_at"]
        verbose_name = _("finding that is meant so")
        verbose_name_plural = _("findings that are meant so")
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "key"], name="intended_finding_once")
        ]

    def __str__(self) -> str:
        return self.reason
