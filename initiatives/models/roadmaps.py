"""Roadmaps: what a city or consortium sets out to do in an edition, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import (
    Actor,
    AssessmentAnswer,
    City,
    ConsortiumMember,
    Organisation,
    Participation,
    Sourced,
    Theme,
)
from initiatives.models.histories import HistoryWithLists


class RoadmapStatus(models.TextChoices):
    """Whether the world sees a roadmap."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class RoadmapQuerySet(models.QuerySet["Roadmap"]):
    """Questions about roadmaps."""

    def visible_to(self, user: Actor) -> RoadmapQuerySet:
        """Keep what this person may know of.

        The public sees what is published; a city's team, its consortium's teams, its mentors and
        experts see theirs from the first draft; staff see all.
        """
        if not user.is_authenticated:
            return self.filter(status=RoadmapStatus.PUBLISHED)
        if user.is_staff:
            return self.all()
        return self.filter(
            Q(status=RoadmapStatus.PUBLISHED) | Q(pk__in=self.model.objects.known_inside_to(user))
        )

    def acted_for_by(self, user: Actor) -> RoadmapQuerySet:
        """Keep the roadmaps of the cities, and their consortia, whose team this person is in."""
        return self.of_cities(City.objects.acted_for_by(user).order_by().values("pk"))

    def of_cities(self, cities: Any) -> RoadmapQuerySet:
        """Keep the roadmaps of cities (a query, or their keys) and of their consortia."""
        return self.filter(_of_cities(cities)).distinct()

    def known_inside_to(self, user: Actor) -> RoadmapQuerySet:
        """Keep those whose internal parts (drafts, risks, budget, support) this person may read."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        advised = City.objects.filter(
            pk__in=user.expert_assignments.running().values("city")
        ).values("pk")
        return self.filter(
            Q(pk__in=self.model.objects.acted_for_by(user).order_by().values("pk"))
            | _of_cities(advised)
        ).distinct()


def shown_to(user: Actor, *, inside: bool | None = None) -> Q:
    """Say which parts of roadmaps this person may know of.

    The public: those shown to it, of published roadmaps. Who knows a roadmap inside: all of its
    parts. Of a single roadmap a page has asked that already (`permissions.rights`): it says so by
    `inside`, and must keep to that roadmap.
    """
    if inside or (user.is_authenticated and user.is_staff):
        return Q()
    public = Q(is_public=True, roadmap__status=RoadmapStatus.PUBLISHED)
    if inside is False or not user.is_authenticated:
        return public
    return public | Q(roadmap__in=Roadmap.objects.known_inside_to(user).order_by().values("pk"))


def _of_cities(cities: Any) -> Q:
    """Say that a roadmap is one of these cities', or of a consortium they have not left."""
    members = ConsortiumMember.objects.running().filter(city__in=cities).order_by()
    return Q(participation__city__in=cities) | Q(
        participation__consortium__in=members.values("consortium")
    )


class Roadmap(Sourced):
    """The roadmap of one participation: strategy, governance, initiatives, what came of it."""

    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, related_name="roadmap"
    )
    title = models.CharField(_("title"), max_length=160)
    status = models.CharField(
        _("status"), choices=RoadmapStatus, default=RoadmapStatus.DRAFT, max_length=10
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    introduction = models.TextField(_("introduction"), blank=True)
    openness = models.TextField(_("national and international openness"), blank=True)
    needs = models.TextField(_("city needs"), blank=True)
    vision = models.TextField(_("vision"), blank=True)
    governance = models.TextField(_("governance"), blank=True)
    impact_summary = models.TextField(_("summary of the impact"), blank=True)
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="roadmaps", verbose_name=_("organisations")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = RoadmapQuerySet.as_manager()
    history = HistoryWithLists(m2m_fields=["partners"])

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("roadmap")
        verbose_name_plural = _("roadmaps")
        constraints = [
            models.CheckConstraint(
                name="roadmap_published_is_dated",
                condition=~Q(status="published") | Q(published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the roadmap's page."""
        return reverse("initiatives:roadmap-detail", kwargs={"pk": self.pk})

    @cached_property
    def departures(self) -> dict[int, date]:
        """Return when cities left its consortium, by their keys. One query."""
        members = ConsortiumMember.objects.filter(consortium=self.participation.consortium_id)
        rows = members.order_by().values_list("city", "left_on")
        return {city: day for city, day in rows if day is not None}

    def latest_answers(self, *, inside: bool) -> list[AssessmentAnswer]:
        """Return the latest answers: of all together, then of each member city. One query.

        What a city answers is internal; what it published itself names its source and is public.
        """
        answers = self.participation.assessment_answers.select_related(
            "dimension__instrument", "city"
        )
        if not inside:
            answers = answers.exclude(source="")
        latest: dict[tuple[int, int | None], AssessmentAnswer] = {}
        for answer in answers:
            latest.setdefault((answer.dimension_id, answer.city_id), answer)
        return sorted(latest.values(), key=lambda one: one.city.name if one.city else "")


class CityNeed(models.Model):
    """What one city of a consortium needs, where that differs from what all of them need."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="city_needs")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="needs_in_roadmaps")
    text = models.TextField(_("what the city needs"))

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "city__name"]
        verbose_name = _("need of a member city")
        verbose_name_plural = _("needs of member cities")
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "city"], name="city_need_once_per_roadmap")
        ]

    def __str__(self) -> str:
        return self.text[:80]


class PriorityAxis(models.Model):
    """A direction of the programme that the city chose to work on."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="priority_axes")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "position"]
        verbose_name = _("priority axis")
        verbose_name_plural = _("priority axes")

    def __str__(self) -> str:
        return self.name


class Axis(models.Model):
    """A column of the strategy matrix: a way of working that serves several ambitions."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="axes")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "position"]
        verbose_name = _("axis of the strategy")
        verbose_name_plural = _("axes of the strategy")
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "position"], name="axis_order_once")
        ]

    def __str__(self) -> str:
        return self.name


class Horizon(models.TextChoices):
    """How far ahead an ambition looks."""

    VISION = "vision", _("Vision")
    THREE_YEARS = "three_years", _("In three years")


class Ambition(models.Model):
    """What the city wants to become (a row of the matrix), or to have done in three years."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="ambitions")
    horizon = models.CharField(_("horizon"), choices=Horizon, default=Horizon.VISION, max_length=12)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    statement = models.CharField(_("statement"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "-horizon", "position"]
        verbose_name = _("ambition")
        verbose_name_plural = _("ambitions")
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "horizon", "position"], name="ambition_order_once"
            )
        ]

    def __str__(self) -> str:
        return self.statement


class AmbitionStep(models.Model):
    """A step on the way to an ambition."""

    ambition = models.ForeignKey(Ambition, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("step"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        ordering = ["ambition", "position"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.text


class MatrixEntry(models.Model):
    """Something the city does where an axis meets an ambition; a cell may hold several."""

    axis = models.ForeignKey(Axis, on_delete=models.CASCADE, related_name="entries")
    ambition = models.ForeignKey(Ambition, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        ordering = ["ambition", "axis", "position"]
        verbose_name = _("entry of the strategy matrix")
        verbose_name_plural = _("entries of the strategy matrix")

    def __str__(self) -> str:
        return self.text
