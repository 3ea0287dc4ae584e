"""What remains of sessions and groups: what cities took away, need, do, and what they promised."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City, CityMembership, Pairing, Sourced, User
from events.models.groups import SubGroup, ThematicActionGroup
from events.models.registrations import Registration, RegistrationStatus
from events.models.sessions import Session

OF_A_SESSION_OR_A_GROUP = Q(session__isnull=False) | Q(group__isnull=False)


def _of_labs_of(user: User) -> Q:
    """Say what was noted at an event at which somebody has a place."""
    places = Registration.objects.filter(user=user, status=RegistrationStatus.CONFIRMED)
    return Q(session__day__event__in=places.order_by().values("event"))


def _cities_left_by(user: Actor) -> QuerySet[CityMembership, Any]:
    """Ask for the cities of whose team somebody was, and is no more."""
    teams = CityMembership.objects.filter(user=user.pk)
    return teams.exclude(city__in=teams.running().values("city")).values("city")


class OutcomeKind(models.TextChoices):
    """What somebody notes for their city."""

    TAKEAWAY = "takeaway", _("Takeaway")
    NEED = "need", _("Need")
    PRACTICE = "practice", _("Practice")


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Questions about outcomes."""

    def visible_to(self, user: Actor) -> OutcomeQuerySet:
        """Keep what cities show to everybody, what a person's groups share, and all for staff."""
        if not (user.is_authenticated and user.is_active):
            return self.filter(is_public=True)
        if user.is_staff:
            return self.all()
        groups = ThematicActionGroup.objects.worked_in_by(user).order_by().values("pk")
        own = CityMembership.objects.running().filter(user=user).values("city")
        return self.filter(
            Q(is_public=True) | Q(group__in=groups) | Q(city__in=own) | _of_labs_of(user)
        )


