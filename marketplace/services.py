"""Writes that touch several rows. Permission is the caller's matter, conflicts are refused here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cities import effects
from cities.models import City, Edition, User
from marketplace import notifications
from marketplace.models import (
    OPEN_STATES,
    ConflictOfInterest,
    Criterion,
    Entry,
    EntryKind,
    FormerAddress,
    IndexChange,
    Review,
    ReviewState,
    Revision,
    RevisionState,
    Rubric,
    Score,
)
from marketplace.models.conflicts import people_in_conflict
from marketplace.permissions import has_conflict, is_reviewer, reviewers

if TYPE_CHECKING:
    from collections.abc import Mapping

DAYS_TO_REVIEW = 14
# Parts of addresses below /marketplace/ that are pages of their own.
RESERVED = {"suggest", "offer", "compare", "search", "new"}
OPEN_REVIEW = [ReviewState.ASKED, ReviewState.STARTED]
NOT_COPIED = {
    *("id", "number", "state", "based_on", "author", "version", "created_at", "changed_at"),
    *("submitted_at", "decided_at", "published_at", "source", "demonstration"),
}


class Refused(Exception):
    """What was asked cannot be done; the words can be shown to who asked."""


# ── entries and revisions ────────────────────────────────────────────────────────────────────────
@transaction.atomic
def new_entry(
    kind: EntryKind | str, city: City | None, author: User, title: str, *, language: str = "en"
) -> Revision:
    """Create an entry with its first draft and an address of its own; return the draft.

    Raises Refused when the city has a profile already, or a profile is asked for without a city.
    """
    kind = EntryKind(kind)
    if kind == EntryKind.CITY_PROFILE:
        if city is None:
            raise Refused(_("A city profile needs a city."))
        # Held until the end, so that two people starting at once do not both find none.
        City.objects.select_for_update().get(pk=city.pk)
        if Entry.objects.filter(kind=kind, city=city).exists():
            raise Refused(_("This city has a profile already: go on with that one."))
    try:
        with transaction.atomic():
            entry = Entry.objects.create(kind=kind, city=city, slug=_free_slug(kind, city, title))
    except IntegrityError:
        # Somebody took the address at the same moment; by now it can be seen.
        entry = Entry.objects.create(kind=kind, city=city, slug=_free_slug(kind, city, title))
    return Revision.objects.create(
        entry=entry, number=1, author=author, title=title[:160], language=language
    )


@transaction.atomic
def start_revision(entry: Entry, author: User) -> Revision:
    """Start a draft from the latest revision of an entry, words and links copied; return it.

    Raises Refused while another revision is open: an entry has one at most.
    """
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    latest = entry.revisions.order_by("-number").first()
    running = entry.revisions.filter(state__in=OPEN_STATES).first()
    if running is not None:
        raise Refused(
            _("Revision {number} is open ({state}); there can be one at a time.").format(
                number=running.number, state=running.get_state_display()
            )
        )
    if latest is None:
        return Revision.objects.create(entry=entry, number=1, author=author)
    copied = {
        field.attname: getattr(latest, field.attname)
        for field in Revision._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    revision = Revision.objects.create(
        **copied, number=latest.number + 1, based_on=latest, author=author
    )
    for field in Revision._meta.many_to_many:
        getattr(revision, field.name).set(getattr(latest, field.name).all())
    return revision


def note_change(entry: Entry) -> IndexChange:
    """Note that what the public sees of an entry changed; every search index follows these rows."""
    return IndexChange.objects.create(entry=entry)


@transaction.atomic
def make_live(revision: Revision) -> None:
    """Show a published revision to the public in place of the earlier one, and note the change."""
    entry = revision.entry
    entry.live_revision = revision
    entry.first_published_at = entry.first_published_at or revision.published_at
    entry.withdrawn_at, entry.withdrawal_reason = None, ""
    changed = ("live_revision", "first_published_at", "withdrawn_at", "withdrawal_reason")
    entry.save(update_fields=changed)
    note_change(entry)


@transaction.atomic
def take_from_public(entry: Entry, reason: str) -> None:
    """Withdraw an entry: its page says so from now on, with the reason."""
    entry.withdrawn_at = timezone.now()
    entry.withdrawal_reason = reason[:300]
    entry.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    note_change(entry)


def _free_slug(kind: EntryKind, city: City | None, title: str) -> str:
    wanted = city.slug if city and kind == EntryKind.CITY_PROFILE else slugify(title)
    # A title in Greek or Bulgarian leaves nothing behind in an address of plain letters.
    wanted = wanted[:100].strip("-") or f"solution-{city.slug if city else 'shared'}"[:100]
    taken = RESERVED | {
        *Entry.objects.filter(slug__startswith=wanted).values_list("slug", flat=True),
        *FormerAddress.objects.filter(slug__startswith=wanted).values_list("slug", flat=True),
    }
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


# ── who reviews ──────────────────────────────────────────────────────────────────────────────────
def rubric_for(revision: Revision) -> Rubric | None:
    """Return what reviewers look at: of the edition it was submitted in, or the default, or None.

    The day of submission decides, so that a new edition does not change a running review.
    """
    day = timezone.localdate(revision.submitted_at) if revision.submitted_at else None
    editions = Edition.objects.on(day or timezone.localdate()).order_by().values("pk")
    found = Rubric.objects.filter(Q(edition__in=editions) | Q(edition=None))
    return (
        found.filter(kind=revision.entry.kind)
        .order_by(F("edition__starts_on").desc(nulls_last=True), "pk")
        .first()
    )


def choose_reviewer(revision: Revision) -> User | None:
    """Return who shall review: whoever reviewed the entry before, else who has least to do.

    Nobody who was asked for this revision already, wrote it, or has a conflict of interest.
    """
    entry = revision.entry
    author = [revision.author_id] if revision.author_id else []
    return (
        reviewers()
        .exclude(pk__in=revision.reviews.order_by().values("reviewer"))
        .exclude(pk__in=people_in_conflict(entry.city).order_by().values("pk"))
        .exclude(pk__in=author)
        .annotate(
            reviewed_before=Count(
                "reviews",
                filter=Q(reviews__revision__entry=entry, reviews__state=ReviewState.GIVEN),
                distinct=True,
            ),
            load=Count(
                "reviews",
                filter=Q(
                    reviews__state__in=OPEN_REVIEW,
                    reviews__revision__state=RevisionState.IN_REVIEW,
                ),
                distinct=True,
            ),
        )
        .order_by("-reviewed_before", "load", "pk")
        .first()
    )


@transaction.atomic
def assign(revision: Revision, reviewer: User) -> Review:
    """Ask somebody to review a revision, and mail them; return the review they owe.

    Raises Refused for people who are no reviewers, have a conflict, or were asked already.
    """
    if not is_reviewer(reviewer):
        raise Refused(_("{person} is not a reviewer.").format(person=reviewer))
    if reviewer.pk == revision.author_id:
        raise Refused(_("{person} wrote this revision.").format(person=reviewer))
    refuse_conflict(reviewer, revision)
    if revision.reviews.filter(reviewer=reviewer).exists():
        raise Refused(_("{person} was asked already.").format(person=reviewer))
    rubric = rubric_for(revision)
    days = rubric.days_to_review if rubric else DAYS_TO_REVIEW
    review = Review.objects.create(
        revision=revision, reviewer=reviewer, due_on=timezone.localdate() + timedelta(days=days)
    )
    notifications.tell_reviewer(review)
    return review


def refuse_conflict(user: User, revision: Revision) -> None:
    """Raise Refused if this person may not judge what the revision's city submits."""
    if has_conflict(user, revision.entry.city):
        raise Refused(
            _("{person} has a conflict of interest with {city}.").format(
                person=user, city=revision.entry.city
            )
        )


