"""The rows of a charter: dependencies, risks, stakeholders, support needed, budget lines."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import City, Organisation
from initiatives.models.initiatives import Initiative


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

    history = HistoricalRecords()

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

    history = HistoricalRecords()

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

    history = HistoricalRecords()

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


class SupportKind(models.TextChoices):
    """What kind of support an initiative needs."""

    PEOPLE = "people", _("People")
    MONEY = "money", _("Money")
    EXPERTISE = "expertise", _("Expertise")
    DECISION = "decision", _("A decision")
    PARTNERS = "partners", _("Partners")
    OTHER = "other", _("Something else")


class SupportNeed(models.Model):
    """Something an initiative asks for. Internal, as risks are."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="support_needs"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(
        _("kind"), choices=SupportKind, default=SupportKind.OTHER, max_length=10
    )
    text = models.CharField(_("what is needed"), max_length=500)
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    history = HistoricalRecords()

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("support needed")
        verbose_name_plural = _("support needed")
        constraints = [
            models.CheckConstraint(
                name="support_need_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
            )
        ]

    def __str__(self) -> str:
        return self.text


class FundingLevel(models.TextChoices):
    """Where money comes from."""

    EU = "eu", _("European Union")
    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    LOCAL = "local", _("Local")
    PRIVATE = "private", _("Private")
    UNKNOWN = "unknown", _("Not stated")


class BudgetLine(models.Model):
    """An amount of money of an initiative, to the cent. Internal, as risks are.

    With `until_year` it is paid each year from `year` on. In a consortium, `city` says whose part
    it is; without one it is everybody's.
    """

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
    until_year = models.PositiveSmallIntegerField(
        _("each year until"), null=True, blank=True, help_text=_("For what is paid every year.")
    )
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="budget_lines",
        verbose_name=_("city's part"),
    )
    level = models.CharField(
        _("funding level"), choices=FundingLevel, default=FundingLevel.UNKNOWN, max_length=10
    )
    funding_source = models.CharField(_("funding source"), max_length=200, blank=True)
    is_secured = models.BooleanField(_("secured"), default=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["initiative", "position", "pk"]
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.CheckConstraint(name="budget_line_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="budget_line_ends_after_start",
                condition=Q(until_year__isnull=True)
                | Q(year__isnull=False, until_year__gte=F("year")),
                violation_error_message=_("The last year cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount} {self.currency}"

    @property
    def years(self) -> int:
        """Return in how many years the amount is paid."""
        if self.year is None or self.until_year is None:
            return 1
        return self.until_year - self.year + 1

    @property
    def total(self) -> Decimal:
        """Return the amount of all years together."""
        return self.amount * self.years
