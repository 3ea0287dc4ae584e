"""The review of a revision: who was asked, what they say, what was decided, and its history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, Sourced, User
from marketplace.models.conflicts import Conflicts, asked_up_to, in_conflict
from marketplace.models.revisions import Revision, RevisionState
from marketplace.models.rubrics import Criterion


class ReviewState(models.TextChoices):
    """Where one reviewer's work stands."""

    ASKED = "asked", _("Asked")
    STARTED = "started", _("Started")
    GIVEN = "given", _("Given")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended without a review")


class AskedFor(models.TextChoices):
    """What a reviewer is asked for."""

    REVIEW = "review", _("A review")
    OPINION = "opinion", _("A second opinion")


class Recommendation(models.TextChoices):
    """What a reviewer would decide, where others do."""

    APPROVE = "approve", _("Approve")
    SEND_BACK = "send_back", _("Ask for changes")
    REJECT = "reject", _("Reject")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Questions about reviews."""

    def visible_to(self, user: Actor, known: Conflicts | None = None) -> ReviewQuerySet:
        """Keep a reviewer's own and others' given ones up to what they were asked for; staff: all.

        Others' reviews of the same round are read once the own one is given, and those of a later
        round once it is decided: one may still be asked there. Nobody reads a review of what a city
        submitted with which they have a conflict of interest (`known`, if read).
        """
        if not user.is_authenticated:
            return self.none()
        free = self.exclude(in_conflict(user, "revision__", known))
        if user.is_staff:
            return free
        own = user.reviews.exclude(state=ReviewState.DECLINED).order_by()
        here = own.filter(revision=OuterRef("revision"))
        owed = here.filter(
            state__in=[ReviewState.ASKED, ReviewState.STARTED],
            round_number=OuterRef("round_number"),
        )
        before = here.filter(round_number__lt=OuterRef("round_number"))
        by_then = here.filter(round_number__gte=OuterRef("round_number"))
        later = Q(revision__state=RevisionState.IN_REVIEW) & Exists(before) & ~Exists(by_then)
        given = Q(asked_up_to(user, "revision__"), state=ReviewState.GIVEN)
        return free.filter(Q(reviewer=user) | (given & ~Exists(owed) & ~later))

    def open(self) -> ReviewQuerySet:
        """Keep those still to be given."""
        return self.filter(
            state__in=[ReviewState.ASKED, ReviewState.STARTED],
            revision__state=RevisionState.IN_REVIEW,
        )


class Review(models.Model):
    """One reviewer's work on one revision."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField(
        _("state"), choices=ReviewState, default=ReviewState.ASKED, max_length=10
    )
    asked_for = models.CharField(
        _("asked for"), choices=AskedFor, default=AskedFor.REVIEW, max_length=10
    )
    # The round of review it was asked in, as its revision counts them.
    round_number = models.PositiveSmallIntegerField(_("round"), default=1, db_default=1)
    round = models.ForeignKey(
        "ReviewRound",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("round of review"),
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    due_on = models.DateField(_("due on"))
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)
    recommendation = models.CharField(
        _("recommendation"), choices=Recommendation, max_length=10, blank=True
    )
    to_city = models.TextField(_("comment to the city"), blank=True)
    private_note = models.TextField(_("private note to staff and reviewers"), blank=True)
    decline_reason = models.CharField(_("reason for declining"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reviewer", "round_number"],
                name="review_once_per_reviewer_and_round",
                violation_error_message=_("This person was asked already."),
            ),
            models.CheckConstraint(
                name="review_given_is_dated",
                condition=~Q(state="given") | Q(given_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.reviewer}"

    def get_absolute_url(self) -> str:
        """Return the address of the review on the reviewer's desk."""
        return reverse("marketplace:review-detail", kwargs={"pk": self.pk})

    def bars_its_reviewer(self, revision: Revision) -> bool:
        """Say whether, because of this one, its reviewer is not asked again in the round it is in.

        Takes its revision, which may be fetched already.
        """
        if self.round_number == revision.round_number:
            return True
        reviewed = self.state == ReviewState.GIVEN and self.asked_for == AskedFor.REVIEW
        return reviewed and not (revision.round is not None and revision.round.asks_again)


class Score(models.Model):
    """A reviewer's score on one criterion."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(_("score"))

    class Meta:
        ordering = ["review", "criterion__position"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="score_once_per_criterion"
            ),
            models.CheckConstraint(name="score_from_one", condition=Q(value__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class ReviewEventQuerySet(models.QuerySet["ReviewEvent"]):
    """Questions about the steps of revisions."""

    def followed_by(self, user: User) -> ReviewEventQuerySet:
        """Keep those this person reads with private words: staff, reviewers of what they review."""
        if user.is_staff:
            return self.exclude(in_conflict(user, "revision__"))
        return self.filter(asked_up_to(user, "revision__"))


class ReviewEvent(Sourced):
    """One step of a revision: from which state to which, when, by whom (or by the portal)."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(_("step"), max_length=20)
    before = models.CharField(_("from"), choices=RevisionState, max_length=20)
    after = models.CharField(_("to"), choices=RevisionState, max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="review_events",
    )
    # The round that began with it.
    round = models.ForeignKey(
        "ReviewRound",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("round of review"),
    )
    note = models.TextField(_("words to the city"), blank=True)
    private_note = models.TextField(_("private words"), blank=True)
    at = models.DateTimeField(_("at"))

    objects = ReviewEventQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "at", "pk"]
        verbose_name = _("step of a review")
        verbose_name_plural = _("steps of reviews")

    def __str__(self) -> str:
        return f"{self.revision}: {self.before} → {self.after}"
