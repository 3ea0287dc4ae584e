"""What reviews have to do on /desk/: those somebody owes, and what staff see to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem, DeskSection
from cities.models import Effect, EffectState
from cities.models.gathering import long_texts
from marketplace.models import Review, Revision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cities.models import User

MOST_SHOWN = 8
# So many late reviews are read: several reviewers may owe one of the same revision.
MOST_LATE = 40
TEXTS = long_texts(Revision, "revision__")


def own(user: User) -> QuerySet[Review]:
    """Ask for the reviews somebody owes, the next one first."""
    return _owed(user).filter(reviewer=user)[:MOST_SHOWN]


def _owed(user: User) -> QuerySet[Review]:
    """Ask for open reviews somebody may know of, without the long texts of their revisions."""
    owed = Review.objects.visible_to(user).open().select_related("revision__entry__city")
    return owed.defer(*TEXTS).order_by("due_on", "pk")


def own_section(owed: list[Review]) -> list[DeskSection]:
    """Show the reviews somebody owes."""
    section = DeskSection(
        title=_("Your reviews"),
        items=[_review_item(review) for review in owed],
        empty=_("No review is waiting for you."),
        more_url=reverse("marketplace:review-desk"),
        more_label=_("Review desk"),
    )
    return [section]


def _review_item(review: Review, people: str = "") -> DeskItem:
    entry = review.revision.entry
    words = [str(entry.get_kind_display()), str(entry.city or ""), people]
    return DeskItem(
        title=review.revision.title,
        url=review.get_absolute_url(),
        kind=_("Review"),
        detail=" · ".join(filter(None, words)),
        due_on=review.due_on,
    )


def _late_items(late: Iterable[Review]) -> list[DeskItem]:
    """One row for each revision with a late review, naming everybody who owes one."""
    of_revision: dict[int, list[Review]] = defaultdict(list)
    for review in late:
        of_revision[review.revision_id].append(review)
    return [
        _review_item(owed[0], ", ".join(str(one.reviewer) for one in owed))
        for owed in of_revision.values()
    ]


def _waiting_words(revision: Revision) -> str:
    words = [str(revision.entry.city or "")]
    if revision.submitted_at:
        days = (timezone.now() - revision.submitted_at).days
        words.append(ngettext("waiting %d day", "waiting %d days", days) % days)
    return " · ".join(filter(None, words))


def of_staff(user: User) -> tuple[QuerySet[Any], ...]:
    """Ask for what nobody reviews, what is late, and what the worker gave up."""
    waiting = Revision.objects.visible_to(user).waiting_for_a_reviewer()
    late = _owed(user).filter(due_on__lt=timezone.localdate()).select_related("reviewer")
    waiting = waiting.select_related("entry__city").defer(*long_texts(Revision))
    return (
        waiting.order_by("submitted_at")[:MOST_SHOWN],
        late[:MOST_LATE],
        Effect.objects.filter(state=EffectState.DEAD)[:MOST_SHOWN],
    )


def staff_section(
    waiting: list[Revision], late: list[Review], dead: list[Effect]
) -> list[DeskSection]:
    """Show what staff have to see to."""
    items = [
        DeskItem(
            title=revision.title,
            url=reverse("admin:marketplace_revision_change", args=[revision.pk]),
            kind=_("Waiting for a reviewer"),
            detail=_waiting_words(revision),
            action=_("Ask a reviewer"),
        )
        for revision in waiting
    ]
    items += _late_items(late)[:MOST_SHOWN]
    items += [
        DeskItem(
            title=str(effect),
            url=reverse("admin:cities_effect_change", args=[effect.pk]),
            kind=_("Work given up"),
            detail=effect.last_error[:120],
            action=_("Retry or discard"),
        )
        for effect in dead
    ]
    section = DeskSection(
        title=_("Review queue"),
        items=items,
        empty=_("Everything under review has a reviewer, nothing is late, nothing was given up."),
        more_url=reverse("admin:marketplace_revision_changelist"),
        more_label=_("All under review"),
    )
    return [section]
