"""Who shall review: without conflict, not asked before, and then whoever suits best."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from cities.models import User
from marketplace.models import (
    Review,
    ReviewerProfile,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.models.conflicts import people_in_conflict_over
from marketplace.models.processes import codes_of
from marketplace.permissions import reviewers
from marketplace.services.processes import calendars_for, process_for
from marketplace.services.rounds import OPEN_REVIEW, asked_already, may_be_asked


@dataclass(frozen=True)
class Candidate:
    """Somebody who could review a revision, by their key, and how well they suit."""

    person: int
    reviewed_before: bool
    reads_it: bool
    knows_theme: bool
    load: int

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int]:
        """Return what candidates are sorted by, the best one first."""
        suits = (not self.reviewed_before, not self.reads_it, not self.knows_theme)
        return (*suits, self.load, self.person)


def choose_reviewer(revision: Revision) -> User | None:
    """Return who shall review, or None when nobody can: the first of `candidates`."""
    found = candidates(revision)
    if not found:
        return None
    chosen = User.objects.get(pk=found[0].person)
    if getattr(revision, "_is_held", False):
        # Nobody else asks anybody meanwhile: `assign` need not ask what has just been answered.
        chosen._suits_revision = revision.pk  # type: ignore[attr-defined]
    return chosen


def candidates(revision: Revision) -> list[Candidate]:
    """Return who could be asked for a review, the one who suits best first.

    First whoever reviewed the entry before, then who reads its language, then who knows one of its
    themes, then who has least to do. Left out: people asked for this revision already or whom its
    round does not ask, its author, people with a conflict of interest, on leave, or with as much to
    do as they take.
    """
    day = calendars_for(revision).of(process_for(revision).edition_id).day(timezone.now())
    author = [revision.author_id] if revision.author_id else []
    themes = revision.themes.order_by().values("pk")
    # Whole people with their profiles would be ten times as much to read, for each submission.
    found = (
        reviewers()
        .filter(may_be_asked(revision))
        .exclude(pk__in=asked_already(revision).values("reviewer"))
        .exclude(pk__in=people_in_conflict_over(revision).order_by().values("pk"))
        .exclude(pk__in=author)
        .exclude(_is_away(day))
        .order_by()
        .values("pk", "language", "reviewer_profile__languages")
        .annotate(
            reviewed_before=_reviewed_before(revision),
            load=open_reviews(),
            takes=Coalesce("reviewer_profile__capacity", ReviewerProfile().capacity),
            knows_theme=Exists(
                ReviewerProfile.themes.through.objects.filter(
                    reviewerprofile__user=OuterRef("pk"), theme__in=themes
                )
            ),
        )
        .filter(load__lt=F("takes"))
    )
    suited = [
        Candidate(
            person=row["pk"],
            reviewed_before=bool(row["reviewed_before"]),
            reads_it=revision.language
            in codes_of(row["reviewer_profile__languages"] or "", row["language"]),
            knows_theme=row["knows_theme"],
            load=row["load"],
        )
        for row in found
    ]
    return sorted(suited, key=lambda candidate: candidate.rank)


def open_reviews(known_to: User | None = None) -> Count:
    """Return how many reviews somebody has to give, to annotate people with.

    Where the number is shown, `known_to` is who looks: what they may not know of is not counted.
    """
    owed = Q(reviews__state__in=OPEN_REVIEW, reviews__revision__state=RevisionState.IN_REVIEW)
    if known_to is not None:
        owed &= Q(reviews__in=Review.objects.visible_to(known_to).order_by())
    return Count("reviews", filter=owed, distinct=True)


def _reviewed_before(revision: Revision) -> Count:
    given = Q(reviews__revision__entry=revision.entry_id, reviews__state=ReviewState.GIVEN)
    return Count("reviews", filter=given, distinct=True)


def _is_away(day: date) -> Q:
    """Match people who are on leave that day; without an end it goes on."""
    ends_later = Q(reviewer_profile__away_until__gte=day)
    without_end = Q(reviewer_profile__away_until__isnull=True)
    return Q(reviewer_profile__away_from__lte=day) & (ends_later | without_end)
