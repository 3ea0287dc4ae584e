"""What programme staff see of all reviews at a glance: stages, ages, loads, lateness, decisions.

Every figure comes with the address of exactly its rows. What somebody may not read, such as what
was submitted by cities with which they are in a conflict of interest, is in none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy

from marketplace import clock, permissions
from marketplace.models import (
    UNDER_REVIEW,
    Review,
    ReviewerProfile,
    ReviewEvent,
    ReviewRound,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.rows import reviews_url, rows_url
from marketplace.steps import DECISIONS, Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from cities.models import User
    from marketplace.models.revisions import RevisionQuerySet

WEEKS = 12
WEEK = timedelta(days=7)
MOST_LATE = 20
# So many keys fit into an address.
MOST_OLDEST = 100
# What waits for somebody: the stages in the order an entry passes them.
STAGES = [*UNDER_REVIEW, RevisionState.CHANGES_REQUESTED]
# What the review queue of the admin calls two groups of revisions.
ON_THE_WAY, BACK = "way", "back"
# The ways to decide, in the order they are shown.
DECIDED = {
    Action.APPROVE: gettext_lazy("Approved"),
    Action.SEND_BACK: gettext_lazy("Changes asked for"),
    Action.REJECT: gettext_lazy("Rejected"),
}
# What it calls all weeks that are shown, and what the median is made of.
ALL_WEEKS, TIMED = "shown", "year"


@dataclass(frozen=True)
class Stage:
    """How many revisions stand somewhere, and the age of the oldest in working days.

    With a `round`: those in review that are in it, which the stage itself counts as well.
    """

    state: RevisionState
    round: ReviewRound | None
    number: int
    oldest: int
    late: int
    url: str
    oldest_url: str
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
    late_url: str
    given_url: str


@dataclass(frozen=True)
class Week:
    """The decisions of one week, from Monday on."""

    monday: date
    counts: dict[str, int]
    url: str
    urls: dict[str, str]

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
    url: str


def known_to(user: User) -> RevisionQuerySet:
    """Return the revisions this person may count."""
    return Revision.objects.visible_to(user).order_by()


def stages(user: User, now: datetime | None = None) -> list[Stage]:
    """Return each stage of the review with what stands in it."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    waiting = list(
        known_to(user)
        .on_the_way()
        .select_related("process", "round__process")
        .only(
            *("state", "submitted_at", "decided_at", "due_on", "days_before", "process"),
            *("round__name", "round__position", "round__process__name"),
        )
    )
    ages = clock.ages(waiting, now)
    by_state: dict[str, list[Revision]] = defaultdict(list)
    by_round: dict[ReviewRound, list[Revision]] = defaultdict(list)
    for each in waiting:
        by_state[each.state].append(each)
        if each.round is not None and each.state == RevisionState.IN_REVIEW:
            by_round[each.round].append(each)
    found = []
    for state in STAGES:
        found.append(_stage(state, None, by_state[state], ages, today))
        if state == RevisionState.IN_REVIEW:
            rounds = sorted(by_round, key=lambda each: (each.position, each.pk))
            found += [_stage(state, each, by_round[each], ages, today) for each in rounds]
    return found


def _stage(
    state: RevisionState | str,
    further: ReviewRound | None,
    found: list[Revision],
    ages: dict[int, int],
    today: date,
) -> Stage:
    group = BACK if state == RevisionState.CHANGES_REQUESTED else state
    narrowed = {"round": further.pk} if further else {}
    oldest = max((ages[each.pk] for each in found), default=0)
    # Pauses do not count, so that no order of the queue would bring exactly these to its top.
    theirs = [each.pk for each in found if ages[each.pk] == oldest][:MOST_OLDEST]
    return Stage(
        state=RevisionState(state),
        round=further,
        number=len(found),
        oldest=oldest,
        late=sum(_is_late(each, today) for each in found),
        url=rows_url(state=group, **narrowed),
        oldest_url=_these(theirs, group),
        late_url=rows_url(state=state, late="yes", **narrowed),
    )


