"""Further rounds of a review, which staff add to a process: who looks once more, and at what."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.models.processes import ReviewProcess
from marketplace.models.revisions import Revision

# What a review was promised by stays as it was; who may be asked can change.
KEPT = [
    *("process_id", "position", "reviewers", "days_to_review", "rubric_id"),
    *("only_named", "asks_again"),
]


class RoundQuerySet(models.QuerySet["ReviewRound"]):
    """Questions about rounds."""

    def after(self, revision: Revision) -> RoundQuerySet:
        """Keep those that a revision, as it was submitted, has yet to go through, in their order.

        A round that was added later, or ended before, is none of its rounds.
        """
        if revision.process_id is None or revision.submitted_at is None:
            return self.none()
        found = self.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=revision.submitted_at),
            process=revision.process_id,
            added_at__lte=revision.submitted_at,
        )
        if (at := revision.round) is not None:
            found = found.filter(
                Q(position__gt=at.position) | Q(position=at.position, pk__gt=at.pk)
            )
        return found.order_by("position", "pk")


class ReviewRound(models.Model):
    """A look that follows the first one: how many review, by which rubric, within which time.

    The first round is what its process says itself. A round that was used is ended, not rewritten.
    """

    process = models.ForeignKey(ReviewProcess, on_delete=models.CASCADE, related_name="rounds")
    position = models.PositiveSmallIntegerField(
        _("order"), help_text=_("Lowest first; the process's own review comes before all of them.")
    )
    name = models.CharField(_("name"), max_length=80)
    reviewers = models.PositiveSmallIntegerField(
        _("number of reviewers"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )
    days_to_review = models.PositiveSmallIntegerField(_("days to review"), default=5)
    rubric = models.ForeignKey(
        "marketplace.Rubric",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rounds",
        verbose_name=_("rubric"),
        help_text=_("Empty: the same questions as in the first round."),
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="review_rounds",
        verbose_name=_("who may be asked"),
    )
    only_named = models.BooleanField(
        _("only those named are asked"), default=False, help_text=_("Otherwise any reviewer.")
    )
    asks_again = models.BooleanField(
        _("asks the same people again"),
        default=False,
        help_text=_("Otherwise whoever reviewed in an earlier round is not asked in this one."),
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    # What is submitted from then on does not go through it.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["process", "position", "pk"]
        verbose_name = _("further round of review")
        verbose_name_plural = _("further rounds of review")
        constraints = [
            models.CheckConstraint(
                name="round_has_reviewers", condition=Q(reviewers__gte=1, reviewers__lte=9)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to rewrite what something was submitted under, and another kind's questions."""
        if self.rubric is not None and self.rubric.kind != self.process.kind:
            raise ValidationError({"rubric": _("These are questions for another kind of entry.")})
        if not self.is_used():
            return
        before = type(self).objects.values(*KEPT).get(pk=self.pk)
        if any(getattr(self, name) != value for name, value in before.items()):
            raise ValidationError(
                _(
                    "Entries were submitted under “{name}” as it is: end it, and add another round "
                    "for those that come from now on."
                ).format(name=self.name)
            )

    def is_used(self) -> bool:
        """Say whether something was submitted since it was added, and goes by it."""
        if self.pk is None:
            return False
        return Revision.objects.filter(
            process=self.process_id, submitted_at__gte=self.added_at
        ).exists()
