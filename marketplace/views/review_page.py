"""What the page of a review shows besides the review: earlier texts, doubles, remarks, others."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Prefetch, QuerySet

from cities.models import User
from marketplace import doubles, services
from marketplace.differences import LISTS, ROWS, FieldDifference
from marketplace.models import Entry, Remark, Review, ReviewState, Revision, Score

# Revisions are not numbered in millions.
MOST_DIGITS = 7


def round_of(review: Review) -> str:
    """Return the name of a review's round; nothing where its revision goes through one only."""
    if services.number_of_rounds(review.revision) == 1:
        return ""
    return services.name_of_round(review.round_number, review.round)


def earlier(revision: Revision) -> list[Revision]:
    """Return earlier revisions that were submitted once, the latest first."""
    return list(
        revision.entry.revisions.filter(number__lt=revision.number, submitted_at__isnull=False)
        .select_related("entry")
        .prefetch_related(*LISTS, *ROWS)
        .order_by("-number")
    )


def chosen(earlier: list[Revision], number: str | None) -> Revision | None:
    """Return the revision to compare with: the one asked for, or the latest."""
    asked = [each for each in earlier if str(each.number) == number]
    return next(iter(asked or earlier), None)


def double(revision: Revision, key: str, user: User) -> Revision | None:
    """Return the revision of another entry to set beside this one.

    `key` is the address of a published entry, or that and a number of what is under review.
    """
    key = key.replace("\0", "")
    if not key:
        return None
    slug, colon, number = key.partition(":")
    if colon:
        readable = doubles.under_review_for(revision, user).select_related("entry")
        is_number = number.isascii() and number.isdecimal() and len(number) < MOST_DIGITS
        return readable.filter(entry__slug=slug, number=number).first() if is_number else None
    live = Entry.objects.live().visible_to(user).filter(kind=revision.entry.kind, slug=slug)
    entry = live.exclude(pk=revision.entry_id).select_related("live_revision__entry").first()
    return entry.live_revision if entry else None


def with_remarks(
    differences: list[FieldDifference], review: Review, user: User
) -> list[tuple[FieldDifference, list[Remark]]]:
    """Return each part with the remarks on it that this person may read."""
    found: dict[str, list[Remark]] = defaultdict(list)
    known = Remark.objects.visible_to(user).filter(review__revision=review.revision_id)
    for remark in known.select_related("review__reviewer").order_by("pk"):
        found[remark.field].append(remark)
    return [(each, found[each.name]) for each in differences]


def other_reviews(review: Review, user: User) -> QuerySet[Review]:
    """Return what others gave on the entry, as far as this person may read it, newest first."""
    return (
        Review.objects.visible_to(user)
        .filter(revision__entry=review.revision.entry, state=ReviewState.GIVEN)
        .exclude(pk=review.pk)
        .select_related("revision", "reviewer", "round")
        .prefetch_related(Prefetch("scores", Score.objects.select_related("criterion")))
        .order_by("-given_at")
    )
