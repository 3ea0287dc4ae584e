"""The clock of reviews, in working days: due dates, ages without pauses, the median of decisions.

Time runs from submission to decision. While changes are with the city it stands still, and goes on
where it stood when the next revision is submitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from cities.working_days import Calendars
from marketplace.models import UNDER_REVIEW, Revision, RevisionState
from marketplace.services import calendars_for, days_in_round, process_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cities.working_days import Calendar
    from marketplace.models.revisions import RevisionQuerySet

MEDIAN_OVER = timedelta(days=365)
UNDECIDED = {RevisionState.SUBMITTED, RevisionState.CHECKED, RevisionState.IN_REVIEW}
ENDS = {RevisionState.APPROVED, RevisionState.REJECTED}


@dataclass(frozen=True)
class Median:
    """The median time to a decision, in working days: over how many, decided since when.

    `invented` of the decisions are for demonstration.
    """

    days: float
    decisions: int
    invented: int
    since: date
    as_of: date


def start(revision: Revision, now: datetime) -> None:
    """Set the clock of a revision that is submitted now; the caller saves it."""
    process = process_for(revision)
    revision.process = process if process.pk else None
    calendar = calendar_of(revision)
    today = calendar.day(now)
    revision.days_before = _days_before(revision)
    left = max(process.days_in_all - revision.days_before, 1)
    revision.due_on = calendar.add(today, left)
    revision.stage_due_on = calendar.add(today, process.days_to_assign)


def move(revision: Revision, after: RevisionState, now: datetime) -> None:
    """Set the clock of a revision that comes to a state now; the caller saves it."""
    calendar, process = calendar_of(revision), process_for(revision)
    if after == RevisionState.CHECKED and not process.has_review:
        revision.stage_due_on = calendar.add(calendar.day(now), process.days_to_decide)
    elif after == RevisionState.IN_REVIEW:
        revision.stage_due_on = calendar.add(calendar.day(now), days_in_round(revision))
    elif after not in UNDER_REVIEW or after == RevisionState.APPROVED:
        revision.stage_due_on = None
    if after in ENDS and revision.submitted_at is not None:
        used = calendar.between(revision.submitted_at, now)
        revision.days_to_decision = revision.days_before + used


def wind(revision: Revision) -> None:
    """Set the clock of a revision whose dates are given, such as a loaded one; the caller saves."""
    if revision.submitted_at is None:
        return
    start(revision, revision.submitted_at)
    if revision.state == RevisionState.IN_REVIEW:
        move(revision, RevisionState.IN_REVIEW, revision.submitted_at)
    elif revision.decided_at is not None:
        accepted = revision.state in {RevisionState.PUBLISHED, RevisionState.SUPERSEDED}
        after = RevisionState.APPROVED if accepted else RevisionState(revision.state)
        move(revision, after, revision.decided_at)


def calendar_of(revision: Revision, calendars: Calendars | None = None) -> Calendar:
    """Return the calendar by which a revision's days are counted."""
    calendars = calendars or calendars_for(revision)
    return calendars.of(revision.process.edition_id if revision.process else None)


def ages(revisions: Iterable[Revision], now: datetime | None = None) -> dict[int, int]:
    """Return, by key, the working days each revision has taken, as `age` counts them.

    Takes revisions with their process fetched; asks for the calendars once.
    """
    now, calendars = now or timezone.now(), Calendars()
    return {each.pk: age(each, now, calendars) for each in revisions}


def age(revision: Revision, now: datetime, calendars: Calendars) -> int:
    """Return the working days a revision has taken, pauses left out.

    Until now while it waits for a decision, otherwise until that decision.
    """
    if revision.submitted_at is None:
        return revision.days_before
    decided = revision.decided_at or now
    end = now if revision.state in UNDECIDED else decided
    used = calendar_of(revision, calendars).between(revision.submitted_at, end)
    return revision.days_before + used


def timed(revisions: RevisionQuerySet, now: datetime | None = None) -> RevisionQuerySet:
    """Keep what the median is made of: approved or rejected in this portal within a year."""
    since = (now or timezone.now()) - MEDIAN_OVER
    return revisions.filter(days_to_decision__isnull=False, decided_at__gte=since)


def median(now: datetime | None = None, *, among: RevisionQuerySet | None = None) -> Median | None:
    """Return the median time to a decision over the last year, or None without decisions.

    Of all revisions, or `among` some. One query, whatever their number.
    """
    now = now or timezone.now()
    since = now - MEDIAN_OVER
    counted = list(
        timed(Revision.objects.all() if among is None else among, now)
        .order_by("days_to_decision")
        .values_list("days_to_decision")
        .annotate(number=Count("pk"), invented=Count("pk", filter=Q(demonstration=True)))
    )
    total = sum(number for _days, number, _invented in counted)
    if not total:
        return None
    low, high = _nth(counted, (total - 1) // 2), _nth(counted, total // 2)
    return Median(
        days=(low + high) / 2,
        decisions=total,
        invented=sum(invented for _days, _number, invented in counted),
        since=timezone.localdate(since),
        as_of=timezone.localdate(now),
    )


def _nth(counted: list[tuple[int, int, int]], position: int) -> int:
    passed = 0
    for days, number, _invented in counted:
        passed += number
        if position < passed:
            return days
    raise IndexError(position)


def _days_before(revision: Revision) -> int:
    """Return the days of the revisions that led to this one by way of changes asked for."""
    earlier = (
        Revision.objects.select_related("process")
        .filter(entry=revision.entry_id, number__lt=revision.number, submitted_at__isnull=False)
        .order_by("-number")
        .first()
    )
    if earlier is None or earlier.state != RevisionState.CHANGES_REQUESTED:
        return 0
    return age(earlier, timezone.now(), Calendars())
