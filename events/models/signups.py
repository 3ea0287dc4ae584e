"""Places in a session that has a number of them, and what people need on site."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from events.models.registrations import Registration, RegistrationStatus
from events.models.sessions import Session


class SignUpQuerySet(models.QuerySet["SignUp"]):
    """Questions about places in sessions."""

    def visible_to(self, user: Actor) -> SignUpQuerySet:
        """Keep a person's own, and all for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(user=user)

    def open(self) -> SignUpQuerySet:
        """Keep who has a place or waits for one."""
        return self.exclude(status=RegistrationStatus.CANCELLED)

    def waiting(self) -> SignUpQuerySet:
        """Keep who waits and whose account is not closed, the longest first."""
        waiting = self.filter(status=RegistrationStatus.WAITING, user__is_active=True)
        return waiting.order_by("queued_at", "pk")


class SignUp(models.Model):
    """A person's place in a session; `queued_at` orders the waiting list. `services` changes it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="sign_ups")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ups"
    )
    status = models.CharField(
        _("status"), choices=RegistrationStatus, max_length=10, editable=False
    )
    queued_at = models.DateTimeField(_("signed up at"), default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["session", "queued_at", "pk"]
        verbose_name = _("sign-up for a session")
        verbose_name_plural = _("sign-ups for sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="sign_up_once_per_session"),
            models.CheckConstraint(
                name="sign_up_cancelled_is_dated",
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.session}"


class RegistrationNeeds(models.Model):
    """What somebody needs on site: for those who prepare it, and deleted soon after the event."""

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="needs"
    )
    access = models.CharField(_("access needs"), max_length=500, blank=True)
    diet = models.CharField(_("diet"), max_length=200, blank=True)

    class Meta:
        ordering = ["registration"]
        verbose_name = _("needs of a participant")
        verbose_name_plural = _("needs of participants")

    def __str__(self) -> str:
        return str(self.registration)
