"""The outline of a Final Deliverable: chapters as staff set them, and chapters that cities add."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import Edition, Sourced
from initiatives.models.roadmaps import Roadmap


class DocumentTemplate(Sourced):
    """An outline that the cities of an edition hand in; its chapters come from the roadmap."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="document_templates"
    )
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en",
        validators=[RegexValidator(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")],
        help_text=_("Its code: en, fr, el… The headings below are written in it."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    due_at = models.DateTimeField(
        _("to be handed in by"),
        null=True,
        blank=True,
        help_text=_("Empty: at any time. Later, superusers alone hand in for a city."),
    )

    class Meta:
        ordering = ["edition", "position", "pk"]
        verbose_name = _("outline of a deliverable")
        verbose_name_plural = _("outlines of deliverables")
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="document_template_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition.short_name})"


class DocumentChapter(models.Model):
    """A chapter of an outline. Its kind says what the portal puts there (deliverable/kinds.py)."""

    template = models.ForeignKey(
        DocumentTemplate, on_delete=models.CASCADE, related_name="chapters"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("what it holds"), max_length=30)
    heading = models.CharField(_("heading"), max_length=160)
    intro = models.TextField(_("words before it"), blank=True)
    phases = models.CharField(
        _("numbers of the phases it is about"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\d+(,\s*\d+)*$")],
        help_text=_("Such as “3, 4”: their dates are told from the calendar of the edition."),
    )
    is_internal = models.BooleanField(
        _("internal"), default=False, help_text=_("Left out of what the public reads.")
    )

    class Meta:
        ordering = ["template", "position", "pk"]
        verbose_name = _("chapter of an outline")
        verbose_name_plural = _("chapters of an outline")

    def __str__(self) -> str:
        return self.heading


class OwnChapter(models.Model):
    """A chapter that a city adds to its deliverable, in its own words and Markdown."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="own_chapters")
    after = models.ForeignKey(
        DocumentChapter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stands after"),
    )
    position = models.PositiveSmallIntegerField(_("order among your chapters"), default=0)
    heading = models.CharField(_("heading"), max_length=160)
    text = models.TextField(_("text"))
    is_internal = models.BooleanField(
        _("internal"), default=False, help_text=_("Left out of what the public reads.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "position", "pk"]
        verbose_name = _("chapter of a city")
        verbose_name_plural = _("chapters of cities")

    def __str__(self) -> str:
        return self.heading