def _these(keys: list[int], group: str) -> str:
    return rows_url(state=group, id__in=",".join(str(key) for key in keys))


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
    rows = [Late(each, ages[each.pk], at_it[each.pk], _these([each.pk], "late")) for each in found]
    return rows, overdue.count()


def loads(user: User, now: datetime | None = None) -> list[Load]:
    """Return every reviewer with what is on their desk, the fullest first."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    reviews = Review.objects.visible_to(user).order_by()
    owed = _by_reviewer(reviews.open())
    behind = _by_reviewer(reviews.open().filter(due_on__lt=today))
    since = today - WEEKS * WEEK
    given = _by_reviewer(reviews.filter(state=ReviewState.GIVEN, given_at__date__gte=since))
    people = permissions.reviewers().select_related("reviewer_profile").order_by("name", "pk")
    rows = [
        Load(
            reviewer=person,
            open=owed[person.pk],
            late=behind[person.pk],
            given=given[person.pk],
            capacity=_capacity(person),
            url=reviews_url(late="open", reviewer__id__exact=person.pk),
            late_url=reviews_url(late="yes", reviewer__id__exact=person.pk),
            given_url=reviews_url(
                state__exact=ReviewState.GIVEN,
                given_at__date__gte=f"{since}",
                reviewer__id__exact=person.pk,
            ),
        )
        for person in people
    ]
    return sorted(rows, key=lambda row: -row.open)


def decisions(user: User, now: datetime | None = None) -> list[Week]:
    """Return the decisions of the last twelve weeks, this one included, oldest first."""
    today = timezone.localdate(now or timezone.now())
    mondays = weeks(today)
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    days = (
        ReviewEvent.objects.filter(
            revision__in=known_to(user).values("pk"),
            action__in=DECISIONS,
            at__date__gte=mondays[0],
        )
        .order_by()
        .values_list(TruncDate("at"), "action")
        .annotate(Count("pk"))
    )
    for day, action, number in days:
        counted[day - timedelta(days=day.weekday())][action] += number
    return [
        Week(
            monday=monday,
            counts={action: counted[monday][action] for action in DECIDED},
            url=rows_url(state="all", week=f"{monday}"),
            urls={
                action: rows_url(state="all", week=f"{monday}", decision=action)
                for action in DECIDED
            },
        )
        for monday in mondays
    ]


def weeks(today: date) -> list[date]:
    """Return the Mondays of the weeks that are shown, this one last."""
    this_monday = today - timedelta(days=today.weekday())
    return [this_monday - week * WEEK for week in reversed(range(WEEKS))]


def decided_in(revisions: RevisionQuerySet, monday: date, number: int = 1) -> RevisionQuerySet:
    """Keep what was decided in the week from that day on, or in a number of weeks.

    The step says so: what was loaded from a file has a day of decision, and no step.
    """
    taken = ReviewEvent.objects.filter(
        action__in=DECISIONS, at__date__gte=monday, at__date__lt=monday + number * WEEK
    )
    return revisions.filter(pk__in=taken.order_by().values("revision"))


def decided_by(revisions: RevisionQuerySet, action: str) -> RevisionQuerySet:
    """Keep what was decided by that step; a revision is decided once."""
    taken = ReviewEvent.objects.filter(action=action)
    return revisions.filter(pk__in=taken.order_by().values("revision"))


def _is_late(revision: Revision, today: date) -> bool:
    """Say whether it is among what `overdue` asks the database for."""
    is_waiting = revision.state in UNDER_REVIEW and revision.state != RevisionState.APPROVED
    return is_waiting and revision.due_on is not None and revision.due_on < today


def _by_reviewer(reviews: QuerySet[Review]) -> Counter[int]:
    rows: Iterable[tuple[int, int]] = reviews.values_list("reviewer").annotate(Count("pk"))
    return Counter(dict(rows))


def _capacity(person: User) -> int | None:
    profile: ReviewerProfile | None = getattr(person, "reviewer_profile", None)
    return profile.capacity if profile else None
