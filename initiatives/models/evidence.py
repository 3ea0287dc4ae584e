"""Files that show what was reported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, KeptFile
from initiatives.models.initiatives import Initiative
from initiatives.models.kpis import Measurement
from initiatives.models.roadmaps import Roadmap

# A picture that nobody has said anything about is not for the public, part of which cannot see it.
FOR_THE_PUBLIC = ~Q(media_type__startswith="image/") | ~Q(shows="")


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    """Questions about files of values."""

    def visible_to(self, user: Actor) -> EvidenceFileQuerySet:
        """Keep those of values this person may know of; pictures without words for insiders."""
        known = Initiative.objects.visible_to(user).order_by().values("pk")
        inside = Roadmap.objects.known_inside_to(user).order_by().values("pk")
        return self.filter(
            Q(measurement__kpi__initiative__roadmap__in=inside) | FOR_THE_PUBLIC,
            measurement__kpi__initiative__in=known,
        )

    def for_public(self) -> EvidenceFileQuerySet:
        """Keep those that everybody may fetch."""
        return self.filter(FOR_THE_PUBLIC)

    def with_words(self) -> EvidenceFileQuerySet:
        """Keep the pictures of which somebody has said what they show."""
        return self.filter(media_type__startswith="image/").exclude(shows="")


class EvidenceFile(KeptFile):
    """A picture or a document in which a reported value can be checked.

    A picture is shown to the public once its team has said what it shows. A correction starts with
    the files of the value that it corrects.
    """

    measurement = models.ForeignKey(
        Measurement, on_delete=models.CASCADE, related_name="files", verbose_name=_("value")
    )
    shows = models.CharField(_("what it shows"), max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence_files",
        verbose_name=_("added by"),
    )
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["measurement", "pk"]
        verbose_name = _("file of a value")
        verbose_name_plural = _("files of values")
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "sha256"], name="evidence_file_once_per_value"
            ),
        ]

    @property
    def is_for_the_public(self) -> bool:
        """Say whether everybody may fetch it who may know of its value."""
        return bool(self.shows) or not self.is_image

    def get_absolute_url(self) -> str:
        """Return the address from which the file is served to those who may see it."""
        kpi = self.measurement.kpi
        return reverse(
            "initiatives:evidence-file",
            args=[kpi.initiative.slug, kpi.pk, self.measurement_id, self.pk],
        )
