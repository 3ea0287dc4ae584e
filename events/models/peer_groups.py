"""Peer-review groups: a few cities that hear each other's plans, in breakouts side by side."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City, Sourced, Theme
from events.models.events import Event, EventStatus
from events.models.sessions import Session

CODES = RegexValidator(r"^[a-z]{2,3}(,\s*[a-z]{2,3})*$", _("Write codes such as “en, fr”."))


class RoundState(models.TextChoices):
    """Where a round stands. `services` alone changes it."""

    DRAFT = "draft", _("Draft")
    SOLVING = "solving", _("Being worked out")
    PROPOSED = "proposed", _("Proposed, seen by staff alone")
    PUBLISHED = "published", _("Published")


class PeerRoundQuerySet(models.QuerySet["PeerRound"]):
    """Questions about rounds."""

    def visible_to(self, user: Actor) -> PeerRoundQuerySet:
        """Keep all for staff, for others those in which they or their cities have a group."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        return self.filter(groups__in=PeerGroup.objects.visible_to(user)).distinct()


class PeerRound(Sourced):
    """Cities that are put into groups once, for one or more sessions of an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="peer_rounds")
    title = models.CharField(_("title"), max_length=120)
    sessions = models.ManyToManyField(
        Session,
        related_name="peer_rounds",
        verbose_name=_("sessions"),
        help_text=_("Groups meet in one of these; each city has one group in all."),
    )
    state = models.CharField(
        _("state"), choices=RoundState, default=RoundState.DRAFT, max_length=10, editable=False
    )
    smallest = models.PositiveSmallIntegerField(_("cities in a group, at least"), default=3)
    usual = models.PositiveSmallIntegerField(_("usually"), default=3)
    largest = models.PositiveSmallIntegerField(_("at most"), default=4)
    pitch_least = models.PositiveSmallIntegerField(_("minutes of pitch, at least"), default=5)
    pitch_most = models.PositiveSmallIntegerField(_("minutes of pitch, at most"), default=10)
    discussion_least = models.PositiveSmallIntegerField(
        _("minutes of discussion, at least"), default=20
    )
    discussion_most = models.PositiveSmallIntegerField(
        _("minutes of discussion, at most"), default=25
    )
    partners_count_as_met = models.BooleanField(
        _("partners count as having met"),
        default=True,
        help_text=_("Cities of one consortium, of a tandem or of a mentor pairing."),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    # What members were told last: {"turn": 2, "groups": {"7": ["what it said", 1]}, "cities": [3],
    # "people": [5]}; numbers are keys of rows, which may be gone.
    told = models.JSONField(_("told"), default=dict, blank=True, editable=False)

    objects = PeerRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-event__starts_on", "title"]
        verbose_name = _("round of peer-review groups")
        verbose_name_plural = _("rounds of peer-review groups")
        constraints = [
            models.CheckConstraint(
                name="peer_round_sizes_in_order",
                condition=Q(smallest__gte=2, usual__gte=F("smallest"), largest__gte=F("usual")),
                violation_error_message=_("Sizes must be in order, and nobody meets alone."),
            ),
            models.CheckConstraint(
                name="peer_round_minutes_in_order",
                condition=Q(pitch_least__gte=1, pitch_most__gte=F("pitch_least"))
                & Q(discussion_least__gte=1, discussion_most__gte=F("discussion_least")),
                violation_error_message=_("The most minutes cannot be fewer than the least."),
            ),
            models.CheckConstraint(
                name="peer_round_published_is_dated",
                condition=~Q(state="published") | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.event}"

    @property
    def is_published(self) -> bool:
        """Say whether members see their groups."""
        return self.state == RoundState.PUBLISHED


class RoundCity(models.Model):
    """A city that takes part in a round, and what its group should suit."""

    round = models.ForeignKey(PeerRound, on_delete=models.CASCADE, related_name="entries")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="round_entries")
    languages = models.CharField(
        _("languages"), max_length=60, default="en", validators=[CODES], help_text=_("Codes.")
    )
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="round_entries", verbose_name=_("themes")
    )
    challenge = models.CharField(
        _("challenge"),
        max_length=120,
        blank=True,
        help_text=_("In a few words; who writes the same word shares it."),
    )
    sessions = models.ManyToManyField(
        Session,
        blank=True,
        related_name="+",
        verbose_name=_("can come to"),
        help_text=_("None chosen: to all sessions of the round."),
    )

    class Meta:
        ordering = ["round", "city__name"]
        verbose_name = _("city of a round")
        verbose_name_plural = _("cities of rounds")
        constraints = [models.UniqueConstraint(fields=["round", "city"], name="round_city_once")]

    def __str__(self) -> str:
        return str(self.city)


class RoundGuide(models.Model):
    """A mentor city, or a lead expert, that sits with a group."""

    round = models.ForeignKey(PeerRound, on_delete=models.CASCADE, related_name="guides")
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="round_guides"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="round_guides",
        verbose_name=_("person"),
    )
    languages = models.CharField(_("languages"), max_length=60, default="en", validators=[CODES])
    themes = models.ManyToManyField(Theme, blank=True, related_name="+", verbose_name=_("themes"))
    sessions = models.ManyToManyField(
        Session, blank=True, related_name="+", verbose_name=_("can come to")
    )

    class Meta:
        ordering = ["round", "city__name", "user__name"]
        verbose_name = _("mentor or expert of a round")
        verbose_name_plural = _("mentors and experts of rounds")
        constraints = [
            models.CheckConstraint(
                name="round_guide_is_a_city_or_a_person",
                condition=Q(city__isnull=True, user__isnull=False)
                | Q(city__isnull=False, user__isnull=True),
                violation_error_message=_("Choose a city or a person, not both."),
            ),
            models.UniqueConstraint(fields=["round", "city"], name="round_guide_city_once"),
            models.UniqueConstraint(fields=["round", "user"], name="round_guide_user_once"),
        ]

    def __str__(self) -> str:
        return str(self.city or self.user)


class PeerGroupQuerySet(models.QuerySet["PeerGroup"]):
    """Questions about groups."""

    def visible_to(self, user: Actor) -> PeerGroupQuerySet:
        """Keep all for staff; for others, of published rounds, the groups they or their cities
        sit in or guide."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        return self.concerning(user).exclude(round__event__status=EventStatus.DRAFT)

    def concerning(self, user: Actor, cities: Collection[int] | None = None) -> PeerGroupQuerySet:
        """Keep, of published rounds, the groups this person or their cities sit in or guide.

        `cities` are the keys of these, where they are known.
        """
        own = City.objects.acted_for_by(user) if cities is None else cities
        return self.filter(
            Q(seats__entry__city__in=own) | Q(guide__city__in=own) | Q(guide__user=user),
            round__state=RoundState.PUBLISHED,
        ).distinct()


