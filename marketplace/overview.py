"""What programme staff see of all reviews at a glance: stages, ages, loads, lateness, decisions.

Every figure comes with the address of its rows. What belongs to cities with which the person has a
conflict of interest is left out of every one of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from marketplace import clock, permissions
from marketplace.models import (
    UNDER_REVIEW,
    Review,
    ReviewerProfile,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.models.conflicts import cities_in_conflict
from marketplace.steps import DECISIONS, Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from cities.models import User
    from marketplace.models.revisions import RevisionQuerySet

WEEKS = 12
WEEK = timedelta(days=7)
MOST_LATE = 20
# What waits for somebody: the stages in the order an entry passes them.
STAGES = [*UNDER_REVIEW, RevisionState.CHANGES_REQUESTED]


@dataclass(frozen=True)
class Stage:
    """How many revisions stand somewhere, and the age of the oldest in working days."""

    state: RevisionState
    number: int
    oldest: int
    late: int
    url: str
    late_url: str


@dataclass(frozen=True)
class Load:
    """What one reviewer has on the desk, and gave within the weeks that are shown."""

    reviewer: User
    open: int
    late: int
    given: int
    capacity: int | None
    url: str


@dataclass(frozen=True)
class Week:
    """The decisions of one week, from Monday on."""

    monday: date
    counts: dict[str, int]
    url: str

    @property
    def total(self) -> int:
        """All decisions of the week."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Late:
    """A revision whose promised day has passed, with its age and who has it."""

    revision: Revision
    age: int
    reviewers: list[User]


def rows_url(**asked: str | int) -> str:
    """Return the address of the review queue of the admin, narrowed."""
    address = reverse("admin:marketplace_revision_changelist")
    return f"{address}?{urlencode(asked)}" if asked else address


def revision_url(revision: Revision) -> str:
    """Return the address of a revision's page for staff."""
    return reverse("admin:marketplace_revision_change", args=[revision.pk])


def known_to(user: User) -> RevisionQuerySet:
    """Return the revisions this person may count."""
    found = Revision.objects.visible_to(user)
    return found.exclude(entry__city__in=cities_in_conflict(user)).order_by()


def stages(user: User, now: datetime | None = None) -> list[Stage]:
    """Return each stage of the review with what stands in it."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    waiting = list(
        known_to(user)
        .filter(_open_now())
        .select_related("process")
        .only("state", "submitted_at", "decided_at", "due_on", "days_before", "process")
    )
    ages = clock.ages(waiting, now)
    by_state: dict[str, list[Revision]] = defaultdict(list)
    for each in waiting:
        by_state[each.state].append(each)
    return [
        Stage(
            state=RevisionState(state),
            number=len(found := by_state[state]),
            oldest=max((ages[each.pk] for each in found), default=0),
            late=sum(_is_late(each, today) for each in found),
            url=rows_url(state=state),
            late_url=rows_url(state="late"),
        )
        for state in STAGES
    ]


def late(user: User, now: datetime | None = None) -> tuple[list[Late], int]:
    """Return what was to be decided by now, longest overdue first, at most twenty; and how many."""
    now = now or timezone.now()
    overdue = known_to(user).overdue(timezone.localdate(now))
    found = list(
        overdue.select_related("entry__city", "process").order_by("due_on", "pk")[:MOST_LATE]
    )
    ages = clock.ages(found, now)
    at_it: dict[int, list[User]] = defaultdict(list)
    owed = Review.objects.visible_to(user).open().filter(revision__in=[each.pk for each in found])
    for review in owed.select_related("reviewer"):
        at_it[review.revision_id].append(review.reviewer)
    return [Late(each, ages[each.pk], at_it[each.pk]) for each in found], overdue.count()


def loads(user: User, now: datetime | None = None) -> list[Load]:
    """Return every reviewer with what is on their desk, the fullest first."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    reviews = Review.objects.visible_to(user).order_by()
    owed = _by_reviewer(reviews.open())
    behind = _by_reviewer(reviews.open().filter(due_on__lt=today))
    given = _by_reviewer(reviews.filter(state=ReviewState.GIVEN, given_at__gte=now - WEEKS * WEEK))
    people = permissions.reviewers().select_related("reviewer_profile").order_by("name", "pk")
    rows = [
        Load(
            reviewer=person,
            open=owed[person.pk],
            late=behind[person.pk],
            given=given[person.pk],
            capacity=_capacity(person),
            url=rows_url(reviewer=person.pk),
        )
        for person in people
    ]
    return sorted(rows, key=lambda row: -row.open)


def decisions(user: User, now: datetime | None = None) -> list[Week]:
    """Return the decisions of the last twelve weeks, this one included, oldest first."""
    today = timezone.localdate(now or timezone.now())
    this_monday = today - timedelta(days=today.weekday())
    first = this_monday - (WEEKS - 1) * WEEK
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    days = (
        ReviewEvent.objects.filter(
            revision__in=known_to(user).values("pk"),
            action__in=DECISIONS,
            at__date__gte=first,
        )
        .order_by()
        .values_list(TruncDate("at"), "action")
        .annotate(Count("pk"))
    )
    for day, action, number in days:
        counted[day - timedelta(days=day.weekday())][action] += number
    mondays = [first + week * WEEK for week in range(WEEKS)]
    return [
        Week(
            monday=monday,
            counts={action: counted[monday][action] for action in _shown()},
            url=rows_url(
                state="all",
                decided_at__date__gte=f"{monday}",
                decided_at__date__lt=f"{monday + WEEK}",
            ),
        )
        for monday in mondays
    ]


def _shown() -> list[Action]:
    return [Action.APPROVE, Action.SEND_BACK, Action.REJECT]


def _open_now() -> Q:
    """Under review, or with its city: changes were asked for and nothing was submitted since."""
    later = Revision.objects.filter(
        entry=OuterRef("entry"), number__gt=OuterRef("number"), submitted_at__isnull=False
    )
    back = Q(~Exists(later), state=RevisionState.CHANGES_REQUESTED)
    return Q(state__in=UNDER_REVIEW) | back


def _is_late(revision: Revision, today: date) -> bool:
    return (
        revision.state in UNDER_REVIEW and revision.due_on is not None and revision.due_on < today
    )


def _by_reviewer(reviews: QuerySet[Review]) -> Counter[int]:
    rows: Iterable[tuple[int, int]] = reviews.values_list("reviewer").annotate(Count("pk"))
    return Counter(dict(rows))


def _capacity(person: User) -> int | None:
    profile: ReviewerProfile | None = getattr(person, "reviewer_profile", None)
    return profile.capacity if profile else None
