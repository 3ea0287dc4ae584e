"""Values that are fetched from a city's own data: from where, how often, and what came."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City
from initiatives.models.kpis import KPI, Measurement, ValueKind
from initiatives.models.roadmaps import Roadmap

LONGEST_ASKING = timedelta(minutes=10)


class SourceKind(models.TextChoices):
    """What sort of place values come from."""

    OPENDATASOFT = "opendatasoft", _("OpenDataSoft portal")
    CKAN = "ckan", _("CKAN portal")
    CSV = "csv", _("CSV file in the web")
    JSON = "json", _("JSON address")


class Schedule(models.TextChoices):
    """How often a value is fetched."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class ConnectorStatus(models.TextChoices):
    """Whether a connector fetches."""

    SETUP = "setup", _("Being set up")
    ACTIVE = "active", _("Fetching")
    PAUSED = "paused", _("Paused")


class ConnectorQuerySet(models.QuerySet["Connector"]):
    """Questions about connectors."""

    def visible_to(self, user: Actor) -> ConnectorQuerySet:
        """Keep those of the teams of this person, and all for staff; nobody else learns of them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self.all()
        own = Roadmap.objects.acted_for_by(user).order_by().values("pk")
        return self.filter(kpi__initiative__roadmap__in=own)


class Connector(models.Model):
    """Where the value of a KPI comes from by itself.

    `pick` says which of the values there; `sealed_credential` is what the source is told to let us
    in: it is written, sent, and never shown. While `asked_at` is set the worker is asking the
    source for a preview or a trial. `trouble` is what went wrong last, since `failing_since`.
    `unit` is that of the KPI when a person last looked at what comes from here: in another one no
    value counts before somebody has confirmed it.
    """

    kpi = models.ForeignKey(KPI, on_delete=models.CASCADE, related_name="connectors")
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="connectors"
    )
    kind = models.CharField(_("kind of source"), choices=SourceKind, max_length=12)
    address = models.URLField(_("address"), max_length=1000)
    where = models.CharField(_("filter"), max_length=300, blank=True)
    pick = models.CharField(_("which value"), max_length=500, blank=True)
    unit = models.CharField(_("confirmed in the unit"), max_length=40, blank=True, editable=False)
    schedule = models.CharField(
        _("how often"), choices=Schedule, default=Schedule.MONTHLY, max_length=7
    )
    sealed_credential = models.TextField(_("credential"), blank=True, editable=False)
    status = models.CharField(
        _("status"), choices=ConnectorStatus, default=ConnectorStatus.SETUP, max_length=6
    )
    choices = models.JSONField(_("what can be chosen"), default=list, editable=False)
    trial = models.CharField(_("trial value"), max_length=60, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"), null=True, editable=False)
    next_due_at = models.DateTimeField(_("next at"), null=True, editable=False, db_index=True)
    last_tried_at = models.DateTimeField(_("tried at"), null=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    denied_since = models.DateTimeField(_("not let in since"), null=True, editable=False)
    trouble = models.CharField(_("trouble"), max_length=20, blank=True, editable=False)
    trouble_detail = models.CharField(_("detail"), max_length=60, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="connectors"
    )
    created_at = models.DateTimeField(_("set up at"), auto_now_add=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ConnectorQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "pk"]
        verbose_name = _("KPI connector")
        verbose_name_plural = _("KPI connectors")
        constraints = [
            models.CheckConstraint(
                name="connector_fetches_a_chosen_value", condition=~Q(status="active") | ~Q(pick="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse(
            "initiatives:connector-detail", args=[self.kpi.initiative.slug, self.kpi_id, self.pk]
        )

    @property
    def has_other_unit(self) -> bool:
        """Say whether the KPI counts in another unit than when somebody last looked."""
        return self.unit != self.kpi.unit

    @property
    def is_asking(self) -> bool:
        """Say whether the worker is at it; an answer that does not come is not waited for."""
        return self.asked_at is not None and timezone.now() - self.asked_at < LONGEST_ASKING


class FetchedState(models.TextChoices):
    """What became of a fetched value."""

    TAKEN = "taken", _("Taken over")
    HELD = "held", _("Waits for confirmation")
    REFUSED = "refused", _("Not taken over")


class FetchedValue(models.Model):
    """What a source said in one period (a day, a week, a month), once.

    A value that was taken over leads to its measurement; one that is like the last one of the same
    month leads to that.
    """

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="fetched")
    period = models.DateField(_("period"))
    kind = models.CharField(_("kind of value"), choices=ValueKind, max_length=12)
    number = models.DecimalField(
        _("number"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    date = models.DateField(_("date"), null=True, blank=True)
    yes = models.BooleanField(_("yes"), null=True, blank=True)
    state = models.CharField(_("state"), choices=FetchedState, max_length=8)
    fetched_at = models.DateTimeField(_("fetched at"))
    measurement = models.ForeignKey(
        Measurement, on_delete=models.SET_NULL, null=True, blank=True, related_name="fetched"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        ordering = ["-period", "-pk"]
        verbose_name = _("fetched value")
        verbose_name_plural = _("fetched values")
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "period"], name="fetched_value_once_per_period"
            ),
            models.CheckConstraint(
                name="fetched_value_fits_its_kind",
                condition=Q(kind="number", number__isnull=False)
                | Q(kind="date", date__isnull=False)
                | Q(kind="yes_no", yes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connector}, {self.period}"