class PeerGroup(models.Model):
    """Cities that meet in one session, in one breakout."""

    round = models.ForeignKey(PeerRound, on_delete=models.CASCADE, related_name="groups")
    number = models.PositiveSmallIntegerField(_("number"))
    session = models.ForeignKey(Session, on_delete=models.RESTRICT, related_name="peer_groups")
    label = models.CharField(_("breakout"), max_length=80, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    guide = models.ForeignKey(
        RoundGuide, on_delete=models.SET_NULL, null=True, blank=True, related_name="groups"
    )
    is_pinned = models.BooleanField(_("stays as it is"), default=False)
    guide_is_pinned = models.BooleanField(_("mentor or expert stays"), default=False)
    says = models.CharField(_("as last counted"), max_length=16, blank=True, editable=False)
    sequence = models.PositiveIntegerField(_("version for calendars"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    objects = PeerGroupQuerySet.as_manager()

    class Meta:
        ordering = ["round", "number"]
        verbose_name = _("peer-review group")
        verbose_name_plural = _("peer-review groups")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="peer_group_number_once"),
            models.UniqueConstraint(
                fields=["session", "guide"],
                condition=Q(guide__isnull=False),
                name="peer_guide_once_a_session",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the group's page."""
        return reverse("events:peer-group", args=[self.pk])

    @property
    def name(self) -> str:
        """Return what the group is called."""
        return gettext("Group %d") % self.number

    @property
    def breakout(self) -> str:
        """Return where it meets: what staff wrote, or its number."""
        return self.label or gettext("Breakout %d") % self.number

    @property
    def is_off(self) -> bool:
        """Say whether its session was cancelled, or its event called off."""
        session = self.session
        return session.is_cancelled or session.day.event.status == EventStatus.CANCELLED


class PeerSeat(models.Model):
    """A city in a group: its turn, and whether it stays there. A city has one seat in a round."""

    group = models.ForeignKey(PeerGroup, on_delete=models.CASCADE, related_name="seats")
    entry = models.OneToOneField(RoundCity, on_delete=models.CASCADE, related_name="seat")
    is_pinned = models.BooleanField(_("stays in its group"), default=False)
    position = models.PositiveSmallIntegerField(_("turn"), default=1)
    begins = models.PositiveSmallIntegerField(_("begins after minutes"), default=0)
    pitch = models.PositiveSmallIntegerField(_("minutes of pitch"), default=0)
    discussion = models.PositiveSmallIntegerField(_("minutes of discussion"), default=0)

    class Meta:
        ordering = ["group", "position", "pk"]
        verbose_name = _("seat in a group")
        verbose_name_plural = _("seats in groups")

    def __str__(self) -> str:
        return f"{self.entry}, {self.group}"
