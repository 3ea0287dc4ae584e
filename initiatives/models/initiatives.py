"""Initiatives: what a city undertakes, as its charter describes it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import Actor, Organisation, Sourced, Theme
from initiatives.models.roadmaps import Roadmap, RoadmapStatus


class InitiativeStatus(models.TextChoices):
    """How far an initiative has come, by its own account."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Completed")
    STOPPED = "stopped", _("Stopped")


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Questions about initiatives."""

    def visible_to(self, user: Actor) -> InitiativeQuerySet:
        """Keep what this person may know of: public when its roadmap and it itself are."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        public = Q(is_public=True, roadmap__status=RoadmapStatus.PUBLISHED)
        if not user.is_authenticated:
            return self.filter(public)
        inside = Roadmap.objects.known_inside_to(user).order_by().values("pk")
        return self.filter(public | Q(roadmap__in=inside))

    def for_cards(self) -> InitiativeQuerySet:
        """Fetch with each initiative what a card shows."""
        return self.select_related(
            "roadmap__participation__city",
            "roadmap__participation__consortium",
            "roadmap__participation__edition",
        ).prefetch_related("themes")


class Initiative(Sourced):
    """An initiative of a roadmap, with its charter: overview, content, follow-up.

    Risks, budget lines and support needed are internal: `permissions.may_read_inside` guards them.
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.PROTECT, related_name="initiatives")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(_("short address"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)
    summary = models.CharField(_("summary in one sentence"), max_length=300, blank=True)
    status = models.CharField(
        _("status"), choices=InitiativeStatus, default=InitiativeStatus.PLANNED, max_length=10
    )
    is_public = models.BooleanField(_("shown to the public"), default=False)
    themes = models.ManyToManyField(Theme, blank=True, related_name="initiatives")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="initiatives")
    # The charter: overview.
    lead = models.TextField(_("lead"), blank=True)
    working_team = models.TextField(_("working team"), blank=True)
    contributors = models.TextField(_("contributors"), blank=True)
    # The charter: content (milestones, dependencies and stakeholders have rows of their own).
    goal = models.TextField(_("ultimate goal and scope"), blank=True)
    stakeholder_note = models.TextField(_("working with stakeholders"), blank=True)
    # The charter: follow-up (risks and budget lines have rows of their own).
    impact_and_timing = models.TextField(_("impact and timing"), blank=True)
    support_needed = models.TextField(_("support needed"), blank=True)
    results = models.TextField(_("results in words"), blank=True)
    results_url = models.URLField(_("where results can be seen"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = InitiativeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "position", "pk"]
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            models.CheckConstraint(
                name="initiative_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
            ),
            models.UniqueConstraint(
                fields=["roadmap", "name"],
                name="initiative_name_once_per_roadmap",
                violation_error_message=_("This roadmap has an initiative of that name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the initiative's page."""
        return reverse("initiatives:initiative-detail", kwargs={"slug": self.slug})


class DependencyKind(models.TextChoices):
    """On what an initiative depends."""

    INITIATIVE = "initiative", _("Another initiative")
    INSIDE = "inside", _("Something within the city")
    OUTSIDE = "outside", _("An outside body")


class Dependency(models.Model):
    """Something an initiative cannot do without."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="dependencies"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(
        _("kind"), choices=DependencyKind, default=DependencyKind.INSIDE, max_length=10
    )
    on_initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, null=True, blank=True, related_name="depended_on_by"
    )
    on_organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True
    )
    text = models.CharField(_("in words"), max_length=500, blank=True)

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.CheckConstraint(
                name="dependency_says_on_what",
                condition=Q(on_initiative__isnull=False)
                | Q(on_organisation__isnull=False)
                | ~Q(text=""),
            ),
            models.CheckConstraint(
                name="dependency_not_on_itself",
                condition=Q(on_initiative__isnull=True) | ~Q(on_initiative=F("initiative")),
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.on_initiative or self.on_organisation)


FROM_ONE_TO_FIVE = [MinValueValidator(1), MaxValueValidator(5)]


def _from_one_to_five(model: str, column: str) -> models.CheckConstraint:
    """Return the constraint that a column is unknown or between 1 and 5."""
    return models.CheckConstraint(
        name=f"{model}_{column}_from_one_to_five",
        condition=Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__range": (1, 5)}),
    )


class Risk(models.Model):
    """What may go wrong. Internal to the city, its experts and staff."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="risks")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("risk"), max_length=500)
    likelihood = models.PositiveSmallIntegerField(
        _("likelihood, 1 to 5"), null=True, blank=True, validators=FROM_ONE_TO_FIVE
    )
    impact = models.PositiveSmallIntegerField(
        _("impact, 1 to 5"), null=True, blank=True, validators=FROM_ONE_TO_FIVE
    )
    mitigation = models.TextField(_("mitigation"), blank=True)
    owner = models.CharField(_("owner"), max_length=150, blank=True)

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [_from_one_to_five("risk", "likelihood"), _from_one_to_five("risk", "impact")]

    def __str__(self) -> str:
        return self.text


class Stakeholder(models.Model):
    """Whom the team must talk to, how often, and how much they decide."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="stakeholders"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=160)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True)
    role = models.CharField(_("role"), max_length=300, blank=True)
    rhythm = models.CharField(_("how often you talk"), max_length=120, blank=True)
    influence = models.PositiveSmallIntegerField(
        _("influence, 1 to 5"), null=True, blank=True, validators=FROM_ONE_TO_FIVE
    )
    interest = models.PositiveSmallIntegerField(
        _("interest, 1 to 5"), null=True, blank=True, validators=FROM_ONE_TO_FIVE
    )

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            _from_one_to_five("stakeholder", "influence"),
            _from_one_to_five("stakeholder", "interest"),
        ]

    def __str__(self) -> str:
        return self.name


class FundingLevel(models.TextChoices):
    """Where money comes from."""

    EU = "eu", _("European Union")
    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    LOCAL = "local", _("Local")
    PRIVATE = "private", _("Private")
    UNKNOWN = "unknown", _("Not stated")


class BudgetLine(models.Model):
    """An amount of money of an initiative, to the cent. Internal, as risks are."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="budget_lines"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label = models.CharField(_("what for"), max_length=200)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    year = models.PositiveSmallIntegerField(_("budget year"), null=True, blank=True)
    level = models.CharField(
        _("funding level"), choices=FundingLevel, default=FundingLevel.UNKNOWN, max_length=10
    )
    funding_source = models.CharField(_("funding source"), max_length=200, blank=True)
    is_secured = models.BooleanField(_("secured"), default=False)

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.CheckConstraint(name="budget_line_not_negative", condition=Q(amount__gte=0))
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount} {self.currency}"
