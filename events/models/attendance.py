"""Who was there: marks made at the door, by whom, and those who may make them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from events.models.events import Event, known_zone
from events.models.registrations import Registration
from events.models.sessions import Session


class DoorHelper(models.Model):
    """Somebody whom staff named to mark people as present at an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="door_helpers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="doors"
    )

    class Meta:
        ordering = ["event", "user__name"]
        verbose_name = _("helper at the door")
        verbose_name_plural = _("helpers at the door")
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="door_helper_once_per_event")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.event}"


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Questions about who was there."""

    def visible_to(self, user: Actor) -> PresenceQuerySet:
        """Keep a person's own, those at doors they help at, and all for staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        helped = Event.objects.with_door_for(user).order_by()
        return self.filter(
            Q(registration__user=user) | Q(registration__event__in=helped.values("pk"))
        )

    def standing(self) -> PresenceQuerySet:
        """Keep what nobody took back."""
        return self.filter(undone_at=None)


class Presence(models.Model):
    """Somebody was there on a day of an event or, with a session, in that session.

    `services` makes and takes back; what was taken back stays as the history. Whoever is in a
    session has a mark for its day as well.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="presences"
    )
    day = models.DateField(_("day"))
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="presences"
    )
    at = models.DateTimeField(_("marked at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("marked by"),
    )
    by_code = models.BooleanField(_("by code"), default=False)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["registration", "day", "at", "pk"]
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "day"],
                condition=Q(session__isnull=True, undone_at__isnull=True),
                name="presence_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["registration", "session"],
                condition=Q(session__isnull=False, undone_at__isnull=True),
                name="presence_once_a_session",
            ),
            models.CheckConstraint(
                name="presence_taken_back_after_it_was_marked",
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration}, {self.day:%Y-%m-%d}"

    @property
    def came_at(self) -> datetime | None:
        """Return when they came, by the clock of the event; None for a mark of another day."""
        zone = known_zone(self.registration.event.time_zone) or UTC
        at = self.at.astimezone(zone)
        return at if at.date() == self.day else None
