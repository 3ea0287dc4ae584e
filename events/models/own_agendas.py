"""What a person chooses of agendas, and the secret address at which their calendar reads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from events.models.sessions import Session


class SessionStarQuerySet(models.QuerySet["SessionStar"]):
    """Questions about starred sessions."""

    def visible_to(self, user: Actor) -> SessionStarQuerySet:
        """Keep a person's own: what somebody picks out is nobody else's business."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SessionStar(models.Model):
    """A person picked out a session."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_stars"
    )
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="stars")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = SessionStarQuerySet.as_manager()

    class Meta:
        ordering = ["user", "session"]
        verbose_name = _("starred session")
        verbose_name_plural = _("starred sessions")
        constraints = [
            models.UniqueConstraint(fields=["user", "session"], name="session_star_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.session}"


class CalendarAddress(models.Model):
    """The secret address of a person's calendar: its token is kept hashed, and told once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")

    def __str__(self) -> str:
        return str(self.user)
