"""Who takes part in an edition, who acts for a city, and who helps whom."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cities.models.consortia import Consortium
from cities.models.editions import Edition, ParticipationRole, Theme
from cities.models.places import City
from cities.models.sources import Sourced
from cities.today import today


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Questions about participations."""

    def of_city(self, city: City) -> ParticipationQuerySet:
        """Keep those of a city itself and of the consortia it is a member of."""
        return self.filter(Q(city=city) | Q(consortium__members__city=city)).distinct()


class Participation(Sourced):
    """A city or a consortium in an edition, in one role."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="participations")
    role = models.ForeignKey(
        ParticipationRole, on_delete=models.PROTECT, related_name="participations"
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    consortium = models.ForeignKey(
        Consortium, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="participations")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "role__position", "pk"]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.CheckConstraint(
                name="participation_of_a_city_or_a_consortium",
                condition=Q(city__isnull=True, consortium__isnull=False)
                | Q(city__isnull=False, consortium__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["edition", "role", "city"],
                condition=Q(city__isnull=False),
                name="participation_city_once_per_role",
            ),
            models.UniqueConstraint(
                fields=["edition", "role", "consortium"],
                condition=Q(consortium__isnull=False),
                name="participation_consortium_once_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} ({self.edition.short_name})"

    @property
    def participant(self) -> City | Consortium:
        """Return the city or the consortium."""
        return self.city or self.consortium  # type: ignore[return-value]


class CityRole(models.Model):
    """What somebody is in a city's team, and what that lets them do there."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    may_edit = models.BooleanField(_("may edit"), default=True)
    may_submit = models.BooleanField(_("may submit and publish"), default=False)
    may_manage_team = models.BooleanField(_("may manage the team"), default=False)
    staff_confirm_handover = models.BooleanField(
        _("staff confirm who takes over"),
        default=False,
        help_text=_("Otherwise whoever leaves passes the role on to somebody of the team at once."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("role in a city team")
        verbose_name_plural = _("roles in city teams")

    def __str__(self) -> str:
        return self.name


class RunningQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Questions about rows that hold from `since` until `until`, both days included."""

    def running(self, day: date | None = None) -> RunningQuerySet:
        """Keep the rows that hold on a day (default: today)."""
        day = day or today()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class CityMembership(models.Model):
    """Somebody acts for a city, in a role, for a time. Ended, not deleted, when people change."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(CityRole, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        ordering = ["city", "role__position", "user__name"]
        verbose_name = _("member of a city team")
        verbose_name_plural = _("members of city teams")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "city"],
                condition=Q(until__isnull=True),
                name="membership_open_once_per_city",
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.city}"


class ExpertRole(models.Model):
    """What an expert is to a city: lead expert, thematic expert, mentor…"""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("role of an expert")
        verbose_name_plural = _("roles of experts")

    def __str__(self) -> str:
        return self.name


class ExpertAssignment(models.Model):
    """An expert or mentor helps a city for a time, and may read what its team works on."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert_assignments"
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="expert_assignments")
    role = models.ForeignKey(ExpertRole, on_delete=models.PROTECT, related_name="assignments")
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="expert_assignments"
    )
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        ordering = ["city", "role__position"]
        verbose_name = _("assignment of an expert")
        verbose_name_plural = _("assignments of experts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "city", "role", "edition"],
                condition=Q(until__isnull=True),
                name="expert_assignment_open_once",
            ),
            models.CheckConstraint(
                name="expert_assignment_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role.name}, {self.city}"


class PairingKind(models.TextChoices):
    """The ways in which two cities come together."""

    MENTOR = "mentor", _("Mentor pairing")
    TANDEM = "tandem", _("Peer-learning tandem")
    JOINT = "joint", _("Collaboration")


class Pairing(Sourced):
    """Two cities that learn from each other. In a mentor pairing the first is the mentor."""

    kind = models.CharField(_("kind"), choices=PairingKind, max_length=10)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="pairings"
    )
    first_city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="pairings_first")
    second_city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="pairings_second")
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True)
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "first_city__name", "second_city__name"]
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        constraints = [
            models.CheckConstraint(
                name="pairing_of_two_cities", condition=~Q(first_city=F("second_city"))
            ),
            models.UniqueConstraint(
                fields=["kind", "edition", "first_city", "second_city"],
                name="pairing_once_per_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_city} – {self.second_city}"

    @property
    def is_running(self) -> bool:
        """Say whether it holds today; the last day counts."""
        return self.since <= today() and (self.until is None or self.until >= today())
