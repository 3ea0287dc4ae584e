"""What follows from a change once it is committed, and happens once.

    with transaction.atomic():
        ...change rows...
        effects.hand_over("marketplace.check", key=f"check:{revision.pk}", revision=revision.pk)

The effect is a row in the same transaction, so a rollback leaves none and a crash loses none. After
the commit its id goes to the queue: the fast path. `periodic.sweep_effects` finds what the queue
lost. Who does the work is registered beside it, in an app's tasks.py:

    @effects.does("marketplace.check")
    def check(*, revision: int) -> None: ...

Such a function may run twice only if it failed the first time: its own changes and the mark that
the effect is done are one transaction. One that talks to the outside world is registered with
`outside=True`, runs in no transaction, and must bear running again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from cities.models import Effect, EffectState
from cities.models.effects import MAX_ATTEMPTS, EffectQuerySet

log = logging.getLogger(__name__)

# How long a worker that took an effect may stay away before another takes it up. Work in a
# transaction holds its row until it ends, so a lease that ends under it lets nobody in.
LEASE = timedelta(seconds=15)
# For work outside of transactions: longer than the worker's hard limit for one task
# (icc_portal.queues), so that a lease never ends under a worker that is still at it.
OUTSIDE_LEASE = timedelta(seconds=120)
# What the queue has had for this long without anybody taking it, it has lost.
GRACE = timedelta(seconds=30)
# A queue that failed is left alone for so long by everybody but the sweep: each attempt at a frozen
# one would hold somebody's page up for seconds.
REST_S = 10.0
FORMAT = 1

Work = Callable[..., object]
_works: dict[str, tuple[Work, bool]] = {}
_queue_rests_until = 0.0


class Postponed(Exception):
    """Raised by a work that cannot be done yet; it counts as no attempt."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"postponed until {until:%Y-%m-%d %H:%M}")
        self.until = until


def does(kind: str, *, outside: bool = False) -> Callable[[Work], Work]:
    """Register the function that does effects of this kind."""

    def register(work: Work) -> Work:
        if kind in _works and _works[kind][0].__qualname__ != work.__qualname__:
            raise ValueError(f"Two functions do {kind}.")
        _works[kind] = (work, outside)
        return work

    return register


def hand_over(
    kind: str,
    *,
    key: str,
    queue: str = "work",
    due_at: datetime | None = None,
    **arguments: int | str,
) -> Effect:
    """Write an effect and send it to the queue after the commit; return it.

    `key` names its cause: a second call with the same key writes nothing. `arguments` are ids.
    """
    effect, is_new = Effect.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "queue": queue,
            "arguments": arguments,
            "format": FORMAT,
            "due_at": due_at or timezone.now(),
        },
    )
    if is_new and effect.due_at <= timezone.now():
        transaction.on_commit(lambda: send_soon(effect), robust=True)
    return effect


def send_soon(effect: Effect) -> None:
    """Send an effect on the way of a request: not where the queue failed a moment ago."""
    global _queue_rests_until
    now = time.monotonic()
    if now < _queue_rests_until:
        return
    if _queue_rests_until:
        # One tries whether it answers again; the others wait for what comes of it.
        _queue_rests_until = now + REST_S
    send([effect])


def send(waiting: Iterable[Effect]) -> int:
    """Give effects to the queue; return how many it took. The sweep mends a dead queue."""
    global _queue_rests_until
    if not settings.DISPATCH_EFFECTS:
        return 0
    sent = []
    for effect in waiting:
        try:
            # By name: tasks.py imports this module.
            current_app.send_task(
                "cities.run_effect", (effect.pk,), queue=effect.queue, retry=False
            )
        except Exception as failure:  # noqa: BLE001 - whatever a broker raises, the sweep mends
            log.warning("The queue did not take effect %s: %s", effect.pk, failure)
            _queue_rests_until = time.monotonic() + REST_S
            break
        _queue_rests_until = 0.0
        sent.append(effect.pk)
    Effect.objects.filter(pk__in=sent).update(queued_at=timezone.now())
    return len(sent)


