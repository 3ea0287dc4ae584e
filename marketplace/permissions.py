"""Who may do what with entries and their reviews. They answer; callers raise."""

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, QuerySet

from cities.models import Actor, City, User
from cities.permissions import is_programme_staff, may_edit_for, may_submit_for
from marketplace.models import (
    AskedFor,
    ContactRequest,
    Entry,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.models.conflicts import people_in_conflict, people_in_conflict_over


def is_reviewer(user: Actor) -> bool:
    """Say whether somebody may be asked to review entries."""
    return bool(user.is_active and user.has_perm("marketplace.review_entry"))


def reviewers() -> QuerySet[User]:
    """Return everybody who was given the permission to review, by a group or directly."""
    review = Permission.objects.filter(
        codename="review_entry", content_type__app_label="marketplace"
    )
    by_group = User.groups.through.objects.filter(
        user=OuterRef("pk"), group__permissions__in=review
    )
    directly = User.user_permissions.through.objects.filter(
        user=OuterRef("pk"), permission__in=review
    )
    return User.objects.filter(Exists(by_group) | Exists(directly), is_active=True)


def may_use_review_desk(user: Actor) -> bool:
    """Say whether the review desk is somebody's business: reviewers and programme staff."""
    return is_reviewer(user) or is_programme_staff(user)


def has_conflict(user: Actor, revision: Revision) -> bool:
    """Say whether somebody may not judge a revision."""
    people = people_in_conflict_over(revision)
    return bool(user.is_authenticated and people.filter(pk=user.pk).exists())


def has_conflict_with(user: Actor, city: City | None) -> bool:
    """Say whether somebody may judge nothing of what this city submits."""
    return bool(user.is_authenticated and people_in_conflict(city).filter(pk=user.pk).exists())


def has_conflict_over(user: Actor, entry: Entry) -> bool:
    """Say whether somebody may not judge an entry: its owner, or one of its revisions."""
    free = Entry.objects.without_conflict_of(user)
    return bool(user.is_authenticated and not free.filter(pk=entry.pk).exists())


def may_edit_entry(user: Actor, entry: Entry) -> bool:
    """Say whether somebody may write drafts of an entry; staff do it where there is no city."""
    if entry.city is None:
        return is_programme_staff(user)
    return may_edit_for(user, entry.city)


def may_edit_revision(user: Actor, revision: Revision) -> bool:
    """Say whether somebody may change the words of a revision: of drafts only."""
    return revision.state == RevisionState.DRAFT and may_edit_entry(user, revision.entry)


def may_submit_entry(user: Actor, entry: Entry) -> bool:
    """Say whether somebody may hand an entry in for review, in its owner's name."""
    if entry.city is None:
        return is_programme_staff(user)
    return may_submit_for(user, entry.city)


def may_withdraw(user: Actor, revision: Revision) -> bool:
    """Say whether somebody may take a revision back: editors a draft, submitters what they sent.

    Staff may as well, but for drafts, which are their authors' own.
    """
    if revision.state == RevisionState.DRAFT:
        return may_edit_entry(user, revision.entry)
    return is_programme_staff(user) or may_submit_entry(user, revision.entry)


def may_answer(user: Actor, asked: ContactRequest) -> bool:
    """Say whether somebody answers a question: who writes for its city; staff, where is none."""
    if asked.city is None:
        return is_programme_staff(user)
    return user.is_superuser or may_edit_for(user, asked.city)


def may_move(user: Actor, entry: Entry) -> bool:
    """Say whether somebody may hand an entry over at once or merge it: staff without conflict."""
    return is_programme_staff(user) and not has_conflict_over(user, entry)


def may_assign(user: Actor, revision: Revision) -> bool:
    """Say whether somebody may choose who reviews a revision: staff, not on their own city's."""
    return is_programme_staff(user) and not has_conflict(user, revision)


def may_decide(user: Actor, revision: Revision) -> bool:
    """Say whether somebody may decide on a revision: staff and its reviewers, without conflict.

    Nobody decides on what they wrote. Whoever was asked for a second opinion gives that, and leaves
    the decision to others.
    """
    if not user.is_authenticated or user.pk == revision.author_id:
        return False
    asked = is_reviewer(user) and owes_a_review(user, revision)
    return (asked or is_programme_staff(user)) and not has_conflict(user, revision)


def owes_a_review(user: User, revision: Revision) -> bool:
    """Say whether somebody owes a review in the round a revision is in, not only an opinion."""
    return revision.reviews.filter(
        reviewer=user,
        state__in=[ReviewState.ASKED, ReviewState.STARTED],
        asked_for=AskedFor.REVIEW,
        round_number=revision.round_number,
    ).exists()


def may_keep_ledger(user: Actor, city: City) -> bool:
    """Say whether somebody may say how far a city is with an entry, or what it needs.

    Who may edit for the city does; staff do it for a city that asks them to.
    """
    return is_programme_staff(user) or may_edit_for(user, city)


def may_confirm_reuse(user: Actor, entry: Entry) -> bool:
    """Say whether somebody may confirm, in its owner's name, that others run an entry."""
    return may_submit_entry(user, entry)
