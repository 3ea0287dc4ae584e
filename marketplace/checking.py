"""The automatic checks of a submission as work: each has its row and its state.

What is checked here must be done before the review goes on, or its time be over: all of it at once
or, after that failed, each as an effect of its own, so that one which breaks holds up no other.
What asks other servers has a queue of its own, and its result arrives whenever it does.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from marketplace import checks, links, services
from marketplace.mentions import links_of
from marketplace.models import Check, CheckState, Revision, RevisionState

log = logging.getLogger(__name__)

OUTSIDE = {"answers": links.try_links}
UNFINISHED = [CheckState.QUEUED, CheckState.RUNNING]


def begin(revision: Revision, *, one_by_one: bool) -> None:
    """Make or queue the checks that a revision's process asks for, and what ends their time."""
    process = services.process_for(revision)
    # More than one check looks at the links, and those stand at the figures as well.
    prefetch_related_objects([revision], "figures")
    asks_outside = process.runs_checks and process.asks_outside and settings.ASKS_OTHER_SERVERS
    if asks_outside and links_of(revision):
        for row in _rows(revision, list(OUTSIDE)):
            _hand_over_outside(row, key=f"ask-outside:{row.pk}")
    if process.runs_checks and not one_by_one:
        checks.run(revision)
    if one_by_one:
        for row in _rows(revision, checks.names_for(revision) if process.runs_checks else []):
            effects.hand_over("marketplace.run_check", key=f"run-check:{row.pk}", check=row.pk)
        effects.hand_over(
            "marketplace.end_checks",
            key=f"end-checks:{revision.pk}",
            due_at=timezone.now() + timedelta(minutes=process.minutes_for_checks),
            revision=revision.pk,
        )


def try_again(row: Check) -> None:
    """Queue once more what asks other servers, once a day however often this is called.

    The row says that it was queued anew, so that one whose work is given up waits for its turn
    behind the others.
    """
    now = timezone.now()
    Check.objects.filter(pk=row.pk).update(asked_at=now)
    _hand_over_outside(row, key=f"ask-outside:{row.pk}:again:{now:%Y%m%d}")


def run_here(row: Check) -> None:
    """Make a check and write down what it found."""
    checks.keep(row, checks.find(row.revision, row.name))


def ask_outside(row: Check) -> None:
    """Make a check that asks other servers, in no transaction, and write down what it found."""
    Check.objects.filter(pk=row.pk).update(state=CheckState.RUNNING)
    checks.keep(row, OUTSIDE[row.name](row.revision))


def give_up(revision: Revision) -> None:
    """Note what is still not done as such; a result that comes late replaces the note."""
    revision.checks.filter(state__in=UNFINISHED).update(
        state=CheckState.UNDONE, message=_("It was not done in time.")
    )


def are_done(revision: Revision) -> bool:
    """Say whether nothing that is checked here is still to be done."""
    return not revision.checks.exclude(name__in=OUTSIDE).filter(state__in=UNFINISHED).exists()


def waiting(pk: int) -> Check | None:
    """Return a check whose revision is still on its way, or None, with a word in the log."""
    row = Check.objects.select_related("revision__entry__city").filter(pk=pk).first()
    if row is None:
        log.info("Check %s is gone; nothing to do.", pk)
        return None
    if row.revision.state in {RevisionState.WITHDRAWN, RevisionState.SUPERSEDED}:
        log.info("Revision %s has moved on; check %s is left.", row.revision_id, pk)
        Check.objects.filter(pk=pk, state__in=UNFINISHED).update(state=CheckState.UNDONE)
        return None
    return row


def _hand_over_outside(row: Check, *, key: str) -> None:
    effects.hand_over("marketplace.ask_outside", key=key, queue="outside", check=row.pk)


def _rows(revision: Revision, names: list[str]) -> list[Check]:
    """Return the rows of these checks, in that order; those that are not there yet are written."""
    Check.objects.bulk_create(
        [Check(revision=revision, name=name) for name in names], ignore_conflicts=True
    )
    found = {row.name: row for row in revision.checks.filter(name__in=names)}
    return [found[name] for name in names]
