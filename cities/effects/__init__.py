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

from cities.effects.hiding import hidden_from, hide
from cities.effects.running import is_first_attempt, run, run_pending, run_several
from cities.effects.sending import GRACE, discard, hand_over, hand_over_all, retry, send, sweep
from cities.effects.works import Postponed, does
from cities.models.effects import MAX_ATTEMPTS

__all__ = [
    "GRACE",
    "MAX_ATTEMPTS",
    "Postponed",
    "discard",
    "does",
    "hand_over",
    "hand_over_all",
    "hidden_from",
    "hide",
    "is_first_attempt",
    "retry",
    "run",
    "run_pending",
    "run_several",
    "send",
    "sweep",
]
