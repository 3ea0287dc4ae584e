"""How entries are reviewed: the stages of an edition and kind, and what each reviewer can take."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from cities.models import Edition, Theme
from marketplace.models.entries import EntryKind

CODES = re.compile(r"^([a-z]{2,3}([ ,]+|$))*$")


class Assignment(models.TextChoices):
    """How a reviewer is found."""

    AUTOMATIC = "automatic", _("The portal asks whoever suits best")
    BY_HAND = "by_hand", _("Staff ask")


class DecidedBy(models.TextChoices):
    """Who decides once the reviews are there."""

    REVIEWERS = "reviewers", _("The reviewers; the last one decides with the review")
    STAFF = "staff", _("Staff, once the reviews are given")


class ReviewProcess(models.Model):
    """The stages a kind of entry goes through, in an edition or (without one) by default.

    A revision keeps the process it was submitted under. Days are working days of the edition.
    """

    kind = models.CharField(_("kind of entry"), choices=EntryKind, max_length=14)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="review_processes"
    )
    name = models.CharField(_("name"), max_length=120)
    # Automatic checks.
    runs_checks = models.BooleanField(_("runs automatic checks"), default=True)
    asks_outside = models.BooleanField(
        _("asks other servers"), default=True, help_text=_("Whether links answer, for instance.")
    )
    minutes_for_checks = models.PositiveSmallIntegerField(
        _("minutes for the checks"),
        default=30,
        help_text=_("Then the review goes on without those that are not done."),
    )
    # Assignment.
    has_review = models.BooleanField(
        _("has a review"), default=True, help_text=_("Without one, staff decide after the checks.")
    )
    assignment = models.CharField(
        _("assignment"), choices=Assignment, default=Assignment.AUTOMATIC, max_length=10
    )
    reviewers = models.PositiveSmallIntegerField(
        _("number of reviewers"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )
    same_country_conflict = models.BooleanField(
        _("the same country is a conflict of interest"), default=False
    )
    days_to_assign = models.PositiveSmallIntegerField(_("days to find reviewers"), default=2)
    # Review.
    days_to_review = models.PositiveSmallIntegerField(_("days to review"), default=10)
    remind_days_before = models.PositiveSmallIntegerField(
        _("days before the due date for a reminder"), default=2
    )
    reassign_after_days = models.PositiveSmallIntegerField(
        _("days overdue until somebody else is asked"),
        default=5,
        help_text=_("0: never by itself."),
    )
    # Decision.
    decided_by = models.CharField(
        _("decided by"), choices=DecidedBy, default=DecidedBy.REVIEWERS, max_length=10
    )
    days_to_decide = models.PositiveSmallIntegerField(
        _("days to decide once the reviews are there"), default=3
    )
    days_in_all = models.PositiveSmallIntegerField(
        _("days from submission to decision"),
        default=15,
        help_text=_("What cities are promised; days on which changes are with them do not count."),
    )
    escalate_after_days = models.PositiveSmallIntegerField(
        _("days overdue until staff are told"), default=3
    )
    # Publication.
    embargo_until = models.DateTimeField(
        _("nothing is published before"),
        null=True,
        blank=True,
        help_text=_("Empty: at once after approval."),
    )

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("review process")
        verbose_name_plural = _("review processes")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "edition"],
                condition=Q(edition__isnull=False),
                name="process_once_per_edition",
                violation_error_message=_("This edition has a process for this kind already."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(edition__isnull=True),
                name="process_one_default",
                violation_error_message=_("This kind has a process by default already."),
            ),
            models.CheckConstraint(
                name="process_has_reviewers", condition=Q(reviewers__gte=1, reviewers__lte=9)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReviewerProfile(models.Model):
    """What a reviewer knows, reads and can take; without one they are asked for anything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer_profile"
    )
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="reviewers", help_text=_("None: no theme in particular.")
    )
    languages = models.CharField(
        _("languages"),
        max_length=100,
        blank=True,
        validators=[RegexValidator(CODES)],
        help_text=_("Codes such as: en fr el. Empty: the language of the mails."),
    )
    country = CountryField(
        _("country"), blank=True, help_text=_("Where the same country is a conflict of interest.")
    )
    capacity = models.PositiveSmallIntegerField(
        _("open reviews at most"), default=10, help_text=_("0: is not asked by the portal.")
    )
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True)

    class Meta:
        ordering = ["user__name", "pk"]
        verbose_name = _("profile of a reviewer")
        verbose_name_plural = _("profiles of reviewers")
        constraints = [
            models.CheckConstraint(
                name="reviewer_away_in_order",
                condition=Q(away_from__isnull=True, away_until__isnull=True)
                | Q(away_until__gte=models.F("away_from")),
                violation_error_message=_("Away from a day until a later one, or the same."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


def codes_of(languages: str, otherwise: str) -> set[str]:
    """Return the languages that a profile names; where it names none, that of somebody's mails."""
    return set(re.findall(r"[a-z]+", languages)) or {otherwise}
