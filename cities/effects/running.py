"""A worker's part: an effect is taken, done and marked; what fails waits, or is given up."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import timedelta
from time import monotonic as now_s
from time import sleep
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from cities.effects.sending import catching, send, send_soon
from cities.effects.works import Postponed, find, is_outside
from cities.models import Effect, EffectState
from cities.models.effects import MAX_ATTEMPTS, EffectQuerySet

log = logging.getLogger(__name__)

# How long a worker that took an effect may stay away before another takes it up. Work in a
# transaction holds its row until it ends, so a lease that ends under it lets nobody in.
LEASE = timedelta(seconds=15)
# For work outside of transactions: longer than the worker's hard limit for one task
# (icc_portal.queues), so that a lease never ends under a worker that is still at it.
OUTSIDE_LEASE = timedelta(seconds=120)
# How long a worker goes on with the effects of one message before others get their turn.
TURN_S = 5.0
# How long whoever works without a queue waits before looking for work again.
LOOK_AGAIN_S = 0.5
# What is done by the worker that did its cause; other queues are not its to serve.
SAME_WORKER = "work"

_attempt: ContextVar[int] = ContextVar("attempt", default=1)


def is_first_attempt() -> bool:
    """Say whether the effect that is being done has never failed, nor killed its worker."""
    return _attempt.get() == 1


def run_several(effect_ids: Iterable[int]) -> None:
    """Do effects one after the other, and what follows from each, for one worker's turn.

    A follower needs no way through the queue where it comes alone; several are sent, so that other
    workers share them. What is left at the end of the turn is sent again.
    """
    left: deque[int | Effect] = deque(effect_ids)
    until = now_s() + TURN_S
    while left and now_s() < until:
        with catching() as following:
            run(left.popleft())
        here = [effect for effect in following if effect.queue == SAME_WORKER]
        if len(here) == 1:
            left.appendleft(here[0])
            following = [effect for effect in following if effect is not here[0]]
        if following:
            send_soon(following)
    if left:
        keys = [one.pk if isinstance(one, Effect) else one for one in left]
        send(Effect.objects.due().filter(pk__in=keys).order_by("due_at", "pk"))


def run(waiting: int | Effect) -> bool:
    """Do one effect, named by its key or just read, if it is due and nobody is at it.

    Returns whether it is done now.
    """
    effect = take(waiting)
    if effect is None:
        return False
    attempt = _attempt.set(effect.attempts)
    try:
        work, outside = find(effect)
        if outside:
            work(**effect.arguments)
            return _finish(effect)
        with transaction.atomic():
            # The mark comes first: if the lease was lost to another worker, nothing is done.
            if not _finish(effect):
                return False
            work(**effect.arguments)
    except Postponed as postponed:
        _give_back(effect, due_at=postponed.until, attempts=F("attempts") - 1)
        return False
    except Exception as failure:
        log.exception("Effect %s failed", effect.pk)
        note_failure(effect, failure)
        return False
    finally:
        _attempt.reset(attempt)
    return True


def run_pending(limit: int = 1000, *, seconds: float = 0.0) -> int:
    """Do what is due, here and now, until nothing is left; return how many were done.

    With `seconds` it goes on looking for so long. Nothing is sent to the queue: what follows is due
    as well, and done in its turn.
    """
    done, until = 0, now_s() + seconds
    for _round in range(limit):
        due = list(Effect.objects.due().order_by("due_at", "pk").values_list("pk", flat=True)[:100])
        with catching():
            done += sum(run(pk) for pk in due)
        if due:
            continue
        if now_s() >= until:
            break
        sleep(LOOK_AGAIN_S)
    return done


def take(waiting: int | Effect) -> Effect | None:
    """Mark an effect as running and count the attempt, in a transaction of its own.

    The attempt is counted before the work: one that kills its worker is given up as well.
    """
    effect: Effect | None
    if isinstance(waiting, Effect):
        effect = waiting
    else:
        effect = Effect.objects.due().filter(pk=waiting).order_by().first()
    if effect is None:
        return None
    # Whoever takes it up counts: of several that have just read it, one still finds this count.
    mine = Effect.objects.due().filter(pk=effect.pk, attempts=effect.attempts)
    if effect.attempts >= MAX_ATTEMPTS:
        mine.update(
            state=EffectState.DEAD,
            last_error="Its worker died each time it was tried; see the worker's log.",
        )
        return None
    effect.state, effect.attempts = EffectState.RUNNING, effect.attempts + 1
    effect.lease_until = timezone.now() + (OUTSIDE_LEASE if is_outside(effect.kind) else LEASE)
    taken = mine.update(
        state=effect.state, attempts=effect.attempts, lease_until=effect.lease_until
    )
    return effect if taken else None


def _held(effect: Effect) -> EffectQuerySet:
    """Keep the effect while this worker's lease holds: another one may have taken it up since."""
    return Effect.objects.filter(
        pk=effect.pk, state=EffectState.RUNNING, lease_until=effect.lease_until
    )


def _finish(effect: Effect) -> bool:
    return bool(_held(effect).update(state=EffectState.DONE, done_at=timezone.now(), last_error=""))


def _give_back(effect: Effect, **changes: Any) -> None:
    _held(effect).update(state=EffectState.WAITING, queued_at=None, **changes)


def note_failure(effect: Effect, failure: Exception) -> None:
    """Wait longer after each failure (2, 4, 8, 16 seconds…); after the last attempt give up."""
    if isinstance(failure, DatabaseError) and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    error = f"{type(failure).__name__}: {failure}"[:2000]
    if effect.attempts >= MAX_ATTEMPTS:
        _held(effect).update(state=EffectState.DEAD, last_error=error)
        return
    _give_back(
        effect,
        due_at=timezone.now() + timedelta(seconds=2**effect.attempts),
        last_error=error,
    )
