"""Consortia: cities that take part together, across borders too."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models.organisations import Organisation
from cities.models.people import Actor
from cities.models.places import City
from cities.models.sources import Sourced
from cities.today import today


class ConsortiumQuerySet(models.QuerySet["Consortium"]):
    """Questions about consortia."""

    def visible_to(self, user: Actor) -> ConsortiumQuerySet:
        """Keep what this person may know of: every consortium, for everybody."""
        return self.all()


class Consortium(Sourced):
    """Cities that act together. Its lead is one of them, or a body that is no city, or unknown."""

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    project_name = models.CharField(_("name of the joint project"), max_length=160, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    lead_city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="led_consortia"
    )
    lead_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="led_consortia"
    )
    cities = models.ManyToManyField(City, through="ConsortiumMember", related_name="consortia")

    objects = ConsortiumQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("consortium")
        verbose_name_plural = _("consortia")
        constraints = [
            models.CheckConstraint(
                name="consortium_one_lead_at_most",
                condition=Q(lead_city__isnull=True) | Q(lead_organisation__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the consortium's page."""
        return reverse("cities:consortium-detail", kwargs={"slug": self.slug})


class ConsortiumMemberQuerySet(models.QuerySet["ConsortiumMember"]):
    """Questions about the members of consortia."""

    def running(self, day: date | None = None) -> ConsortiumMemberQuerySet:
        """Keep those that have not left before a day (default: today); the last day counts."""
        day = day or today()
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gte=day))


class ConsortiumMember(Sourced):
    """A city in a consortium, for a time."""

    consortium = models.ForeignKey(Consortium, on_delete=models.CASCADE, related_name="members")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="consortium_memberships")
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = ConsortiumMemberQuerySet.as_manager()

    class Meta:
        ordering = ["consortium", "city__name"]
        verbose_name = _("member of a consortium")
        verbose_name_plural = _("members of consortia")
        constraints = [
            models.UniqueConstraint(fields=["consortium", "city"], name="consortium_member_once"),
            models.CheckConstraint(
                name="consortium_member_left_after_joining",
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=F("joined_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} ({self.consortium})"
