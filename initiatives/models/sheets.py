"""Spreadsheets of a roadmap that somebody brought back, until they are accepted or left."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import User
from initiatives.models.roadmaps import Roadmap


class SheetState(models.TextChoices):
    """How far a spreadsheet is. `exchange.jobs` alone changes it."""

    READING = "reading", _("Being read")
    COMPARING = "comparing", _("Being compared")
    UNREADABLE = "unreadable", _("Could not be read")
    READY = "ready", _("Waiting for your decision")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Done")


RUNNING_SHEETS = (SheetState.READING, SheetState.COMPARING, SheetState.WRITING)


class RoadmapSheet(models.Model):
    """What was read from a file, as text. Its person alone sees it, and decides about it."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="sheets")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roadmap_sheets")
    name = models.CharField(_("file"), max_length=200)
    content = models.JSONField(_("content"), default=dict)
    state = models.CharField(
        _("state"), choices=SheetState, default=SheetState.READY, max_length=10
    )
    fault = models.CharField(_("what went wrong"), max_length=500, blank=True)
    unchanged = models.PositiveIntegerField(_("rows that are as they were"), default=0)
    wanted = models.JSONField(_("what was chosen"), default=dict)
    fields_to_take = models.PositiveIntegerField(_("fields that can be taken"), default=0)
    written = models.PositiveIntegerField(_("fields that were written"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    brought_at = models.DateTimeField(_("brought at"), auto_now_add=True)
    compared_at = models.DateTimeField(_("compared at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["-brought_at", "-pk"]
        verbose_name = _("spreadsheet of a roadmap")
        verbose_name_plural = _("spreadsheets of roadmaps")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address where its differences are seen and decided on."""
        return reverse("initiatives:sheet-decide", args=[self.roadmap_id, self.pk])

    @property
    def is_running(self) -> bool:
        """Say whether the worker is at it, or about to be."""
        return self.state in RUNNING_SHEETS


class SheetFile(models.Model):
    """The file of a long spreadsheet, from its arrival until the worker has read it."""

    sheet = models.OneToOneField(RoadmapSheet, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of a spreadsheet")
        verbose_name_plural = _("files of spreadsheets")

    def __str__(self) -> str:
        return str(self.sheet)


class SheetRowQuerySet(models.QuerySet["SheetRow"]):
    """Questions about rows that differ."""

    def to_write(self) -> SheetRowQuerySet:
        """Keep what was chosen and nobody has written or refused yet, in the order of writing."""
        return self.filter(is_chosen=True, is_written=False, fault="").order_by("place")

    def refused(self) -> SheetRowQuerySet:
        """Keep what was chosen and could not be written."""
        return self.filter(is_chosen=True, is_written=False).exclude(fault="").order_by("place")

    def by_table(self) -> dict[str, int]:
        """Return how many there are of each table: one query."""
        counts = self.order_by().values_list("table").annotate(models.Count("pk"))
        return dict(counts)


class SheetRow(models.Model):
    """A row of a spreadsheet that is new or differs: what it says, and what was seen beside it."""

    sheet = models.ForeignKey(RoadmapSheet, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("place"))
    table = models.CharField(_("table"), max_length=20)
    key = models.CharField(_("key"), max_length=20, blank=True)
    number = models.PositiveIntegerField(_("row"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    cells = models.JSONField(_("cells"), default=dict)
    taken = models.JSONField(_("as it was taken along"), null=True)
    fields = models.JSONField(_("fields that differ"), default=list)
    is_gone = models.BooleanField(_("deleted since"), default=False)
    has_conflict = models.BooleanField(_("changed here as well"), default=False)
    has_fault = models.BooleanField(_("cannot be taken as it is"), default=False)
    is_chosen = models.BooleanField(_("chosen"), default=False)
    is_written = models.BooleanField(_("written"), default=False)
    fault = models.CharField(_("why it was not written"), max_length=500, blank=True)

    objects = SheetRowQuerySet.as_manager()

    class Meta:
        ordering = ["sheet", "place"]
        verbose_name = _("row of a spreadsheet")
        verbose_name_plural = _("rows of spreadsheets")
        constraints = [models.UniqueConstraint(fields=["sheet", "place"], name="sheet_row_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def id_of_change(self) -> str:
        """Return the name by which it is chosen."""
        return f"{self.table}-{self.number}"

    def chosen(self, ticked: Collection[str], tables: Collection[str]) -> list[str]:
        """Return its columns that were ticked, or that nobody else changed in a whole table."""
        return [
            one["column"]
            for one in self.fields
            if not one["fault"]
            and (
                f"{self.id_of_change}-{one['column']}" in ticked
                or (self.table in tables and not one["is_conflict"])
            )
        ]
