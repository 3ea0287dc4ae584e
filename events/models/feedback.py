"""What people thought of a session they were in."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from events.models.sessions import Session

LOWEST, HIGHEST = 1, 5


class SessionFeedbackQuerySet(models.QuerySet["SessionFeedback"]):
    """Questions about feedback."""

    def visible_to(self, user: Actor) -> SessionFeedbackQuerySet:
        """Keep a person's own: others learn what many said together, and nobody who said it."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SessionFeedback(models.Model):
    """A person's marks and words for a session. Pages show what several said, without names."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="feedback")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_feedback"
    )
    rating = models.PositiveSmallIntegerField(
        _("rating"), validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    )
    useful = models.TextField(_("what was useful"), blank=True)
    better = models.TextField(_("what could be better"), blank=True)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)

    objects = SessionFeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["session", "pk"]
        verbose_name = _("feedback on a session")
        verbose_name_plural = _("feedback on sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="feedback_once_per_session"),
            models.CheckConstraint(
                name="feedback_rating_from_one_to_five",
                condition=Q(rating__gte=LOWEST, rating__lte=HIGHEST),
            ),
        ]

    def __str__(self) -> str:
        return str(self.session)
