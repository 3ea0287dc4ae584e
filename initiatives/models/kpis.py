"""KPIs: what is measured, what was aimed at, and what was reported, in the city's own terms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import City, Sourced
from initiatives.models import exact
from initiatives.models.initiatives import Initiative
from initiatives.models.milestones import Precision


class KPIConcept(Sourced):
    """One of the measurable concepts from local context to final effect; labels are data."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    crosswalk = models.CharField(_("elsewhere called"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("concept of KPIs")
        verbose_name_plural = _("concepts of KPIs")

    def __str__(self) -> str:
        return self.name


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")
    NONE = "none", _("Neither")


class KPI(Sourced):
    """Something an initiative measures."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="kpis")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("how it is measured"), blank=True)
    concept = models.ForeignKey(
        KPIConcept,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="kpis",
        verbose_name=_("concept"),
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(
        _("direction"), choices=Direction, default=Direction.UP, max_length=4
    )
    note = models.TextField(_("note"), blank=True)
    adds_up = models.BooleanField(
        _("values of the cities add up"),
        default=False,
        help_text=_("Tick it if nobody and nothing is counted in two cities."),
    )
    started_from = models.ForeignKey(
        "initiatives.LibraryKPI",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="kpis",
        verbose_name=_("started from"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("KPI")
        verbose_name_plural = _("KPIs")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "name"], name="kpi_name_once_per_initiative"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Comparison(models.TextChoices):
    """How a target compares."""

    AT_LEAST = "at_least", _("At least")
    AT_MOST = "at_most", _("At most")
    EXACTLY = "exactly", _("Exactly")
    NONE_LEFT = "none_left", _("None")
    CHANGE = "change", _("Change in per cent against a base year")
    EACH_YEAR = "each_year", _("So many a year")


class TargetQuerySet(models.QuerySet["Target"]):
    """Questions about targets, and changes of several."""

    def change(self, **values: Any) -> None:
        """Change each so that its history tells of it, which `update` would not."""
        for target in self:
            for name, value in values.items():
                setattr(target, name, value)
            target.save(update_fields=list(values))


class Target(Sourced):
    """What a KPI should reach by when. A new target supersedes the old one, which stays."""

    kpi = models.ForeignKey(KPI, on_delete=models.CASCADE, related_name="targets")
    comparison = models.CharField(
        _("comparison"), choices=Comparison, default=Comparison.AT_LEAST, max_length=10
    )
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6, null=True, blank=True)
    base_year = models.PositiveSmallIntegerField(_("base year"), null=True, blank=True)
    text = models.CharField(_("in words"), max_length=300, blank=True)
    origin = models.CharField(_("where it is set"), max_length=200, blank=True)
    origin_url = models.URLField(_("where that can be read"), max_length=500, blank=True)
    precision = models.CharField(
        _("precision"), choices=Precision, default=Precision.YEAR, max_length=15
    )
    due_on = models.DateField(_("by"), null=True, blank=True)
    due_until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Of a stretch such as 2025 to 2027.")
    )
    due_text = models.CharField(_("date in the city's words"), max_length=120, blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    is_former = models.BooleanField(_("set before the unit changed"), default=False)
    former_unit = models.CharField(_("unit of that time"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)

    objects = TargetQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["kpi", "due_on", "pk"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(
                name="target_says_something",
                condition=Q(value__isnull=False) | Q(comparison="none_left") | ~Q(text=""),
            ),
            models.CheckConstraint(
                name="target_change_has_base_year",
                condition=~Q(comparison="change") | Q(base_year__isnull=False),
            ),
            models.CheckConstraint(
                name="target_due_until_after_due_on",
                condition=Q(due_until__isnull=True)
                | Q(due_on__isnull=False, due_until__gte=F("due_on")),
                violation_error_message=_("The end cannot be before the start."),
            ),
            models.CheckConstraint(
                name="target_not_superseded_by_itself",
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.get_comparison_display()} {self.value or self.text}"

    def clean(self) -> None:
        """See that the number is kept as it is."""
        super().clean()
        exact.check("value", self.value)

    def lacks(self) -> dict[str, str]:
        """Return what must be said still, in words, by field."""
        found = {}
        says_something = self.value is not None or self.text
        if self.comparison != Comparison.NONE_LEFT and not says_something:
            found["value"] = gettext("Write a number, or say the target in words.")
        if self.comparison == Comparison.CHANGE and not self.base_year:
            found["base_year"] = gettext("Against which year? Example: 2015")
        return found


class ValueKind(models.TextChoices):
    """What sort of thing was reported. Only numbers are plotted."""

    NUMBER = "number", _("Number")
    CHANGE = "change", _("Change in per cent")
    TEXT = "text", _("Text")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    IN_PROGRESS = "in_progress", _("Still in progress")


class Qualifier(models.TextChoices):
    """A word that goes with a reported number."""

    EXACT = "", _("exactly")
    OVER = "over", _("over")
    UNDER = "under", _("under")
    ABOUT = "about", _("about")


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Questions about measurements."""

    def current(self) -> MeasurementQuerySet:
        """Keep what has not been corrected since."""
        return self.filter(corrected_by__isnull=True)

    def comparable(self) -> MeasurementQuerySet:
        """Keep what can be plotted: current numbers with a date, in the unit of today."""
        return self.current().filter(kind=ValueKind.NUMBER, as_of__isnull=False, is_former=False)


class Measurement(Sourced):
    """One reported value of a KPI, as it was reported: nothing rounded, guessed or forced.

    `as_reported` keeps the words of the report. A correction is a new row; `corrected_by` on the
    old row leads to it. In a consortium `city` says for which of its cities a value holds; without
    one it holds for all of them together. A former value was reported in another unit, before the
    series was begun anew.
    """

    kpi = models.ForeignKey(KPI, on_delete=models.CASCADE, related_name="measurements")
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="measurements"
    )
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
        _("precision"), choices=Precision, default=Precision.DAY, max_length=15
    )
    period_starts_on = models.DateField(_("period from"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    source_url = models.URLField(_("where it can be seen"), max_length=500, blank=True)
    is_former = models.BooleanField(_("reported before the unit changed"), default=False)
    former_unit = models.CharField(_("unit of that time"), max_length=40, blank=True)
    corrected_by = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="corrects"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
    )
    reported_at = models.DateTimeField(_("reported at"), auto_now_add=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", F("as_of").asc(nulls_last=True), "reported_at", "pk"]
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.CheckConstraint(
                name="measurement_value_fits_its_kind",
                condition=Q(kind__in=["number", "change"], number__isnull=False)
                | (Q(kind="text") & ~Q(text=""))
                | Q(kind="date", date__isnull=False)
                | Q(kind="yes_no", yes__isnull=False)
                | Q(kind="in_progress"),
            ),
            models.CheckConstraint(
                name="measurement_period_before_its_end",
                condition=Q(period_starts_on__isnull=True) | Q(as_of__gte=F("period_starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.as_reported}"

    def clean(self) -> None:
        """See that the number is kept as it is."""
        super().clean()
        exact.check("number", self.number)
