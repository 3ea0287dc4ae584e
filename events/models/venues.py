"""Where the sessions of an event take place, and the tracks they stand in."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from events.models.events import Event


class Track(models.Model):
    """A strand of an event's agenda that somebody can follow from session to session."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tracks")
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["event", "position", "name"]
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("name"),
                name="track_once_per_event",
                violation_error_message=_("This event has a track of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """Return how an address names it."""
        return slugify(self.name) or str(self.pk)


class Room(models.Model):
    """A room on site, or an online one."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=120)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["event", "position", "name"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("name"),
                name="room_once_per_event",
                violation_error_message=_("This event has a room of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
