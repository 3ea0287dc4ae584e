"""Revisions of entries: what is written, submitted, reviewed and published."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City, Goal, Organisation, Sourced, Theme
from marketplace.models.conflicts import asked_up_to, in_conflict
from marketplace.models.entries import Entry
from marketplace.models.vocabulary import (
    CostBand,
    Funding,
    Maturity,
    Standard,
    Technology,
    YearlyCost,
)


class RevisionState(models.TextChoices):
    """Where a revision stands. `workflow.perform` alone changes it."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHECKED = "checked", _("Checked, waiting for a reviewer")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Replaced by a later revision")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# A revision in one of these is on its way; an entry has one such revision at most.
OPEN_STATES = ["draft", "submitted", "checked", "in_review", "approved"]
UNDER_REVIEW = ["submitted", "checked", "in_review", "approved"]


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Questions about revisions."""

    def visible_to(self, user: Actor) -> RevisionQuerySet:
        """Keep what this person may read.

        The public: published ones that are live. Officers: their cities'. Reviewers: those they
        were asked to review and have no conflict with, and the earlier ones of the same entry.
        Mentors and experts: the profiles of the cities they help. Staff: all they have no conflict
        of interest over.
        """
        public = Q(live_for__isnull=False, entry__withdrawn_at__isnull=True)
        if not user.is_authenticated:
            return self.filter(public)
        own = City.objects.acted_for_by(user).order_by().values("pk")
        helped = self.model.objects.of_helped_cities(user).order_by().values("pk")
        theirs = public | Q(entry__city__in=own) | Q(pk__in=helped)
        if user.is_staff:
            return self.filter(theirs | ~in_conflict(user))
        return self.filter(theirs | (Q(asked_up_to(user)) & ~Q(state=RevisionState.DRAFT)))

    def of_helped_cities(self, user: Actor) -> RevisionQuerySet:
        """Keep the profiles of the cities that this person helps as a mentor or an expert."""
        if not user.is_authenticated:
            return self.none()
        helped = user.expert_assignments.running().order_by().values("city")
        return self.filter(entry__kind="city_profile", entry__city__in=helped)

    def under_review(self) -> RevisionQuerySet:
        """Keep what is somewhere between submission and decision."""
        return self.filter(state__in=UNDER_REVIEW)

    def waiting_for_a_reviewer(self) -> RevisionQuerySet:
        """Keep what passed the checks and fewer people review, or have reviewed, than shall.

        In the round of review it is in.
        """
        shall = Coalesce("round__reviewers", "process__reviewers", 1)
        at_it = Count(
            "reviews",
            filter=Q(
                reviews__state__in=["asked", "started", "given"],
                reviews__asked_for="review",
                reviews__round_number=F("round_number"),
            ),
            distinct=True,
        )
        reviewed = Q(process__isnull=True) | Q(process__has_review=True)
        return (
            self.filter(reviewed, state__in=[RevisionState.CHECKED, RevisionState.IN_REVIEW])
            .alias(at_it=at_it, shall=shall)
            .filter(at_it__lt=F("shall"))
        )

    def waiting_for_a_decision(self) -> RevisionQuerySet:
        """Keep what staff must decide: every review is given, or there is none to be given."""
        owed = self.model.objects.filter(
            reviews__state__in=["asked", "started"], reviews__asked_for="review"
        ).order_by()
        given = self.model.objects.filter(
            reviews__state="given",
            reviews__asked_for="review",
            reviews__round_number=F("round_number"),
        ).order_by()
        return self.filter(
            Q(state=RevisionState.CHECKED, process__has_review=False)
            | Q(state=RevisionState.IN_REVIEW, pk__in=given.values("pk"))
        ).exclude(pk__in=owed.values("pk"))

    def with_the_city(self) -> RevisionQuerySet:
        """Keep what changes were asked for, as long as nothing was submitted since."""
        later = self.model.objects.filter(
            entry=OuterRef("entry"), number__gt=OuterRef("number"), submitted_at__isnull=False
        ).order_by()
        return self.filter(~Exists(later), state=RevisionState.CHANGES_REQUESTED)

    def on_the_way(self) -> RevisionQuerySet:
        """Keep what waits for somebody: under review, or with its city."""
        back = self.model.objects.with_the_city().order_by()
        return self.filter(Q(state__in=UNDER_REVIEW) | Q(pk__in=back.values("pk")))

    def overdue(self, day: date) -> RevisionQuerySet:
        """Keep what is under review beyond the day it was to be decided by."""
        return self.under_review().exclude(state=RevisionState.APPROVED).filter(due_on__lt=day)

    def embargoed(self) -> RevisionQuerySet:
        """Keep what is approved and waits for a moment to be published."""
        return self.filter(state=RevisionState.APPROVED, embargo_until__gt=timezone.now())


class Revision(Sourced):
    """One version of an entry. Once submitted its words never change; a later one replaces it."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(
        _("state"),
        choices=RevisionState,
        default=RevisionState.DRAFT,
        max_length=20,
        editable=False,
    )
    based_on = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="later_revisions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    title = models.CharField(_("title"), max_length=160, blank=True)
    summary = models.CharField(_("summary in one or two sentences"), max_length=300, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="revisions")
    # A solution.
    problem = models.TextField(_("problem"), blank=True)
    approach = models.TextField(_("solution"), blank=True)
    results = models.TextField(_("results"), blank=True)
    evidence_url = models.URLField(_("where the results can be seen"), max_length=500, blank=True)
    needs = models.TextField(_("what it takes to run it"), blank=True)
    did_not_work = models.TextField(_("what did not work"), blank=True)
    maturity = models.CharField(_("maturity"), choices=Maturity, max_length=10, blank=True)
    cost_band = models.CharField(_("cost"), choices=CostBand, max_length=10, blank=True)
    yearly_cost = models.CharField(_("yearly cost"), choices=YearlyCost, max_length=10, blank=True)
    fundings = models.ManyToManyField(
        Funding, verbose_name=_("funding"), blank=True, related_name="revisions"
    )
    months_to_deploy = models.PositiveSmallIntegerField(
        _("months to introduce it"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_open_source = models.BooleanField(_("open source"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=80, blank=True)
    repository_url = models.URLField(_("source code"), max_length=500, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    software_version = models.CharField(_("version of the software"), max_length=40, blank=True)
    released_on = models.DateField(_("released on"), null=True, blank=True)
    standards = models.ManyToManyField(
        Standard, verbose_name=_("standards"), blank=True, related_name="revisions"
    )
    technologies = models.ManyToManyField(Technology, blank=True, related_name="revisions")
    goals = models.ManyToManyField(Goal, blank=True, related_name="revisions")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="revisions")
    publiccode = models.JSONField(
        _("kept from its publiccode.yml"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What its file says beyond the fields here; the export says it again."),
    )
    # A city profile.
    story = models.TextField(_("story"), blank=True)
    strategy = models.TextField(_("strategy"), blank=True)
    ambitions = models.TextField(_("ambitions"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    # The clock of its review; days are working days. `workflow.perform` alone sets these.
    process = models.ForeignKey(
        "ReviewProcess",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="revisions",
        verbose_name=_("review process"),
    )
    # The round of review it is in: how many there were with it, and which (none: the first).
    round_number = models.PositiveSmallIntegerField(
        _("round"), default=1, db_default=1, editable=False
    )
    round = models.ForeignKey(
        "ReviewRound",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="revisions",
        verbose_name=_("round of review"),
    )
    due_on = models.DateField(_("to be decided by"), null=True, blank=True, editable=False)
    stage_due_on = models.DateField(_("stage due on"), null=True, blank=True, editable=False)
    days_before = models.PositiveSmallIntegerField(
        _("days spent on earlier revisions"), default=0, editable=False
    )
    days_to_decision = models.PositiveSmallIntegerField(
        _("days to the decision"), null=True, blank=True, editable=False
    )
    embargo_until = models.DateTimeField(
        _("not published before"), null=True, blank=True, editable=False
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="revision_by_state"),
            models.Index(
                fields=["decided_at", "days_to_decision"],
                condition=Q(days_to_decision__isnull=False),
                name="revision_by_decision",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=OPEN_STATES),
                name="revision_one_open_per_entry",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state="published"),
                name="revision_one_published_per_entry",
            ),
            models.CheckConstraint(
                name="revision_submitted_is_dated",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="revision_published_is_dated",
                condition=~Q(state__in=["published", "superseded"]) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.entry.slug} ({self.number})"

    def get_language_display(self) -> str:
        """Return the name of the language, or its code where Django knows no name."""
        try:
            return str(get_language_info(self.language)["name_translated"])
        except KeyError:
            return self.language

    def get_absolute_url(self) -> str:
        """Return the address where the owner sees where this revision stands."""
        return reverse(
            "marketplace:revision-detail",
            kwargs={"slug": self.entry.slug, "number": self.number},
        )
