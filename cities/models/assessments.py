"""How cities describe their own state, by the dimensions of an instrument."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models.editions import Edition
from cities.models.participation import Participation
from cities.models.places import City
from cities.models.sources import Sourced


class Instrument(Sourced):
    """A set of dimensions by which a city looks at itself; a city may use several."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="instruments"
    )
    highest_level = models.PositiveSmallIntegerField(
        _("highest level"), null=True, blank=True, help_text=_("Empty when it asks for words only.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("assessment instrument")
        verbose_name_plural = _("assessment instruments")

    def __str__(self) -> str:
        return self.name


class DimensionQuerySet(models.QuerySet["Dimension"]):
    """Questions about dimensions."""

    def asked_of(self, participation: Participation) -> DimensionQuerySet:
        """Keep those of the edition's instruments, and those the participant has answered.

        An edition without an instrument of its own asks those that belong to no edition.
        """
        edition = participation.edition_id
        own = Instrument.objects.filter(edition=edition)
        answers = AssessmentAnswer.objects.filter(
            participation=participation, dimension=OuterRef("pk")
        )
        return self.filter(
            Q(instrument__edition=edition)
            | Exists(answers)
            | (Q(instrument__edition__isnull=True) & ~Exists(own))
        ).select_related("instrument")


class Dimension(models.Model):
    """One side of a city that an instrument asks about."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="dimensions")
    slug = models.SlugField(_("short address"))
    name = models.CharField(_("name"), max_length=120)
    guidance = models.TextField(_("guidance"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = DimensionQuerySet.as_manager()

    class Meta:
        ordering = ["instrument", "position"]
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        constraints = [
            models.UniqueConstraint(fields=["instrument", "slug"], name="dimension_once")
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentAnswer(Sourced):
    """What a participant, or one city of a consortium, says about one dimension, as of a day."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="assessment_answers"
    )
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="answers")
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessment_answers",
        verbose_name=_("member city"),
        help_text=_("In a consortium: whose state it is. Empty where it holds for all together."),
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    text = models.TextField(_("description"), blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    where_from = models.CharField(_("where that comes from"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        # The latest first, and what has no day last on every database.
        ordering = [
            "participation",
            "dimension__position",
            "dimension_id",
            F("as_of").desc(nulls_last=True),
            "-pk",
        ]
        verbose_name = _("answer to an assessment")
        verbose_name_plural = _("answers to assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "dimension", "as_of"],
                condition=Q(city=None),
                name="assessment_answer_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["participation", "dimension", "city", "as_of"],
                name="assessment_answer_once_a_day_per_city",
            ),
        ]

    def __str__(self) -> str:
        whose = f"{self.participation}, {self.city}" if self.city else str(self.participation)
        return f"{whose}: {self.dimension}"

    @property
    def is_told(self) -> bool:
        """Say whether there are words or a level."""
        return self.text != "" or self.level is not None