def sweep(limit: int = 500) -> int:
    """Send again what is due and was lost on the way; return how many effects."""
    lost = Effect.objects.lost(GRACE).order_by("due_at")[:limit]
    return send(list(lost))


def run(effect_id: int) -> bool:
    """Do one effect if it is due and nobody is at it; return whether it is done now."""
    effect = _take(effect_id)
    if effect is None:
        return False
    try:
        work, outside = _find(effect)
        if outside:
            _hold_longer(effect)
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
        _note_failure(effect, failure)
        return False
    return True


def run_pending(limit: int = 1000) -> int:
    """Do what is due, here and now, until nothing is left; return how many were done."""
    done = 0
    for _round in range(limit):
        due = list(Effect.objects.due().order_by("due_at", "pk").values_list("pk", flat=True)[:100])
        if not due:
            break
        done += sum(run(pk) for pk in due)
    return done


def retry(effect: Effect, note: str) -> bool:
    """Let an effect that was given up be tried again; return whether it was given up."""
    now = timezone.now()
    with transaction.atomic():
        changed = Effect.objects.filter(pk=effect.pk, state=EffectState.DEAD).update(
            state=EffectState.WAITING, attempts=0, due_at=now, queued_at=None, note=note
        )
        if changed:
            effect.refresh_from_db()
            transaction.on_commit(lambda: send([effect]), robust=True)
    return bool(changed)


def discard(effect: Effect, note: str) -> bool:
    """Give up for good an effect that failed; return whether it was waiting for that decision."""
    changed = Effect.objects.filter(pk=effect.pk, state=EffectState.DEAD).update(
        state=EffectState.DISCARDED, note=note
    )
    return bool(changed)


def _take(effect_id: int) -> Effect | None:
    """Mark an effect as running and count the attempt, in a transaction of its own.

    The attempt is counted before the work: one that kills its worker is given up as well.
    """
    now = timezone.now()
    taken = (
        Effect.objects.due()
        .filter(pk=effect_id, attempts__lt=MAX_ATTEMPTS)
        .update(state=EffectState.RUNNING, attempts=F("attempts") + 1, lease_until=now + LEASE)
    )
    if taken:
        return Effect.objects.get(pk=effect_id)
    # Both counts are asked: what was only not due yet a moment ago may be due by now.
    Effect.objects.due().filter(pk=effect_id, attempts__gte=MAX_ATTEMPTS).update(
        state=EffectState.DEAD,
        last_error="Its worker died each time it was tried; see the worker's log.",
    )
    return None


def _find(effect: Effect) -> tuple[Work, bool]:
    if effect.format != FORMAT:
        raise LookupError(f"Written by another release (format {effect.format}).")
    if effect.kind not in _works:
        autodiscover_modules("tasks")
    if effect.kind not in _works:
        raise LookupError(f"Nothing here does {effect.kind}.")
    return _works[effect.kind]


def _held(effect: Effect) -> EffectQuerySet:
    """Keep the effect while this worker's lease holds: another one may have taken it up since."""
    return Effect.objects.filter(
        pk=effect.pk, state=EffectState.RUNNING, lease_until=effect.lease_until
    )


def _hold_longer(effect: Effect) -> None:
    until = timezone.now() + OUTSIDE_LEASE
    _held(effect).update(lease_until=until)
    effect.lease_until = until


def _finish(effect: Effect) -> bool:
    return bool(_held(effect).update(state=EffectState.DONE, done_at=timezone.now(), last_error=""))


def _give_back(effect: Effect, **changes: Any) -> None:
    _held(effect).update(state=EffectState.WAITING, queued_at=None, **changes)


def _note_failure(effect: Effect, failure: Exception) -> None:
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