class Outcome(Sourced):
    """A takeaway, a need or a practice of a city, from a session or in a thematic action group."""

    kind = models.CharField(_("kind"), choices=OutcomeKind, max_length=10)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="outcomes")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes"
    )
    group = models.ForeignKey(
        ThematicActionGroup, on_delete=models.PROTECT, null=True, blank=True,
        related_name="outcomes",
    )  # fmt: skip
    sub_group = models.ForeignKey(
        SubGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("sub-group"),
    )
    title = models.CharField(_("in a few words"), max_length=160)
    text = models.TextField(_("in more words"), blank=True, max_length=4000)
    link = models.URLField(_("link"), max_length=500, blank=True)
    is_public = models.BooleanField(
        _("show it to everybody"),
        default=False,
        help_text=_("Otherwise the group, your team and programme staff read it."),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["city__name", "kind", "pk"]
        verbose_name = _("takeaway, need or practice")
        verbose_name_plural = _("takeaways, needs and practices")
        constraints = [
            models.CheckConstraint(
                name="outcome_of_a_session_or_a_group", condition=OF_A_SESSION_OR_A_GROUP
            )
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.title}"


class NextStepQuerySet(models.QuerySet["NextStep"]):
    """Questions about next steps and commitments."""

    def visible_to(self, user: Actor) -> NextStepQuerySet:
        """Keep those of a person's groups and cities, those that are theirs, and all for staff."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_staff:
            return self.all()
        groups = ThematicActionGroup.objects.worked_in_by(user).order_by().values("pk")
        own = CityMembership.objects.running().filter(user=user).values("city")
        return self.filter(
            Q(group__in=groups)
            | Q(city__in=own)
            | Q(with_city__in=own)
            | (Q(owner=user) | Q(written_by=user)) & ~Q(city__in=_cities_left_by(user))
            | _of_labs_of(user)
        )

    def open(self) -> NextStepQuerySet:
        """Keep what is neither done nor given up."""
        return self.filter(done_on=None, given_up_on=None)

    def on_the_desk_of(
        self, user: Actor, cities: Collection[int] | None = None
    ) -> NextStepQuerySet:
        """Keep what waits for this person: theirs by name, and their cities' for which nobody is
        named who can still see to it.

        `cities` are the keys of their cities, where these are known.
        """
        own = CityMembership.objects.running().filter(user=user.pk).values("city")
        teams = CityMembership.objects.filter(user=OuterRef("owner"), city=OuterRef("city"))
        has_left = Exists(teams) & ~Exists(teams.running())
        nobody = Q(owner=None) | Q(owner__is_active=False) | has_left
        mine = Q(owner=user.pk) & ~Q(city__in=_cities_left_by(user))
        return self.open().filter(mine | nobody & Q(city__in=own if cities is None else cities))


class NextStep(Sourced):
    """What a city or a person will do by a day: a commitment from a session, a step of a group."""

    title = models.CharField(_("what will be done"), max_length=200)
    text = models.TextField(_("in more words"), blank=True, max_length=4000)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="next_steps"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next_steps",
        verbose_name=_("who sees to it"),
    )
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="next_steps"
    )
    group = models.ForeignKey(
        ThematicActionGroup, on_delete=models.PROTECT, null=True, blank=True,
        related_name="steps",
    )  # fmt: skip
    sub_group = models.ForeignKey(
        SubGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("sub-group"),
    )
    with_city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("together with"),
    )
    due_on = models.DateField(_("by"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    given_up_on = models.DateField(_("given up on"), null=True, blank=True)
    # The other city is asked; once it agrees, both have a pairing.
    offered_at = models.DateTimeField(_("collaboration offered at"), null=True, blank=True)
    offered_for = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pairing = models.ForeignKey(
        Pairing,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="begun_by",
        verbose_name=_("collaboration"),
    )
    result = models.TextField(_("what came of it"), blank=True, max_length=2000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = NextStepQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("next step or commitment")
        verbose_name_plural = _("next steps and commitments")
        constraints = [
            models.CheckConstraint(
                name="step_of_a_session_or_a_group", condition=OF_A_SESSION_OR_A_GROUP
            ),
            models.CheckConstraint(
                name="step_of_a_city_or_a_person",
                condition=Q(city__isnull=False) | Q(owner__isnull=False),
                violation_error_message=_("Say which city or who sees to it."),
            ),
            models.CheckConstraint(
                name="step_done_or_given_up",
                condition=Q(done_on__isnull=True) | Q(given_up_on__isnull=True),
            ),
            models.CheckConstraint(
                name="step_offers_between_two_cities",
                condition=Q(offered_at__isnull=True)
                | Q(city__isnull=False, with_city__isnull=False),
            ),
            models.CheckConstraint(
                name="step_with_another_city",
                condition=Q(with_city__isnull=True)
                | Q(city__isnull=True)
                | ~Q(with_city=F("city")),
                violation_error_message=_("Name another city, not the same once more."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("events:step", kwargs={"pk": self.pk})

    def was_left_by(self, user: Actor) -> bool:
        """Say whether somebody was of its city's team, and is no more: their part has ended."""
        return _cities_left_by(user).filter(city=self.city_id).exists()

    @property
    def keeper(self) -> User | None:
        """Return who was named and can still see to it."""
        owner = self.owner
        if owner is None or not owner.is_active or self.was_left_by(owner):
            return None
        return owner

    @property
    def is_open(self) -> bool:
        """Say whether it is neither done nor given up."""
        return self.done_on is None and self.given_up_on is None

    @property
    def is_late(self) -> bool:
        """Say whether its day has passed and nobody said that it is done."""
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def closed_on(self) -> date | None:
        """Return since when it waits for nobody."""
        return self.done_on or self.given_up_on


class JointOutput(Sourced):
    """Something cities of a group made together: a guide, a joint tender, a paper."""

    group = models.ForeignKey(ThematicActionGroup, on_delete=models.CASCADE, related_name="outputs")
    title = models.CharField(_("title"), max_length=200)
    about = models.TextField(_("what it is"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    cities = models.ManyToManyField(City, blank=True, related_name="joint_outputs")
    is_public = models.BooleanField(_("show it to everybody"), default=True)

    class Meta:
        ordering = ["group", F("finished_on").desc(nulls_first=True), "title"]
        verbose_name = _("joint output")
        verbose_name_plural = _("joint outputs")
        constraints = [models.UniqueConstraint(fields=["group", "title"], name="output_title_once")]

    def __str__(self) -> str:
        return self.title
