"""What a revision brings as evidence: figures as they were reported, pictures and documents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, KeptFile
from initiatives.models import Precision, Qualifier, ValueKind
from marketplace.models.revisions import Revision


class ResultFigure(models.Model):
    """One result as it was reported: nothing rounded, guessed or forced into a number.

    The columns of the value are those of a measurement of a KPI. What it was before is kept in
    the words of the report, and as a number where it is one.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label = models.CharField(_("what is counted"), max_length=160)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    kind = models.CharField(_("kind of value"), choices=ValueKind, max_length=12)
    number = models.DecimalField(
        _("number"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    qualifier = models.CharField(_("qualifier"), choices=Qualifier, max_length=6, blank=True)
    base_year = models.PositiveSmallIntegerField(_("against the year"), null=True, blank=True)
    text = models.CharField(_("text"), max_length=300, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    yes = models.BooleanField(_("yes"), null=True, blank=True)
    as_reported = models.CharField(_("value as you report it"), max_length=300)
    before_number = models.DecimalField(
        _("number before"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    before_as_reported = models.CharField(_("what it was before"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    as_of_precision = models.CharField(
        _("precision"), choices=Precision, default=Precision.DAY, max_length=15
    )
    period_starts_on = models.DateField(_("period from"), null=True, blank=True)
    source_url = models.URLField(_("where it can be seen"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("figure of a result")
        verbose_name_plural = _("figures of results")
        constraints = [
            models.CheckConstraint(
                name="result_figure_value_fits_its_kind",
                condition=Q(kind__in=["number", "change"], number__isnull=False)
                | (Q(kind="text") & ~Q(text=""))
                | Q(kind="date", date__isnull=False)
                | Q(kind="yes_no", yes__isnull=False)
                | Q(kind="in_progress"),
            ),
            models.CheckConstraint(
                name="result_figure_period_before_its_end",
                condition=Q(period_starts_on__isnull=True) | Q(as_of__gte=F("period_starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.as_reported}"

    @property
    def is_measured(self) -> bool:
        """Say whether something was counted: a number or a change, not words or a promise."""
        return self.kind in {ValueKind.NUMBER, ValueKind.CHANGE}


class AttachmentKind(models.TextChoices):
    """What can be attached."""

    IMAGE = "image", _("Picture")
    DOCUMENT = "document", _("Document")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Questions about attachments."""

    def visible_to(self, user: Actor) -> AttachmentQuerySet:
        """Keep those of revisions this person may read."""
        revisions = Revision.objects.visible_to(user).order_by().values("pk")
        return self.filter(revision__in=revisions)

    def images(self) -> AttachmentQuerySet:
        """Keep pictures."""
        return self.filter(kind=AttachmentKind.IMAGE)

    def documents(self) -> AttachmentQuerySet:
        """Keep documents."""
        return self.filter(kind=AttachmentKind.DOCUMENT)


class Attachment(KeptFile):
    """A picture or a document of a revision. Its file lies once, however many rows name it."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), choices=AttachmentKind, max_length=8)
    alt = models.CharField(_("what the picture shows"), max_length=300, blank=True)
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=160, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "sha256"], name="attachment_once_per_revision"
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the address from which the file is served to those who may see it."""
        return reverse(
            "marketplace:attachment", kwargs={"slug": self.revision.entry.slug, "pk": self.pk}
        )
