"""Buying together: a record that staff open from a demand, with who takes part and what is next."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Sourced
from marketplace.models.demands import Demand


class ProcurementState(models.TextChoices):
    """Where a joint procurement stands. `demand.buying` alone changes it."""

    GATHERING = "gathering", _("Cities are asked")
    PREPARING = "preparing", _("In preparation")
    TENDERED = "tendered", _("Tender is out")
    AWARDED = "awarded", _("Awarded")
    CLOSED = "closed", _("Completed")
    ABANDONED = "abandoned", _("Given up")


class JointProcurement(Sourced):
    """Several cities buy together what they all want."""

    demand = models.OneToOneField(Demand, on_delete=models.PROTECT, related_name="procurement")
    state = models.CharField(
        _("state"),
        choices=ProcurementState,
        default=ProcurementState.GATHERING,
        max_length=10,
        editable=False,
    )
    lead_buyer = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="procurements_led",
        verbose_name=_("lead buyer"),
    )
    summary = models.TextField(_("what is bought, in plain words"), blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="procurements_opened",
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("joint procurement")
        verbose_name_plural = _("joint procurements")
        constraints = [
            models.CheckConstraint(
                name="procurement_under_way_has_a_lead",
                condition=Q(state__in=["gathering", "abandoned"]) | Q(lead_buyer__isnull=False),
            ),
            models.CheckConstraint(
                name="procurement_ended_has_an_outcome",
                condition=~Q(state__in=["awarded", "closed", "abandoned"]) | ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return self.demand.title

    def get_absolute_url(self) -> str:
        """Return where it is shown: on the page of its demand."""
        return f"{self.demand.get_absolute_url()}#procurement"


class Consent(models.TextChoices):
    """What a city said to buying together."""

    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Takes part")
    DECLINED = "declined", _("Does not take part")


class Participant(models.Model):
    """A city that was asked to buy together with others."""

    procurement = models.ForeignKey(
        JointProcurement, on_delete=models.CASCADE, related_name="participants"
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="procurements")
    consent = models.CharField(
        _("consent"), choices=Consent, default=Consent.ASKED, max_length=10, editable=False
    )
    note = models.CharField(_("words"), max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="procurement_answers",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["procurement", "city__name"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["procurement", "city"], name="participant_once"),
            models.CheckConstraint(
                name="participant_answer_is_dated",
                condition=Q(consent="asked") | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_consent_display()}"


class ProcurementTask(models.Model):
    """One thing to be done on the way, with its days."""

    procurement = models.ForeignKey(
        JointProcurement, on_delete=models.CASCADE, related_name="tasks"
    )
    name = models.CharField(_("what is done"), max_length=160)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    due_on = models.DateField(_("until"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["procurement", "position", "due_on", "pk"]
        verbose_name = _("task of a procurement")
        verbose_name_plural = _("tasks of a procurement")
        constraints = [
            models.CheckConstraint(
                name="procurement_task_days_in_order",
                condition=Q(starts_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=F("starts_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProcurementDocument(models.Model):
    """Where a document of a procurement can be read."""

    procurement = models.ForeignKey(
        JointProcurement, on_delete=models.CASCADE, related_name="documents"
    )
    title = models.CharField(_("title"), max_length=160)
    url = models.URLField(_("address"), max_length=500)

    class Meta:
        ordering = ["procurement", "pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.title


class ProcurementEvent(models.Model):
    """One step of a joint procurement: from which state to which, when, by whom."""

    procurement = models.ForeignKey(
        JointProcurement, on_delete=models.CASCADE, related_name="events"
    )
    before = models.CharField(_("from"), choices=ProcurementState, max_length=10, blank=True)
    after = models.CharField(_("to"), choices=ProcurementState, max_length=10)
    note = models.TextField(_("words"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="procurement_events",
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["procurement", "pk"]
        verbose_name = _("step of a procurement")
        verbose_name_plural = _("steps of procurements")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
