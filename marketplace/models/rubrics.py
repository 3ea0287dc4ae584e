"""What reviewers look at: rubrics and their questions."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import Edition
from marketplace.models.entries import EntryKind


class Rubric(models.Model):
    """What reviewers look at, for a kind of entry, in an edition or (without one) by default.

    How long they have, and what else happens, says the ReviewProcess.
    """

    kind = models.CharField(_("kind of entry"), choices=EntryKind, max_length=14)
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, null=True, blank=True, related_name="rubrics"
    )
    name = models.CharField(_("name"), max_length=120)
    for_rounds = models.BooleanField(
        _("only for further rounds"),
        default=False,
        db_default=False,
        help_text=_("The questions of those further rounds of a process that name this rubric."),
    )

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "edition"],
                condition=Q(edition__isnull=False, for_rounds=False),
                name="rubric_once_per_edition",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(edition__isnull=True, for_rounds=False),
                name="rubric_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Let whom its questions are for be chosen once they are asked no more."""
        before = type(self).objects.filter(pk=self.pk).values_list("for_rounds", flat=True).first()
        if before is None or before == self.for_rounds:
            return
        if self.rounds.exists() or self.criteria.filter(scores__isnull=False).exists():
            words = _("Reviews rest on these questions: make another rubric for the others.")
            raise ValidationError({"for_rounds": words})


class Criterion(models.Model):
    """One question of a rubric, scored from 1 to `highest`, with words for the scores."""

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(_("name"), max_length=120)
    guidance = models.TextField(_("guidance"), blank=True)
    highest = models.PositiveSmallIntegerField(_("highest score"), default=4)
    words = models.TextField(
        _("words for the scores"), blank=True, help_text=_("One line per score, lowest first.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["rubric", "position"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")

    def __str__(self) -> str:
        return self.name

    def takes(self, value: int) -> bool:
        """Say whether a score lies on this question's scale; no constraint can see both tables."""
        return 1 <= value <= self.highest
