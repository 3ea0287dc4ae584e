"""Local Green Deals: agreements of a city with local actors, who signed, and what is done."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import Actor, Organisation, OrganisationKind, Sourced, Theme
from initiatives.models.initiatives import Initiative
from initiatives.models.kpis import KPI
from initiatives.models.milestones import Precision
from initiatives.models.roadmaps import Roadmap, shown_to


class DealStage(models.TextChoices):
    """How far a deal is, in the programme's words: planned, signed, in implementation."""

    PREPARED = "prepared", _("In preparation")
    PLANNED = "planned", _("Planned")
    SIGNED = "signed", _("Signed")
    RUNNING = "running", _("In implementation")
    DONE = "done", _("Completed")
    STOPPED = "stopped", _("Stopped")


class ActionStatus(models.TextChoices):
    """How far an action of a deal is."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class PartlyDated(models.Model):
    """Mixin for what has one date, as precise as it is known; without one, only its order counts.

    The columns are those of a milestone: `initiatives.dates.read` reads both.
    """

    precision = models.CharField(
        _("precision"), choices=Precision, default=Precision.ORDER, max_length=15
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    project_month = models.PositiveSmallIntegerField(
        _("month of the project"), null=True, blank=True
    )
    date_text = models.CharField(_("date in the city's words"), max_length=120, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_start",
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end cannot be before the start."),
            ),
            models.CheckConstraint(
                name="%(class)s_date_matches_precision",
                condition=Q(precision="order", starts_on__isnull=True)
                | Q(precision="project_month", project_month__isnull=False)
                | Q(precision__in=["day", "month", "quarter", "year"], starts_on__isnull=False),
            ),
        ]


class DealQuerySet(models.QuerySet["LocalGreenDeal"]):
    """Questions about deals."""

    def visible_to(self, user: Actor, *, inside: bool | None = None) -> DealQuerySet:
        """Keep what this person may know of: public when its roadmap and it itself are.

        `inside` is for lists of one roadmap, as `shown_to` says.
        """
        return self.filter(shown_to(user, inside=inside))

    def with_counts(self) -> DealQuerySet:
        """Count signatories, those who have signed, and actions, in the same query."""
        who, what = DealSignatory.objects.all(), DealAction.objects.all()
        return self.annotate(
            signatories_n=_count(who), signed_n=_count(who.filter(HAS_SIGNED)),
            actions_n=_count(what),
            done_n=_count(what.filter(status=ActionStatus.DONE)),
        )  # fmt: skip


# A date, or words in its place, say that somebody signed.
HAS_SIGNED = ~Q(precision=Precision.ORDER) | ~Q(date_text="")


def _count(rows: models.QuerySet[Any, Any]) -> Any:
    """Count rows of a deal without joining them to one another."""
    of_deal = rows.filter(deal=OuterRef("pk")).order_by().values("deal")
    return Coalesce(Subquery(of_deal.annotate(n=Count("pk")).values("n")), 0)


class LocalGreenDeal(PartlyDated, Sourced):
    """A deal of a city or consortium with local actors; its date is when it runs."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="deals")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    stage = models.CharField(
        _("stage"), choices=DealStage, default=DealStage.PREPARED, max_length=10
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="deals",
        verbose_name=_("theme"),
    )  # fmt: skip
    # The elements of a deal beside its partners (signatories) and actions.
    aim = models.TextField(_("aim"), blank=True)
    goals = models.TextField(_("goals it serves"), blank=True)
    governance = models.TextField(_("governance"), blank=True)
    url = models.URLField(_("where the agreement can be read"), max_length=500, blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = DealQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta(PartlyDated.Meta):
        ordering = ["roadmap", "position", "pk"]
        verbose_name = _("Local Green Deal")
        verbose_name_plural = _("Local Green Deals")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the deal's page."""
        return reverse("initiatives:deal-detail", args=[self.roadmap_id, self.pk])


class DealSignatory(PartlyDated):
    """Who signs a deal and with which pledge; its date is when it signed."""

    deal = models.ForeignKey(LocalGreenDeal, on_delete=models.CASCADE, related_name="signatories")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True,
        related_name="signed_deals", verbose_name=_("organisation"),
    )  # fmt: skip
    name = models.CharField(
        _("name"), max_length=160, blank=True, help_text=_("Only for one outside the directory.")
    )
    kind = models.ForeignKey(
        OrganisationKind, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("what it is"),
    )  # fmt: skip
    pledge = models.TextField(_("what it pledges"), blank=True)

    history = HistoricalRecords()

    class Meta(PartlyDated.Meta):
        ordering = ["deal", "position", "pk"]
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints = [
            *PartlyDated.Meta.constraints,
            models.CheckConstraint(
                name="deal_signatory_is_somebody",
                condition=Q(organisation__isnull=False) | ~Q(name=""),
                violation_error_message=_("Say who signs."),
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name if self.organisation is not None else self.name

    @property
    def has_signed(self) -> bool:
        """Say whether it is known when it signed."""
        return self.precision != Precision.ORDER or bool(self.date_text)

    @property
    def what_it_is(self) -> OrganisationKind | None:
        """Return its kind: what the directory says, or what was said here."""
        return self.organisation.kind if self.organisation is not None else self.kind


class DealAction(PartlyDated):
    """What is done under a deal; its date is when it is due."""

    deal = models.ForeignKey(LocalGreenDeal, on_delete=models.CASCADE, related_name="actions")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("action"), max_length=500)
    signatory = models.ForeignKey(
        DealSignatory, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions",
        verbose_name=_("who is responsible"),
    )  # fmt: skip
    responsible = models.CharField(_("somebody else responsible"), max_length=160, blank=True)
    status = models.CharField(
        _("status"), choices=ActionStatus, default=ActionStatus.PLANNED, max_length=10
    )
    initiative = models.ForeignKey(
        Initiative, on_delete=models.SET_NULL, null=True, blank=True, related_name="deal_actions",
        verbose_name=_("initiative"),
    )  # fmt: skip
    kpi = models.ForeignKey(
        KPI, on_delete=models.SET_NULL, null=True, blank=True, related_name="deal_actions",
        verbose_name=_("KPI that measures it"),
    )  # fmt: skip

    history = HistoricalRecords()

    class Meta(PartlyDated.Meta):
        ordering = ["deal", "position", "pk"]
        verbose_name = _("action of a deal")
        verbose_name_plural = _("actions of deals")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def by_whom(self) -> str:
        """Return who is responsible, in words."""
        return str(self.signatory) if self.signatory is not None else self.responsible
