"""Which function does which kind of effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.module_loading import autodiscover_modules

from cities.models import Effect

# Of the arguments an effect is written with; another release may have another.
FORMAT = 1

Work = Callable[..., object]
known: dict[str, tuple[Work, bool]] = {}


class Postponed(Exception):
    """Raised by a work that cannot be done yet; it counts as no attempt."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"postponed until {until:%Y-%m-%d %H:%M}")
        self.until = until


def does(kind: str, *, outside: bool = False) -> Callable[[Work], Work]:
    """Register the function that does effects of this kind."""

    def register(work: Work) -> Work:
        if kind in known and known[kind][0].__qualname__ != work.__qualname__:
            raise ValueError(f"Two functions do {kind}.")
        known[kind] = (work, outside)
        return work

    return register


def is_outside(kind: str) -> bool:
    """Say whether effects of a kind run in no transaction; of one that nobody does, no."""
    return _known(kind) and known[kind][1]


def find(effect: Effect) -> tuple[Work, bool]:
    """Return who does an effect, and whether outside of transactions; raise LookupError if none."""
    if effect.format != FORMAT:
        raise LookupError(f"Written by another release (format {effect.format}).")
    if not _known(effect.kind):
        raise LookupError(f"Nothing here does {effect.kind}.")
    return known[effect.kind]


def _known(kind: str) -> bool:
    if kind not in known:
        autodiscover_modules("tasks")
    return kind in known
