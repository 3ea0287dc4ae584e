"""One-to-one talks of cities with experts: when, the answers of both, and what came of them."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City
from events.models.events import EventStatus
from events.models.meeting_rounds import MeetingAsker, MeetingExpert, MeetingRound, MeetingSlot
from events.models.peer_groups import RoundState


class MeetingAnswer(models.TextChoices):
    """What somebody says to a talk."""

    OPEN = "open", _("Not answered")
    ACCEPTED = "accepted", _("Accepted")


class MeetingEnd(models.TextChoices):
    """Why a talk ended where nobody wrote a reason; told in each reader's language."""

    WITHDRAWN = "withdrawn", _("The slot is offered no more.")
    REARRANGED = "rearranged", _("Talks were rearranged.")
    LEFT = "left", _("Nobody of the city comes any more.")
    CLOSED = "closed", _("The expert does not come any more.")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Questions about talks."""

    def live(self) -> MeetingQuerySet:
        """Keep those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def untold(self) -> MeetingQuerySet:
        """Keep those that take place and of which people know nothing, or an older version."""
        return self.live().filter(Q(told__isnull=True) | Q(told__lt=F("sequence")))

    def visible_to(self, user: Actor) -> MeetingQuerySet:
        """Keep all for staff; for others, of published rounds, their own and their cities'."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        return self.concerning(user).exclude(round__event__status=EventStatus.DRAFT)

    def concerning(self, user: Actor, cities: Collection[int] | None = None) -> MeetingQuerySet:
        """Keep, of published rounds, the talks of this person and of their cities.

        `cities` are the keys of these, where they are known.
        """
        own = City.objects.acted_for_by(user) if cities is None else cities
        return self.filter(
            Q(expert__user=user) | Q(asker__city__in=own), round__state=RoundState.PUBLISHED
        )


class Meeting(models.Model):
    """A city talks with an expert in a slot. Cancelled ones stay, and bind nobody."""

    round = models.ForeignKey(MeetingRound, on_delete=models.CASCADE, related_name="meetings")
    asker = models.ForeignKey(MeetingAsker, on_delete=models.RESTRICT, related_name="meetings")
    expert = models.ForeignKey(MeetingExpert, on_delete=models.RESTRICT, related_name="meetings")
    slot = models.ForeignKey(MeetingSlot, on_delete=models.RESTRICT, related_name="meetings")
    is_pinned = models.BooleanField(_("stays as it is"), default=False)
    city_answer = models.CharField(
        _("the city"), choices=MeetingAnswer, default=MeetingAnswer.OPEN, max_length=10
    )
    expert_answer = models.CharField(
        _("the expert"), choices=MeetingAnswer, default=MeetingAnswer.OPEN, max_length=10
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cause = models.CharField(
        _("cause"), choices=MeetingEnd, max_length=10, blank=True, editable=False
    )
    notes = models.TextField(_("notes"), blank=True, max_length=4000)
    outcome = models.TextField(_("what was agreed"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    sequence = models.PositiveIntegerField(_("version for calendars"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    # The version for calendars that both sides were mailed last; none before they hear of the talk.
    told = models.PositiveIntegerField(_("version told"), null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["slot__starts_at", "expert", "pk"]
        verbose_name = _("one-to-one talk")
        verbose_name_plural = _("one-to-one talks")
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "slot"],
                condition=Q(cancelled_at__isnull=True),
                name="meeting_expert_once_a_slot",
            ),
            models.UniqueConstraint(
                fields=["asker", "slot"],
                condition=Q(cancelled_at__isnull=True),
                name="meeting_city_once_a_slot",
            ),
            models.UniqueConstraint(
                fields=["asker", "expert"],
                condition=Q(cancelled_at__isnull=True),
                name="meeting_city_and_expert_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker} – {self.expert}"

    def get_absolute_url(self) -> str:
        """Return the address of the talk's page."""
        return reverse("events:meeting", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Say whether its slot has ended."""
        return self.slot.ends_at <= timezone.now()

    @property
    def is_off(self) -> bool:
        """Say whether it was called off, or its event was."""
        return bool(self.cancelled_at) or self.round.event.status == EventStatus.CANCELLED

    @property
    def why(self) -> str:
        """Return why it was called off, as somebody wrote it or in the reader's language."""
        return self.reason or str(self.get_cause_display())
