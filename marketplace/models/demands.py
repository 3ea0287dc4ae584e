"""Needs that cities state, and the demands that those who want the same are gathered in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City, Edition, Sourced, Theme
from marketplace.models.entries import Entry


class DemandThreshold(models.Model):
    """From which size on a demand is worth buying together, in an edition or by default."""

    edition = models.OneToOneField(
        Edition,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="demand_threshold",
        help_text=_("Without one: where the edition has none of its own."),
    )
    cities = models.PositiveSmallIntegerField(_("number of cities"), null=True, blank=True)
    amount = models.DecimalField(
        _("budgets together"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    class Meta:
        ordering = ["edition"]
        verbose_name = _("threshold of demands")
        verbose_name_plural = _("thresholds of demands")
        constraints = [
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(edition__isnull=True),
                name="demand_threshold_one_default",
                violation_error_message=_("There is a default in this currency already."),
            ),
            models.CheckConstraint(
                name="demand_threshold_says_something",
                condition=Q(cities__isnull=False) | Q(amount__isnull=False),
                violation_error_message=_("Say a number of cities, or a sum."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.edition or _("Default"))


class DemandQuerySet(models.QuerySet["Demand"]):
    """Questions about demands."""

    def current(self) -> DemandQuerySet:
        """Keep those that some city still wants, and that were not merged into another."""
        wanted = Need.objects.filter(demand=OuterRef("pk"), left_at__isnull=True)
        return self.filter(Exists(wanted), merged_into__isnull=True)

    def visible_to(self, user: Actor) -> DemandQuerySet:
        """Keep what this person may know of: everybody the current ones, staff all."""
        return self.all() if user.is_authenticated and user.is_staff else self.current()


class Demand(Sourced):
    """What several cities want: their needs, with budgets and windows added up.

    The public reads sums, and the names of cities that agreed.
    """

    slug = models.SlugField(_("short address"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=160)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [
            models.CheckConstraint(
                name="demand_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the demand's page."""
        return reverse("marketplace:demand-detail", kwargs={"slug": self.slug})


class Urgency(models.TextChoices):
    """How soon a city needs something."""

    EXPLORING = "exploring", _("We look around")
    PLANNED = "planned", _("It is planned")
    URGENT = "urgent", _("It is urgent")


class BudgetBand(models.TextChoices):
    """About how much a city can spend, in euro, where it names no amount."""

    UNDER_50K = "under_50k", _("Under €50,000")
    UNDER_250K = "50k_250k", _("€50,000 to €250,000")
    UNDER_1M = "250k_1m", _("€250,000 to €1 million")
    OVER_1M = "over_1m", _("Over €1 million")


class NeedQuerySet(models.QuerySet["Need"]):
    """Questions about needs."""

    def active(self) -> NeedQuerySet:
        """Keep those whose city has not left."""
        return self.filter(left_at__isnull=True)

    def visible_to(self, user: Actor) -> NeedQuerySet:
        """Keep what this person may read: their own cities' needs, and those of cities that agreed.

        Whoever acts for a city with a need in the same demand reads the others' as well; staff all.
        """
        if user.is_authenticated and user.is_staff:
            return self.all()
        public = Q(left_at__isnull=True, is_named=True)
        if not user.is_authenticated:
            return self.filter(public)
        own = City.objects.acted_for_by(user).order_by().values("pk")
        joined = Need.objects.active().filter(city__in=own).order_by().values("demand")
        return self.filter(public | Q(city__in=own) | Q(left_at__isnull=True, demand__in=joined))


class Need(Sourced):
    """What a city wants, how much it can spend, and when it means to buy."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="needs")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="needs")
    entry = models.ForeignKey(
        Entry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("entry that would do"),
    )
    title = models.CharField(_("what you need"), max_length=160)
    words = models.TextField(_("in your words"), blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="needs_stated")
    budget = models.DecimalField(
        _("budget"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    budget_band = models.CharField(
        _("budget, roughly"), choices=BudgetBand, max_length=10, blank=True
    )
    budget_year = models.PositiveSmallIntegerField(_("budget year"), null=True, blank=True)
    wanted_from = models.DateField(_("procurement from"), null=True, blank=True)
    wanted_until = models.DateField(_("procurement until"), null=True, blank=True)
    urgency = models.CharField(
        _("urgency"), choices=Urgency, default=Urgency.EXPLORING, max_length=10
    )
    is_named = models.BooleanField(_("show our city by name to the public"), default=False)
    # What the release before writes while this one takes its place has no such column.
    follows_interest = models.BooleanField(
        _("counts while the city is interested in the entry"),
        default=False,
        db_default=False,
        editable=False,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
    )
    left_at = models.DateTimeField(_("left at"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("stated at"), auto_now_add=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["demand", "created_at", "pk"]
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [
            models.UniqueConstraint(
                fields=["demand", "city"],
                condition=Q(left_at__isnull=True),
                name="need_once_per_city_and_demand",
                violation_error_message=_("This city is in this demand already."),
            ),
            models.CheckConstraint(
                name="need_window_in_order",
                condition=Q(wanted_from__isnull=True)
                | Q(wanted_until__isnull=True)
                | Q(wanted_until__gte=F("wanted_from")),
                violation_error_message=_("The window cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="need_budget_is_no_debt", condition=Q(budget__isnull=True) | Q(budget__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.city}"
