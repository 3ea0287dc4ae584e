"""Remarks of reviewers on passages of what was submitted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from marketplace.models.reviews import Review, ReviewState
from marketplace.models.revisions import Revision, RevisionState

DECIDED = [
    *(RevisionState.CHANGES_REQUESTED, RevisionState.APPROVED, RevisionState.PUBLISHED),
    *(RevisionState.REJECTED, RevisionState.SUPERSEDED),
]


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Questions about remarks."""

    def visible_to(self, user: Actor) -> RemarkQuerySet:
        """Keep those of the reviews that this person may read."""
        return self.filter(review__in=Review.objects.visible_to(user).order_by().values("pk"))

    def for_the_city(self, revision: Revision) -> RemarkQuerySet:
        """Keep what a revision's city reads with the decision, in the order of writing."""
        given = Q(review__state=ReviewState.GIVEN, review__revision__state__in=DECIDED)
        return self.filter(given, review__revision=revision, to_city=True).order_by("pk")


class Remark(models.Model):
    """What a reviewer says about one passage; its city reads it with the decision, if it may."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="remarks")
    field = models.CharField(_("part"), max_length=40)
    passage = models.CharField(_("passage"), max_length=500, blank=True)
    words = models.TextField(_("remark"))
    to_city = models.BooleanField(_("the city reads it with the decision"), default=True)
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["review", "pk"]
        verbose_name = _("remark on a passage")
        verbose_name_plural = _("remarks on passages")

    def __str__(self) -> str:
        return f"{self.review}: {self.words[:40]}"
