"""Rows whose words upper floors keep copies of: who changes one says so here.

An app registers what it does about it in `ready()` of its apps.py; this floor knows none of them.
What is registered takes the row, runs in the transaction of the change, and leaves rows alone that
are none of its business.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model

_followers: dict[str, Callable[[Model], None]] = {}


def register(name: str, follow: Callable[[Model], None]) -> None:
    """Call `follow` with every row that changes; registering a name again replaces it."""
    _followers[name] = follow


def announce(row: Model) -> None:
    """Say that a row was changed, or is about to be deleted."""
    for follow in _followers.values():
        follow(row)
