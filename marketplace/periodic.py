"""What the clock starts for the marketplace: reminders, notices, and care for the search index.

Each may run as often as it likes: a key says which mail was written already.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from cities import effects
from cities.models import Effect, EffectState
from cities.working_days import Calendars
from marketplace import checking, freshness, notifications, services
from marketplace.filters import EntryFilter
from marketplace.ledger import telling
from marketplace.models import (
    RUNNING,
    AskedFor,
    Assignment,
    Check,
    Confirmation,
    Deployment,
    Entry,
    Review,
    Revision,
    RevisionState,
)
from marketplace.search import index
from marketplace.workflow import hold

AUTOMATIC = Assignment.AUTOMATIC
IN_REVIEW = RevisionState.IN_REVIEW
UNFINISHED = [EffectState.WAITING, EffectState.RUNNING]
log = logging.getLogger(__name__)
REMIND_OWNERS_AFTER_DAYS = (14, 42)
# No process looks further ahead than this, in days of the calendar.
FARTHEST = timedelta(days=60)
MOST_ASKED_AT_ONCE = 200
# Each may take most of a minute, and submissions wait in the same queue.
MOST_TRIED_AT_ONCE = 10


@shared_task(name="marketplace.remind_reviewers")
def remind_reviewers() -> None:
    """Remind reviewers of what is due in as few working days as the process says, once for each.

    Not of what they may not know of any more, which goes to somebody else.
    """
    services.give_back_in_conflict()
    now, calendars = timezone.now(), Calendars()
    today = timezone.localdate()
    due = Review.objects.open().filter(due_on__gte=today, due_on__lte=today + FARTHEST)
    for review in due.select_related("reviewer", "revision__entry__city", "revision__process"):
        process = services.process_for(review.revision)
        calendar = calendars.of(process.edition_id)
        day = calendar.day(now)
        is_near = calendar.count(day, review.due_on) <= process.remind_days_before
        # Whoever was asked a moment ago needs no reminder of it.
        if is_near and calendar.day(review.asked_at) < day:
            with transaction.atomic():
                notifications.remind(review)


@shared_task(name="marketplace.tell_overdue")
def tell_overdue() -> None:
    """Tell staff once a day which reviews are late."""
    with transaction.atomic():
        notifications.tell_overdue(timezone.localdate())


@shared_task(name="marketplace.escalate")
def escalate() -> None:
    """Tell staff, once for each stage, what is late by as many working days as the process says."""
    now, calendars = timezone.now(), Calendars()
    late = Revision.objects.under_review().filter(stage_due_on__lt=timezone.localdate())
    for revision in late.select_related("entry__city", "process"):
        process = services.process_for(revision)
        calendar = calendars.of(process.edition_id)
        due_on = revision.stage_due_on or revision.due_on
        days = calendar.count(due_on, calendar.day(now)) if due_on else 0
        if days >= process.escalate_after_days and days > 0:
            with transaction.atomic():
                notifications.escalate(revision, days)


@shared_task(name="marketplace.reassign_late")
def reassign_late() -> None:
    """Hand over, once a day, the reviews that are late by so much that somebody else is asked."""
    now, calendars = timezone.now(), Calendars()
    late = Review.objects.open().filter(due_on__lt=timezone.localdate(), asked_for=AskedFor.REVIEW)
    for review in late.select_related("revision__entry", "revision__process"):
        process = services.process_for(review.revision)
        calendar = calendars.of(process.edition_id)
        day = calendar.day(now)
        is_too_late = calendar.count(review.due_on, day) >= process.reassign_after_days
        if process.reassign_after_days and process.assignment == AUTOMATIC and is_too_late:
            with transaction.atomic():
                key = f"reassign:{review.pk}:{day:%Y%m%d}"
                effects.hand_over("marketplace.reassign", key=key, review=review.pk)


@shared_task(name="marketplace.look_for_reviewers")
def look_for_reviewers() -> None:
    """Try again what nobody could be asked to review before, and let rounds that are in go on.

    What never was to be given to somebody automatically, such as what was loaded from a file, is
    left to staff.
    """
    for revision in Revision.objects.waiting_for_a_decision().filter(state=IN_REVIEW):
        with transaction.atomic():
            if (held := hold(revision.pk)) is not None and held.state == IN_REVIEW:
                services.go_on_from_the_round(held)
    hour = f"{timezone.now():%Y%m%d%H}"
    for pk in Revision.objects.waiting_for_a_reviewer().values_list("pk", flat=True):
        if Effect.objects.filter(key__startswith=f"assign:{pk}:").exists():
            with transaction.atomic():
                effects.hand_over("marketplace.assign", key=f"assign:{pk}:hour:{hour}", revision=pk)


@shared_task(name="marketplace.remind_owners")
def remind_owners() -> None:
    """Remind owners, twice at most, of cities that wait for their confirmation."""
    now = timezone.now()
    waiting = Deployment.objects.by_others().filter(
        confirmation=Confirmation.WAITING,
        status__in=RUNNING,
        demonstration=False,
        entry__in=Entry.objects.live().order_by(),
    )
    for row in waiting.select_related("city", "entry__city", "entry__live_revision"):
        asked = row.steps.filter(after__in=RUNNING).order_by("-pk").first()
        if asked is None:
            continue
        # The latest one alone: after a pause of the clock, two would leave at once.
        number = sum(now - asked.at >= timedelta(days=days) for days in REMIND_OWNERS_AFTER_DAYS)
        if number:
            with transaction.atomic():
                # The step asked about is part of the key: what is run again is asked again.
                key = f"ledger:{asked.pk}:reminder:{number}"
                telling.ask(row, key=key, is_reminder=True)


@shared_task(name="marketplace.ask_whether_true")
def ask_whether_true() -> None:
    """Ask the owners of entries that nobody confirmed for a year, once in a year for each."""
    today = timezone.localdate()
    for entry in freshness.due_entries(today)[:MOST_ASKED_AT_ONCE]:
        freshness.ask(entry, today.year)


@shared_task(name="marketplace.try_links_again")
def try_links_again() -> None:
    """Try again the links of what is public and was last tried long ago, a few at a time."""
    if not settings.ASKS_OTHER_SERVERS:
        return
    before = timezone.now() - timedelta(days=settings.LINKS_TRIED_EVERY_DAYS)
    waiting = Effect.objects.filter(kind="marketplace.ask_outside", state__in=UNFINISHED).count()
    for row in Check.objects.tried_before(before)[: max(MOST_TRIED_AT_ONCE - waiting, 0)]:
        with transaction.atomic():
            checking.try_again(row)


@shared_task(name="marketplace.look_after_index")
def look_after_index() -> None:
    """Bring this host's search index up to date; make it anew when it is out of step.

    Web processes follow changes by themselves; this is for what slipped past all of them, such as
    rows deleted in the database.
    """
    try:
        if index.differs_from_database():
            log.warning("The search index is out of step with the database; it is rebuilt.")
            index.rebuild(wait=False)
    except (index.IndexUnusable, OSError) as failure:
        log.warning("The search index could not be looked after: %s", failure)


@shared_task(name="marketplace.delete_old_contacts")
def delete_old_contacts() -> None:
    """Delete what was written to owners two years ago."""
    services.delete_old_contacts()


@shared_task(name="marketplace.tell_of_new")
def tell_of_new() -> None:
    """Write to people whose saved searches find something new, each at most once in its rhythm."""
    for search in services.searches_due():
        narrowed = EntryFilter(QueryDict(search.query), queryset=Entry.objects.none())
        try:
            services.tell_of_new(search.pk, narrowed.question())
        except Exception:
            # One search that fails must not silence the others; it is looked at again.
            log.exception("Saved search %s failed", search.pk)
