"""Effects on their way to a worker: written with their cause, sent after the commit, swept up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cities.effects.works import FORMAT
from cities.models import Effect, EffectState

log = logging.getLogger(__name__)

# What the queue has had for this long without anybody taking it, it has lost.
GRACE = timedelta(seconds=30)
# A queue that failed is left alone for so long by everybody but the sweep: each attempt at a frozen
# one would hold somebody's page up for seconds.
REST_S = 10.0
# So many effects travel in one message, since a message costs as much as a small effect. What waits
# for other people's servers travels alone, so that none waits for another's server.
PARCEL = {"work": 10}


class _OfThread(threading.local):
    """What the transaction of this thread has handed over so far; who asked to be given it."""

    def __init__(self) -> None:
        self.waiting: list[Effect] = []
        self.caught: list[Effect] | None = None


_here = _OfThread()
_queue_rests_until = 0.0


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
    fresh = _fresh(kind, key, queue, arguments, due_at)
    return _write([fresh])[0]


def hand_over_all(
    kind: str, causes: Mapping[str, Mapping[str, int | str]], *, queue: str = "work"
) -> None:
    """Hand over an effect of a kind for each cause, a key with its arguments: two statements."""
    if causes:
        _write([_fresh(kind, key, queue, given, None) for key, given in causes.items()])


def _fresh(
    kind: str, key: str, queue: str, given: Mapping[str, int | str], due_at: datetime | None
) -> Effect:
    now = timezone.now()
    is_due = due_at is None or due_at <= now
    return Effect(
        key=key,
        kind=kind,
        queue=queue,
        arguments=dict(given),
        format=FORMAT,
        due_at=due_at or now,
        # Noted beforehand: after the commit it would cost another one.
        queued_at=now if is_due and _is_worth_trying() else None,
    )


def _write(fresh: list[Effect]) -> list[Effect]:
    """Write effects of which none stands there yet, and send those that are due."""
    # Half the statements of get_or_create, which takes a savepoint for what is nearly always new.
    Effect.objects.bulk_create(fresh, ignore_conflicts=True)
    made = {one.key: one.created_at for one in fresh}
    written = list(Effect.objects.filter(key__in=made).order_by("pk"))
    now = timezone.now()
    new = [one for one in written if one.created_at == made[one.key] and one.due_at <= now]
    if new:
        _here.waiting.extend(new)
        transaction.on_commit(_send_what_waits, robust=True)
    return written


@contextmanager
def catching() -> Iterator[list[Effect]]:
    """Collect what is handed over and committed in this block, instead of sending it."""
    before, _here.caught = _here.caught, []
    try:
        yield _here.caught
    finally:
        _here.caught = before


def send_soon(fresh: list[Effect]) -> None:
    """Send effects on the way of a request: not where the queue failed a moment ago."""
    global _queue_rests_until
    now = time.monotonic()
    if settings.DISPATCH_EFFECTS and now >= _queue_rests_until:
        if _queue_rests_until:
            # One tries whether it answers again; the others wait for what comes of it.
            _queue_rests_until = now + REST_S
        taken = _deliver(fresh)
    else:
        taken = set()
    # What was written before the queue was found to be away: the sweep need not wait.
    left = [each.pk for each in fresh if each.queued_at is not None and each.pk not in taken]
    if left:
        Effect.objects.filter(pk__in=left, state=EffectState.WAITING).update(queued_at=None)


def send(waiting: Iterable[Effect]) -> int:
    """Give effects to the queue; return how many it took. The sweep mends a dead queue."""
    if not settings.DISPATCH_EFFECTS:
        return 0
    taken = _deliver(list(waiting))
    Effect.objects.filter(pk__in=taken).update(queued_at=timezone.now())
    return len(taken)


def sweep(limit: int = 500) -> int:
    """Send again what is due and was lost on the way; return how many effects."""
    lost = Effect.objects.lost(GRACE).order_by("due_at")[:limit]
    return send(list(lost))


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


def _is_worth_trying() -> bool:
    return settings.DISPATCH_EFFECTS and time.monotonic() >= _queue_rests_until


def _send_what_waits() -> None:
    """Send all that one transaction handed over, at the first of its effects.

    What a savepoint or an earlier transaction took back is among them, and is no row: whoever takes
    it finds nothing to do.
    """
    fresh, _here.waiting = _here.waiting, []
    if _here.caught is not None:
        _here.caught.extend(fresh)
    elif fresh:
        send_soon(fresh)


def _deliver(waiting: list[Effect]) -> set[int]:
    """Give effects to the queue, several in a message; return the numbers of those it took."""
    global _queue_rests_until
    taken: set[int] = set()
    for queue, numbers in _parcels(waiting):
        try:
            # By name: tasks.py imports this package.
            current_app.send_task("cities.run_effect", numbers, queue=queue, retry=False)
        except Exception as failure:  # noqa: BLE001 - whatever a broker raises, the sweep mends
            log.warning("The queue did not take effects %s: %s", numbers, failure)
            _queue_rests_until = time.monotonic() + REST_S
            break
        _queue_rests_until = 0.0
        taken.update(numbers)
    return taken


def _parcels(waiting: list[Effect]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Put together what travels in one message, for each queue."""
    for queue in dict.fromkeys(each.queue for each in waiting):
        numbers = [each.pk for each in waiting if each.queue == queue]
        size = PARCEL.get(queue, 1)
        for start in range(0, len(numbers), size):
            yield queue, tuple(numbers[start : start + size])
