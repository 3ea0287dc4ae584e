"""Photographs of an event, which its report shows to those who were there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import KeptFile
from events.models.events import Event
from events.models.sessions import Session

# A report holds no more, so that it can be sent and opened.
MOST_PHOTOS = 40


class EventPhoto(KeptFile):
    """A photograph, drawn anew when it came in, with words for those who cannot see it.

    People on it came to an event, not to the public: whoever reads the report sees it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="photos")
    session = models.ForeignKey(
        Session,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name=_("session"),
    )
    shows = models.CharField(
        _("what it shows"), max_length=300, help_text=_("For those who cannot see it.")
    )
    credit = models.CharField(_("photograph by"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["event", "position", "pk"]
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        constraints = [
            models.UniqueConstraint(fields=["event", "sha256"], name="photo_once_per_event"),
            models.CheckConstraint(name="photo_is_described", condition=~Q(shows="")),
        ]

    def get_absolute_url(self) -> str:
        """Return the address from which it is served to who reads the report."""
        return reverse("events:photo", kwargs={"slug": self.event.slug, "pk": self.pk})
