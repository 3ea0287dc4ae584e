"""Is an entry still true? Its owners are asked once a year, and answer with one click."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.models.entries import Entry


class FreshnessQuestion(models.Model):
    """An entry's owners were asked in a year whether it is still true."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="freshness_questions")
    year = models.PositiveSmallIntegerField(_("year"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="freshness_answers",
        verbose_name=_("answered by"),
    )

    class Meta:
        ordering = ["-year", "entry"]
        verbose_name = _("question whether an entry is still true")
        verbose_name_plural = _("questions whether entries are still true")
        constraints = [
            models.UniqueConstraint(fields=["entry", "year"], name="freshness_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.entry} ({self.year})"


class FreshnessLink(models.Model):
    """The link one person got: what it holds is known to its reader, here is only a digest."""

    question = models.ForeignKey(FreshnessQuestion, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="freshness_links"
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        ordering = ["question", "person"]
        verbose_name = _("link to answer with")
        verbose_name_plural = _("links to answer with")
        constraints = [
            models.UniqueConstraint(fields=["question", "person"], name="freshness_link_once"),
            models.CheckConstraint(
                name="freshness_link_used_in_time",
                condition=Q(used_at__isnull=True) | Q(used_at__lte=F("expires_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.person}"
