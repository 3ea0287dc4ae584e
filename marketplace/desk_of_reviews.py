"""What reviews have to do on /desk/: those somebody owes, and what staff see to."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities import effects
from cities.desk import DeskItem, DeskPart, DeskSection, counted, in_all, left_out
from cities.models import Effect, EffectState
from cities.models.gathering import long_texts
from marketplace.models import Review, Revision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cities.models import User

MOST_SHOWN = 8
# Under these names a desk shows all of a section.
OWN, QUEUE = "reviews", "queue"
# So many late reviews are read: several reviewers may owe one of the same revision.
MOST_LATE = 40
TEXTS = long_texts(Revision, "revision__")


def own_part(user: User, *, whole: str) -> DeskPart:
    """Ask for the reviews somebody owes, the next one first; for all of them, if `whole` is so."""
    most = None if whole == OWN else MOST_SHOWN
    return DeskPart((counted(_owed(user).filter(reviewer=user))[:most],), own_section)


def _owed(user: User) -> QuerySet[Review]:
    """Ask for open reviews somebody may know of, without the long texts of their revisions."""
    owed = Review.objects.visible_to(user).open().select_related("revision__entry__city")
    return owed.defer(*TEXTS).order_by("due_on", "pk")


def own_section(owed: list[Review]) -> list[DeskSection]:
    """Show the reviews somebody owes."""
    section = DeskSection(
        key=OWN,
        title=_("Your reviews"),
        beyond=left_out(owed, _more_reviews),
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


def _late_items(late: Sequence[Review], most: int | None) -> tuple[list[DeskItem], list[str]]:
    """One row for each revision with a late review, naming everybody who owes one.

    Says also how many late reviews stand in none of the rows.
    """
    of_revision: dict[int, list[Review]] = defaultdict(list)
    for review in late:
        of_revision[review.revision_id].append(review)
    shown = list(of_revision.values())[:most]
    items = [_review_item(owed[0], ", ".join(str(one.reviewer) for one in owed)) for owed in shown]
    beyond = in_all(late) - sum(map(len, shown))
    return items, [_more_late(beyond)] if beyond > 0 else []


def _waiting_words(revision: Revision) -> str:
    words = [str(revision.entry.city or "")]
    if revision.submitted_at:
        days = (timezone.now() - revision.submitted_at).days
        words.append(ngettext("waiting %d day", "waiting %d days", days) % days)
    return " · ".join(filter(None, words))


def staff_part(user: User, *, whole: str) -> DeskPart:
    """Ask for what nobody reviews, what is late, and what the worker gave up."""
    most = None if whole == QUEUE else MOST_SHOWN
    return DeskPart(_of_staff(user, most), partial(staff_section, most=most))


def _of_staff(user: User, most: int | None) -> tuple[QuerySet[Any], ...]:
    waiting = Revision.objects.visible_to(user).waiting_for_a_reviewer()
    late = _owed(user).filter(due_on__lt=timezone.localdate()).select_related("reviewer")
    # Found by grouping: among groups, rows cannot be counted in the same breath.
    waiting = Revision.objects.filter(pk__in=waiting.order_by().values("pk"))
    waiting = waiting.select_related("entry__city").defer(*long_texts(Revision))
    dead = Effect.objects.filter(state=EffectState.DEAD).exclude(effects.hidden_from(user))
    return (
        counted(waiting.order_by("submitted_at", "pk"))[:most],
        counted(late)[: most and MOST_LATE],
        counted(dead)[:most],
    )


def staff_section(
    waiting: list[Revision], late: list[Review], dead: list[Effect], *, most: int | None
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
    late_items, more_late = _late_items(late, most)
    items += late_items
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
        key=QUEUE,
        title=_("Review queue"),
        items=items,
        beyond=[*left_out(waiting, _more_waiting), *more_late, *left_out(dead, _more_given_up)],
        empty=_("Everything under review has a reviewer, nothing is late, nothing was given up."),
        more_url=reverse("admin:marketplace_revision_changelist"),
        more_label=_("All under review"),
    )
    return [section]


# ── how many more ───────────────────────────────────────────────────────────────────────────────
def _more_reviews(number: int) -> str:
    return ngettext("%d more review", "%d more reviews", number) % number


def _more_waiting(number: int) -> str:
    return ngettext(
        "%d more that waits for a reviewer", "%d more that wait for a reviewer", number
    ) % number  # fmt: skip


def _more_late(number: int) -> str:
    return ngettext("%d more late review", "%d more late reviews", number) % number


def _more_given_up(number: int) -> str:
    return ngettext(
        "%d more piece of work given up", "%d more pieces of work given up", number
    ) % number  # fmt: skip
