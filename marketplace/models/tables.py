"""Tables of entries that people bring: read, checked row by row, then taken or left."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from marketplace.models.entries import Entry


class TableState(models.TextChoices):
    """How far a table is. `exchange.jobs` alone changes it."""

    READING = "reading", _("Being read")
    UNREADABLE = "unreadable", _("Could not be read")
    WAITING = "waiting", _("Waits for the entries of its file")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Waiting for your decision")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Done")
    LEFT = "left", _("Nothing was taken")


class TableSubject(models.TextChoices):
    """What the rows of a table are about."""

    ENTRIES = "entries", _("Entries")
    FIGURES = "figures", _("Figures of results")


class Verdict(models.TextChoices):
    """What a row of a table would do, or why it cannot."""

    UNREAD = "unread", _("Not checked yet")
    NEW = "new", _("New")
    CHANGED = "changed", _("Changes")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Cannot be taken")


class TableImportQuerySet(models.QuerySet["TableImport"]):
    """Questions about tables. They are private: drafts of a city stand in them."""

    def visible_to(self, user: Actor) -> TableImportQuerySet:
        """Keep what this person brought."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class TableImport(models.Model):
    """A table somebody brought. Its rows are kept; its file only until it is read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="table_imports"
    )
    about = models.CharField(
        _("about"), choices=TableSubject, default=TableSubject.ENTRIES, max_length=10
    )
    # The figures of a file can be written once its entries are.
    waits_for = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="followers"
    )
    file_name = models.CharField(_("name of the file"), max_length=120)
    read_as = models.CharField(_("read as"), max_length=200)
    columns = models.JSONField(_("columns"), default=list)
    warnings = models.JSONField(_("warnings"), default=list)
    fault = models.CharField(_("why it could not be read"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), choices=TableState, default=TableState.CHECKING, max_length=10
    )
    created_at = models.DateTimeField(_("brought at"), auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = TableImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("table of entries")
        verbose_name_plural = _("tables of entries")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Return the address where it is looked at and decided on."""
        return reverse("marketplace:table-detail", kwargs={"pk": self.pk})

    def verdicts(self) -> dict[str, int]:
        """Return how many rows have each verdict."""
        counts = self.rows.order_by().values_list("verdict").annotate(Count("pk"))
        return dict.fromkeys(Verdict.values, 0) | dict(counts)


class TableFile(models.Model):
    """The file of a long table, from its arrival until the worker has read it."""

    table = models.OneToOneField(TableImport, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField(_("content"))
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("file of a table")
        verbose_name_plural = _("files of tables")

    def __str__(self) -> str:
        return f"{self.table_id}"


class TableRow(models.Model):
    """One row of a table: its cells as they were read, and what was found about them."""

    table = models.ForeignKey(TableImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(_("cells"), default=list)
    verdict = models.CharField(_("verdict"), choices=Verdict, default=Verdict.UNREAD, max_length=10)
    entry = models.ForeignKey(
        Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="table_rows"
    )
    title = models.CharField(_("title"), max_length=160, blank=True)
    messages = models.JSONField(_("messages"), default=list)
    changes = models.JSONField(_("fields that change"), default=list)
    is_written = models.BooleanField(_("written"), default=False)

    class Meta:
        ordering = ["table", "number"]
        verbose_name = _("row of a table")
        verbose_name_plural = _("rows of tables")
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="table_row_once")]
        # A long table is gone through piece by piece: what is still to be done, in order.
        indexes = [models.Index(fields=["table", "verdict", "number"], name="table_row_to_do")]

    def __str__(self) -> str:
        return f"{self.table_id}: {self.number}"
