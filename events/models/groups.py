"""Thematic action groups: cities that keep working on a theme between the labs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City, CityMembership, Edition, Sourced, Theme
from events.models.events import Event


class GroupQuerySet(models.QuerySet["ThematicActionGroup"]):
    """Questions about thematic action groups."""

    def visible_to(self, user: Actor) -> GroupQuerySet:
        """Keep what this person may know of: every group, for everybody."""
        return self.all()

    def worked_in_by(self, user: Actor) -> GroupQuerySet:
        """Keep those whose inside this person sees: its people, teams of its cities, and staff."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_staff:
            return self.all()
        acted_for = CityMembership.objects.running().filter(user=user)
        inside = GroupMember.objects.standing().filter(
            Q(user=user) | Q(city__in=acted_for.values("city"))
        )
        return self.filter(pk__in=inside.order_by().values("group"))


class ThematicActionGroup(Sourced):
    """A group of cities with one subject, led by coordinators, backed by mentor cities."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="action_groups")
    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="action_groups"
    )
    summary = models.TextField(_("summary"), blank=True)
    next_steps = models.TextField(
        _("next steps, as made public"),
        blank=True,
        help_text=_("One per line. Those with an owner and a day stand on the members' page."),
    )
    ranking_is_public = models.BooleanField(
        _("show the combined ranking to everybody"),
        default=False,
        db_default=False,
        help_text=_("How each city ranked stays with the members."),
    )
    meetings = models.ManyToManyField(
        Event,
        blank=True,
        related_name="action_groups",
        verbose_name=_("meetings between labs"),
        help_text=_("Events that this group holds. Its sessions at labs name it themselves."),
    )

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "name"]
        verbose_name = _("thematic action group")
        verbose_name_plural = _("thematic action groups")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the group's page."""
        return reverse("events:group-detail", kwargs={"slug": self.slug})

    def work_url(self) -> str:
        """Return the address of what its members work on."""
        return reverse("events:group-work", kwargs={"slug": self.slug})


class SubGroup(Sourced):
    """A part of a group that works on one question of it."""

    group = models.ForeignKey(
        ThematicActionGroup, on_delete=models.CASCADE, related_name="sub_groups"
    )
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("what it works on"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["group", "position", "name"]
        verbose_name = _("sub-group")
        verbose_name_plural = _("sub-groups")
        constraints = [
            models.UniqueConstraint(fields=["group", "name"], name="sub_group_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class GroupRole(models.TextChoices):
    """What a city or person is in a group."""

    COORDINATOR = "coordinator", _("Coordinator")
    MENTOR = "mentor", _("Mentor")
    MEMBER = "member", _("Member")


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    """Questions about members."""

    def standing(self) -> GroupMemberQuerySet:
        """Keep all but people for a city of whose team they were, and are no more."""
        teams = CityMembership.objects.filter(user=OuterRef("user"), city=OuterRef("city"))
        return self.filter(Q(user=None) | Q(city=None) | ~Exists(teams) | Exists(teams.running()))


class GroupMember(Sourced):
    """A city, a person, or a person for a city in a thematic action group."""

    group = models.ForeignKey(ThematicActionGroup, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(_("role"), choices=GroupRole, default=GroupRole.MEMBER, max_length=12)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="group_memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="group_memberships",
    )
    sub_group = models.ForeignKey(
        SubGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("sub-group"),
    )
    practice = models.TextField(_("practice shared"), blank=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        ordering = ["group", "role", "city__name"]
        verbose_name = _("member of a thematic action group")
        verbose_name_plural = _("members of thematic action groups")
        constraints = [
            models.CheckConstraint(
                name="group_member_is_a_city_or_a_person",
                condition=Q(city__isnull=False) | Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["group", "city", "role"],
                condition=Q(user__isnull=True),
                name="group_city_once_per_role",
            ),
            models.UniqueConstraint(
                fields=["group", "user"], condition=Q(user__isnull=False), name="group_user_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city or self.user} ({self.group})"
