"""Who comes to an event."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City
from events.models.events import Event


class RegistrationStatus(models.TextChoices):
    """Where a registration stands. `services` alone changes it."""

    CONFIRMED = "confirmed", _("Confirmed")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Questions about registrations."""

    def visible_to(self, user: Actor) -> RegistrationQuerySet:
        """Keep a person's own, those of the cities they act for, and all for staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        cities = City.objects.acted_for_by(user)
        return self.filter(Q(user=user) | Q(city__in=cities))

    def open(self) -> RegistrationQuerySet:
        """Keep who has a place or waits for one."""
        return self.exclude(status=RegistrationStatus.CANCELLED)

    def waiting(self) -> RegistrationQuerySet:
        """Keep who waits for a place and can still take it: accounts that were closed cannot."""
        return self.filter(status=RegistrationStatus.WAITING, user__is_active=True)


class Registration(models.Model):
    """A person's place at an event; `queued_at` orders the waiting list."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="registrations"
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    status = models.CharField(
        _("status"), choices=RegistrationStatus, max_length=10, editable=False
    )
    queued_at = models.DateTimeField(_("registered at"), default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    note = models.TextField(_("what we should know"), blank=True)
    # A code for the door names it: with the next number, codes that were shown before end.
    code_number = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["event", "queued_at", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="registration_once_per_event"),
            models.CheckConstraint(
                name="registration_cancelled_is_dated",
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_cancelled_after_queued",
                condition=Q(cancelled_at__isnull=True) | Q(cancelled_at__gte=F("queued_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.event}"
