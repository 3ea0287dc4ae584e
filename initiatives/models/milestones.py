"""Milestones, with dates as precise as they are known."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import Sourced
from initiatives.models.initiatives import Initiative


class Precision(models.TextChoices):
    """How exactly a date is known. The stored day is the first of the span."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")
    PROJECT_MONTH = "project_month", _("Month of the project")
    ORDER = "order", _("Only the order is known")


class MilestoneStatus(models.TextChoices):
    """Whether a milestone has been reached."""

    PLANNED = "planned", _("Planned")
    REACHED = "reached", _("Reached")
    DROPPED = "dropped", _("Dropped")


class Milestone(Sourced):
    """A point or stretch on the way. The original plan stays when the dates slip.

    `starts_on` and `ends_on` hold the first and the last day of what is known: "third quarter of
    2021" is 2021-07-01 to 2021-09-30, precision quarter. A milestone of which only the order is
    known has neither; one counted in project months has `project_month`.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    precision = models.CharField(
        _("precision"), choices=Precision, default=Precision.ORDER, max_length=15
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    project_month = models.PositiveSmallIntegerField(
        _("month of the project"), null=True, blank=True
    )
    date_text = models.CharField(_("date in the city's words"), max_length=120, blank=True)
    plan_precision = models.CharField(
        _("precision of the original plan"), choices=Precision, max_length=15, blank=True
    )
    plan_starts_on = models.DateField(_("originally from"), null=True, blank=True)
    plan_ends_on = models.DateField(_("originally until"), null=True, blank=True)
    moved_because = models.CharField(
        _("why the dates moved"),
        max_length=500,
        blank=True,
        help_text=_("For the last move; the history keeps the reasons before it."),
    )
    status = models.CharField(
        _("status"), choices=MilestoneStatus, default=MilestoneStatus.PLANNED, max_length=10
    )
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                name="milestone_ends_after_start",
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end cannot be before the start."),
            ),
            models.CheckConstraint(
                name="milestone_dates_match_precision",
                condition=Q(precision="order", starts_on__isnull=True)
                | Q(precision="project_month", project_month__isnull=False)
                | Q(precision__in=["day", "month", "quarter", "year"], starts_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title
