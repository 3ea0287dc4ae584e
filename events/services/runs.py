"""Runs of the solver in the worker: asked for, watched, cancelled, tried again.

The search runs outside of any transaction, so that its progress can be seen; it may run again after
a crash, and finds the same. What it found is kept with the run; a round that nobody sees yet takes
it over at once, a published one when staff say so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import User
from events.models import (
    OPEN_RUNS,
    MeetingRound,
    PeerRound,
    RoundState,
    RunError,
    RunState,
    SolverRun,
)
from events.services import meeting_runs, peer_runs

log = logging.getLogger(__name__)
KIND = "events.solve"
# A worker that said nothing for so long is gone; the run may be asked for again.
SILENT = timedelta(minutes=4)
# How often progress is written, and whether somebody cancelled is looked at.
LOOK_S = 1.0


class RunRefused(Exception):
    """A run cannot be started or used; the words say why."""


class Cancelled(Exception):
    """Somebody does not want the plan any more."""


@transaction.atomic
def start(
    round: PeerRound | MeetingRound, *, by: User, keeps: bool = False, seed: int = 1
) -> SolverRun:
    """Ask for a plan; return the run. Whoever asks while one is on its way gets that one."""
    round = type(round)._default_manager.select_for_update().get(pk=round.pk)
    mine = _mine(round)
    running = SolverRun.objects.filter(**mine, state__in=OPEN_RUNS).first()
    if running is not None:
        return running
    refusal = _part(round).refusal(round)
    if refusal:
        raise RunRefused(refusal)
    run = SolverRun.objects.create(**mine, asked_by=by, keeps=keeps, seed=seed)
    if round.state != RoundState.PUBLISHED:
        round.state = RoundState.SOLVING
        round.save(update_fields=["state"])
    _hand_over(run)
    return run


@transaction.atomic
def cancel(run: SolverRun) -> bool:
    """Cancel a run that has not ended; return whether it was one."""
    return _end(run, RunState.CANCELLED)


@transaction.atomic
def retry(run: SolverRun) -> bool:
    """Try again what failed or has been silent; return whether it was so."""
    run = SolverRun.objects.select_for_update().get(pk=run.pk)
    if not may_retry(run):
        return False
    run.state, run.tries, run.percent, run.error = RunState.WAITING, run.tries + 1, 0, ""
    run.save()
    _hand_over(run)
    return True


def may_retry(run: SolverRun) -> bool:
    """Say whether it makes sense to ask for it again."""
    if run.is_open:
        return run.changed_at < timezone.now() - SILENT
    newer = SolverRun.objects.filter(**_mine(run.round), pk__gt=run.pk)
    return run.state == RunState.FAILED and not newer.exists()


def work(run_id: int) -> None:
    """Search for a plan; what goes wrong is written to the run, for a person to read."""
    open_run = SolverRun.objects.filter(pk=run_id, state__in=OPEN_RUNS)
    if not open_run.update(state=RunState.RUNNING, changed_at=timezone.now()):
        return
    run = SolverRun.objects.select_related("peer_round", "meeting_round").get(pk=run_id)
    try:
        found = _part(run.round).search(run, _teller(run))
    except Cancelled:
        return
    except Exception:
        # Whatever a search stumbles over, trying it five times by itself would not mend it.
        log.exception("Run %s of the solver failed", run_id)
        _end(run, RunState.FAILED, error=RunError.BROKE_OFF)
        return
    _finish(run, found)


def _finish(run: SolverRun, found: dict[str, Any]) -> None:
    """Keep what was found; a round that nobody sees yet takes it over."""
    with transaction.atomic():
        impossible = found["plan"] is None
        state = RunState.IMPOSSIBLE if impossible else RunState.DONE
        plan = found["plan"] or {}
        report, stands_on = found["report"], found["stands_on"]
        if not _end(run, state, plan=plan, report=report, stands_on=stands_on, percent=100):
            return
        run.refresh_from_db()
        if state == RunState.DONE and run.round.state != RoundState.PUBLISHED and fits(run):
            use(run)


def fits(run: SolverRun) -> bool:
    """Say whether the rows are still those that the plan was made for, and it can be used."""
    is_new = run.state == RunState.DONE and run.used_at is None
    return is_new and _part(run.round).state_of(run.round) == run.stands_on


@transaction.atomic
def use(run: SolverRun) -> None:
    """Put a plan to use; in a published round, tell those whom it changes something for.

    Raises RunRefused when the rows are no longer those it was made for, and while another plan is
    on its way: its end says what becomes of the round.
    """
    round = _part(run.round).locked(run.round)
    if SolverRun.objects.filter(**_mine(round), state__in=OPEN_RUNS).exists():
        raise RunRefused(_("Another plan is being worked out; wait, or cancel that."))
    run = SolverRun.objects.select_for_update().get(pk=run.pk)
    if not fits(run):
        raise RunRefused(_("The round has changed since. Work it out again."))
    _part(round).put_to_use(round, run.plan)
    run.used_at = timezone.now()
    run.save(update_fields=["used_at"])
    if round.state == RoundState.PUBLISHED:
        _part(round).tell(round)
    else:
        round.state = RoundState.PROPOSED
        round.save(update_fields=["state"])


def _end(run: SolverRun, state: RunState, **values: Any) -> bool:
    """End a run that has not ended; what it kept from being used is free again."""
    now = timezone.now()
    open_run = SolverRun.objects.filter(pk=run.pk, state__in=OPEN_RUNS)
    ended = open_run.update(state=state, finished_at=now, changed_at=now, **values)
    if ended and run.round.state != RoundState.PUBLISHED:
        before = RoundState.PROPOSED if _part(run.round).has_plan(run.round) else RoundState.DRAFT
        rounds = type(run.round)._default_manager
        rounds.filter(pk=run.round.pk, state=RoundState.SOLVING).update(state=before)
    return bool(ended)


def _teller(run: SolverRun) -> Callable[[float], None]:
    """Return what the search calls with the part that is done: it writes progress, or raises."""
    last = monotonic()

    def tell(part: float) -> None:
        nonlocal last
        if monotonic() - last < LOOK_S:
            return
        last = monotonic()
        written = SolverRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            percent=min(99, int(100 * part)), changed_at=timezone.now()
        )
        if not written:
            raise Cancelled

    return tell


def _hand_over(run: SolverRun) -> None:
    effects.hand_over(KIND, key=f"solver-run:{run.pk}:{run.tries}", run=run.pk)


def _mine(round: PeerRound | MeetingRound) -> dict[str, Any]:
    name = "peer_round" if isinstance(round, PeerRound) else "meeting_round"
    return {name: round}


def _part(round: PeerRound | MeetingRound) -> Any:
    """Return the module that knows how such a round is read, searched and written."""
    return peer_runs if isinstance(round, PeerRound) else meeting_runs
