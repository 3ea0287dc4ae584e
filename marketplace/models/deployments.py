"""The ledger of reuse: which city is how far with an entry, what it cost, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import Actor, City, Sourced
from initiatives.models import Precision, Qualifier, ValueKind
from marketplace.models.entries import Entry


class DeploymentStatus(models.TextChoices):
    """How far a city is with a solution. `ledger.steps` alone changes it."""

    INTERESTED = "interested", _("Interested")
    ADAPTING = "adapting", _("Adapting it")
    PILOTING = "piloting", _("Pilot")
    LIVE = "live", _("In use")
    STOPPED = "stopped", _("Stopped")


# In one of these a city runs it: that is public, and counts once the owner confirmed it.
RUNNING = ["piloting", "live"]


class Confirmation(models.TextChoices):
    """What the owner of an entry says to a city that reports to run it."""

    WAITING = "waiting", _("Not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed by the owner")
    DOUBTED = "doubted", _("In doubt")


class DeploymentQuerySet(models.QuerySet["Deployment"]):
    """Questions about the ledger."""

    def shown(self) -> DeploymentQuerySet:
        """Keep what the public sees: live entries, run by the city or shown by its own wish.

        A city that was interested or adapted an entry, and stopped, never ran it.
        """
        return self.filter(
            Q(has_run=True) | Q(is_named=True), entry__in=Entry.objects.live().order_by()
        )

    def inside(self, user: Actor) -> DeploymentQuerySet:
        """Keep those whose private parts this person may read: of both cities, and staff."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        if not user.is_authenticated:
            return self.none()
        own = City.objects.acted_for_by(user).order_by().values("pk")
        return self.filter(Q(city__in=own) | Q(entry__city__in=own))

    def visible_to(self, user: Actor) -> DeploymentQuerySet:
        """Keep what this person may know of: what is shown, and what their own cities are in."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        return self.filter(
            Q(pk__in=self.model.objects.shown().order_by().values("pk"))
            | Q(pk__in=self.model.objects.inside(user).order_by().values("pk"))
        )

    def by_others(self) -> DeploymentQuerySet:
        """Keep reuse: what a city took over from another, or from an entry without a city."""
        return self.filter(Q(entry__city__isnull=True) | ~Q(entry__city=F("city")))

    def confirmed_reuses(self) -> DeploymentQuerySet:
        """Keep what counts: other cities that run it, confirmed by the owner."""
        return self.by_others().filter(confirmation=Confirmation.CONFIRMED, status__in=RUNNING)


class Deployment(Sourced):
    """A city wants, tries, runs or ran a solution, its own or another's: one row of the ledger.

    `private_note` is for the two cities and staff; so are the owner's words of doubt. Before it is
    run, the public sees a number only, unless `is_named`.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="deployments")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="deployments")
    status = models.CharField(
        _("status"), choices=DeploymentStatus, default=DeploymentStatus.LIVE, max_length=10
    )
    has_run = models.BooleanField(_("was run or piloted"), default=True, editable=False)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    stopped_why = models.TextField(_("why it was stopped"), blank=True)
    cost = models.DecimalField(
        _("what it cost"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    note = models.TextField(_("note"), blank=True)
    private_note = models.TextField(_("words for the owner only"), blank=True)
    is_named = models.BooleanField(_("show our city by name from the start"), default=False)
    confirmation = models.CharField(
        _("confirmation"),
        choices=Confirmation,
        default=Confirmation.WAITING,
        max_length=10,
        editable=False,
    )
    doubt = models.TextField(_("what the owner doubts"), blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="deployments_answered",
        verbose_name=_("answered by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "since", "pk"]
        verbose_name = _("row of the ledger")
        verbose_name_plural = _("ledger of reuse")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "city"],
                name="deployment_once_per_city",
                violation_error_message=_("This city is in the ledger for this entry already."),
            ),
            models.CheckConstraint(
                name="deployment_ends_after_start",
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="deployment_cost_is_no_debt", condition=Q(cost__isnull=True) | Q(cost__gte=0)
            ),
            models.CheckConstraint(
                name="deployment_runs_only_if_it_has_run",
                condition=~Q(status__in=RUNNING) | Q(has_run=True),
            ),
            models.CheckConstraint(
                name="deployment_answer_is_dated",
                condition=Q(confirmation="waiting") | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="deployment_doubt_has_words",
                condition=~Q(confirmation="doubted") | ~Q(doubt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}, {self.city}"

    def get_absolute_url(self) -> str:
        """Return the address of the row's page."""
        return reverse("marketplace:reuse-detail", kwargs={"pk": self.pk})

    @property
    def is_public(self) -> bool:
        """Whether the public may learn that this city is in the ledger for this entry."""
        return self.has_run or self.is_named

    @property
    def is_own(self) -> bool:
        """Whether the city runs what it offers itself: no reuse, and nobody confirms it."""
        return self.entry.city_id == self.city_id


class DeploymentStep(models.Model):
    """One line of a row's history: who said what, and from which day it holds."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(_("step"), max_length=10)
    before = models.CharField(_("from"), max_length=10, blank=True)
    after = models.CharField(_("to"), max_length=10)
    on = models.DateField(_("since"))
    note = models.TextField(_("words"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deployment_steps",
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["deployment", "pk"]
        verbose_name = _("step of the ledger")
        verbose_name_plural = _("steps of the ledger")

    def __str__(self) -> str:
        return f"{self.deployment_id}: {self.before} → {self.after}"


class Moment(models.TextChoices):
    """When a value was measured."""

    BEFORE = "before", _("Before")
    AFTER = "after", _("After")


class DeploymentValue(models.Model):
    """What was measured before or after, as it was reported: nothing rounded or guessed.

    The columns of the value are those of `initiatives.values.Reported`, those of its date those of
    a measurement of a KPI. What stood here before a change is kept in its history.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="values")
    label = models.CharField(_("what was measured"), max_length=120)
    moment = models.CharField(_("when"), choices=Moment, max_length=6)
    kind = models.CharField(_("kind of value"), choices=ValueKind, max_length=12)
    number = models.DecimalField(
        _("number"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    qualifier = models.CharField(_("qualifier"), choices=Qualifier, max_length=6, blank=True)
    base_year = models.PositiveSmallIntegerField(_("against the year"), null=True, blank=True)
    text = models.CharField(_("text"), max_length=300, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    yes = models.BooleanField(_("yes"), null=True, blank=True)
    as_reported = models.CharField(_("as reported"), max_length=300)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    as_of_precision = models.CharField(
        _("precision"),
        choices=Precision,
        default=Precision.DAY,
        db_default=Precision.DAY,
        max_length=15,
    )
    period_starts_on = models.DateField(_("period from"), null=True, blank=True)
    # What the release before writes while this one takes its place has no such columns.
    source_url = models.URLField(
        _("where it can be seen"), max_length=500, blank=True, default="", db_default=""
    )
    note = models.CharField(_("note"), max_length=500, blank=True, default="", db_default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    history = HistoricalRecords()

    class Meta:
        ordering = ["deployment", "position", "pk"]
        verbose_name = _("value before or after")
        verbose_name_plural = _("values before and after")
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "label", "moment"], name="deployment_value_once"
            ),
            models.CheckConstraint(
                name="deployment_value_fits_its_kind",
                condition=Q(kind__in=["number", "change"], number__isnull=False)
                | (Q(kind="text") & ~Q(text=""))
                | Q(kind="date", date__isnull=False)
                | Q(kind="yes_no", yes__isnull=False)
                | Q(kind="in_progress"),
            ),
            models.CheckConstraint(
                name="deployment_value_period_before_its_end",
                condition=Q(period_starts_on__isnull=True) | Q(as_of__gte=F("period_starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.as_reported}"
