"""Looking back and forward: lessons and commitments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import City, Sourced
from initiatives.models.initiatives import Initiative
from initiatives.models.roadmaps import Roadmap


class LessonKind(models.TextChoices):
    """What sort of experience it was."""

    WORKED = "worked", _("What worked well")
    WORKED_LESS = "worked_less", _("What worked less well")
    LEARNED = "learned", _("What can be learned")
    KEY = "key", _("Key lesson")


def _of_city(row: Lesson | Commitment, words: str) -> str:
    """Return words after the name of the city whose they are, in a roadmap of several."""
    if row.city is None:
        return words
    return now("%(city)s: %(text)s") % {"city": row.city.name, "text": words}


class Lesson(Sourced):
    """An experience of a city, with its roadmap as a whole or with one initiative."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="lessons")
    initiative = models.ForeignKey(
        Initiative, on_delete=models.SET_NULL, null=True, blank=True, related_name="lessons"
    )
    city = models.ForeignKey(
        City,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("city"),
        help_text=_("Only in a roadmap of several cities: whose it is."),
    )
    kind = models.CharField(_("kind"), choices=LessonKind, max_length=12)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    heading = models.CharField(_("heading"), max_length=160, blank=True)
    text = models.TextField(_("text"))

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "kind", "position", "pk"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def told(self) -> str:
        """Return its words, with the city's name where it is one city's."""
        return _of_city(self, self.text)


class CommitmentKind(models.TextChoices):
    """To what a city commits itself after the programme."""

    RESOURCES = "resources", _("Resources")
    COLLABORATION = "collaboration", _("Collaboration")
    KPIS = "kpis", _("KPIs")


class Commitment(Sourced):
    """What a city promises to go on with."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="commitments")
    initiative = models.ForeignKey(
        Initiative, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    city = models.ForeignKey(
        City,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("city"),
        help_text=_("Only in a roadmap of several cities: whose it is."),
    )
    kind = models.CharField(_("kind"), choices=CommitmentKind, max_length=14)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.TextField(_("text"))

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "kind", "position", "pk"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def told(self) -> str:
        """Return its words, with the city's name where it is one city's."""
        return _of_city(self, self.text)