# ── a review ─────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def write_review(
    review: Review,
    *,
    version: int,
    scores: Mapping[Criterion, int],
    to_city: str,
    private_note: str,
) -> Review:
    """Keep what a reviewer wrote, in the place of version `version`; return the review as it is.

    Raises Refused for conflicts of interest, and when another window saved in between.
    """
    refuse_conflict(review.reviewer, review.revision)
    saved = Review.objects.filter(pk=review.pk, version=version).update(
        to_city=to_city, private_note=private_note, version=F("version") + 1
    )
    if not saved:
        raise Refused(
            _(
                "This review was saved from another window in the meantime. What you wrote is "
                "still here: save again to keep it in place of the other."
            )
        )
    Review.objects.filter(pk=review.pk, state=ReviewState.ASKED).update(state=ReviewState.STARTED)
    review.scores.exclude(criterion__in=scores).delete()
    for criterion, value in scores.items():
        Score.objects.update_or_create(
            review=review, criterion=criterion, defaults={"value": value}
        )
    review.refresh_from_db()
    return review


@transaction.atomic
def save_review_draft(review: Review, **written: object) -> Review:
    """Keep an unfinished review; raises Refused when it is no longer owed, or as `write_review`."""
    if not Review.objects.open().filter(pk=review.pk).exists():
        raise Refused(_("This review is closed; nothing was changed."))
    return write_review(review, **written)  # type: ignore[arg-type]


@transaction.atomic
def decline(review: Review, *, reason: str, conflict: bool = False) -> None:
    """Give a review back with a reason; another reviewer is looked for. Raises Refused when given.

    `conflict` also declares a conflict of interest with the city, for good.
    """
    declined = Review.objects.filter(pk=review.pk, state__in=OPEN_REVIEW).update(
        state=ReviewState.DECLINED, decline_reason=reason[:300], version=F("version") + 1
    )
    if not declined:
        raise Refused(_("This review is closed; it cannot be given back."))
    city = review.revision.entry.city
    if conflict and city is not None:
        ConflictOfInterest.objects.get_or_create(
            user=review.reviewer, city=city, defaults={"reason": reason[:300]}
        )
    effects.hand_over(
        "marketplace.assign",
        key=f"assign:{review.revision_id}:declined:{review.pk}",
        revision=review.revision_id,
    )


def close_reviews(revision: Revision, *, given_by: User | None) -> None:
    """End what reviewers still owe on a revision; the one who decided has given theirs."""
    owed = revision.reviews.filter(state__in=OPEN_REVIEW)
    if given_by is not None:
        owed.filter(reviewer=given_by).update(state=ReviewState.GIVEN, given_at=timezone.now())
    owed.update(state=ReviewState.ENDED)
