"""Rounds of one-to-one talks: slots, experts who offer them, and cities that wish."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities import clock
from cities.models import Actor, City, Sourced
from events.models.events import Event, EventStatus
from events.models.peer_groups import RoundState


class MeetingRoundQuerySet(models.QuerySet["MeetingRound"]):
    """Questions about rounds of talks."""

    def visible_to(self, user: Actor) -> MeetingRoundQuerySet:
        """Keep all for staff; for others those of announced events in which they or their cities
        take part."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        return self.concerning(user).exclude(event__status=EventStatus.DRAFT)

    def concerning(self, user: Actor) -> MeetingRoundQuerySet:
        """Keep the rounds in which this person is an expert, or one of their cities may wish."""
        cities = City.objects.acted_for_by(user)
        return self.filter(Q(experts__user=user) | Q(askers__city__in=cities)).distinct()


class MeetingRound(Sourced):
    """Experts, cities and slots that are brought together once, at an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="meeting_rounds")
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(
        _("state"), choices=RoundState, default=RoundState.DRAFT, max_length=10, editable=False
    )
    wishes_until = models.DateTimeField(
        _("wishes and slots until"),
        null=True,
        blank=True,
        help_text=_("Empty: until the talks are published."),
    )
    most_per_city = models.PositiveSmallIntegerField(_("talks of a city, at most"), default=3)
    walk = models.PositiveSmallIntegerField(
        _("minutes from room to room"),
        default=10,
        help_text=_("With less time between two talks, both are in one room, or both online."),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    objects = MeetingRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-event__starts_on", "title"]
        verbose_name = _("round of one-to-one talks")
        verbose_name_plural = _("rounds of one-to-one talks")
        constraints = [
            models.CheckConstraint(
                name="meeting_round_gives_talks", condition=Q(most_per_city__gte=1)
            ),
            models.CheckConstraint(
                name="meeting_round_published_is_dated",
                condition=~Q(state="published") | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.event}"

    @property
    def is_published(self) -> bool:
        """Say whether those concerned see the talks."""
        return self.state == RoundState.PUBLISHED

    @property
    def takes_wishes(self) -> bool:
        """Say whether slots are offered and experts wished for now."""
        return self.takes_wishes_at(None if self.wishes_until is None else clock.now())

    def takes_wishes_at(self, moment: datetime | None) -> bool:
        """Say the same of a moment, which is needed only where the round has a deadline."""
        in_time = moment is None or not clock.has_passed(self.wishes_until, moment)
        return in_time and not self.is_published and self._takes_place

    @property
    def takes_offers(self) -> bool:
        """Say whether experts can change their slots now: in time, and again once talks are
        published, so that who cannot come gives slots back and who waits gets new ones."""
        return self._takes_place if self.is_published else self.takes_wishes

    @property
    def _takes_place(self) -> bool:
        return self.event.status != EventStatus.CANCELLED and not self.event.is_over


class MeetingSlot(models.Model):
    """A stretch of time in which talks take place side by side."""

    round = models.ForeignKey(MeetingRound, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        ordering = ["round", "starts_at", "ends_at"]
        verbose_name = _("slot of talks")
        verbose_name_plural = _("slots of talks")
        constraints = [
            models.UniqueConstraint(fields=["round", "starts_at"], name="meeting_slot_once"),
            models.CheckConstraint(
                name="meeting_slot_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self) -> str:
        # Without a query for its event; pages that know it say the hour there (`slot_words`).
        return f"{self.starts_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


class ExpertKind(models.TextChoices):
    """What an expert talks about with cities."""

    TRANSVERSAL = "transversal", _("Transversal service")
    ECOSYSTEM = "ecosystem", _("Ecosystem")
    LEAD = "lead", _("Lead expert")


class MeetingExpert(models.Model):
    """An expert of a round, and how many talks they give."""

    round = models.ForeignKey(MeetingRound, on_delete=models.CASCADE, related_name="experts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="meeting_experts",
        verbose_name=_("person"),
    )
    kind = models.CharField(
        _("kind"), choices=ExpertKind, default=ExpertKind.TRANSVERSAL, max_length=12
    )
    about = models.CharField(_("what cities can ask about"), max_length=200, blank=True)
    most = models.PositiveSmallIntegerField(_("talks at most"), default=6)

    class Meta:
        ordering = ["round", "kind", "user__name"]
        verbose_name = _("expert of a round")
        verbose_name_plural = _("experts of rounds")
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="meeting_expert_once")
        ]

    def __str__(self) -> str:
        return str(self.user)


class MeetingOffer(models.Model):
    """A slot that an expert offers, and where. Without a room it is online."""

    expert = models.ForeignKey(MeetingExpert, on_delete=models.CASCADE, related_name="offers")
    slot = models.ForeignKey(MeetingSlot, on_delete=models.CASCADE, related_name="offers")
    room = models.CharField(_("room"), max_length=80, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)

    class Meta:
        ordering = ["slot__starts_at", "expert"]
        verbose_name = _("offered slot")
        verbose_name_plural = _("offered slots")
        constraints = [
            models.UniqueConstraint(fields=["expert", "slot"], name="meeting_offer_once")
        ]

    def __str__(self) -> str:
        return f"{self.expert}, {self.slot}"


class MeetingAsker(models.Model):
    """A city that may wish for experts, and the slots in which it attends something else."""

    round = models.ForeignKey(MeetingRound, on_delete=models.CASCADE, related_name="askers")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="meeting_askers")
    away = models.ManyToManyField(
        MeetingSlot, blank=True, related_name="+", verbose_name=_("cannot come in")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["round", "city__name"]
        verbose_name = _("city of a round of talks")
        verbose_name_plural = _("cities of rounds of talks")
        constraints = [models.UniqueConstraint(fields=["round", "city"], name="meeting_asker_once")]

    def __str__(self) -> str:
        return str(self.city)


class MeetingWish(models.Model):
    """A city's wish for an expert: 1 is the dearest. Closed when no talk is wanted any more."""

    asker = models.ForeignKey(MeetingAsker, on_delete=models.CASCADE, related_name="wishes")
    expert = models.ForeignKey(MeetingExpert, on_delete=models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField(_("rank"))
    question = models.TextField(_("question"), max_length=1000)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    is_closed = models.BooleanField(_("closed"), default=False, editable=False)

    class Meta:
        ordering = ["asker", "rank", "asked_at", "pk"]
        verbose_name = _("wish for a talk")
        verbose_name_plural = _("wishes for talks")
        constraints = [
            models.UniqueConstraint(fields=["asker", "expert"], name="meeting_wish_once"),
            models.CheckConstraint(name="meeting_wish_rank_from_one", condition=Q(rank__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.asker}, {self.expert}"
