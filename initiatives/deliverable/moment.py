"""Reading many tables as they stood at one moment, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Read all in this block as of one moment; nothing is written in it, and nobody waits for it.

    Within a transaction that is under way already, whoever began it has chosen.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        with _as_a_reader(), transaction.atomic():
            yield


@contextmanager
def _as_a_reader() -> Iterator[None]:
    """Begin transactions of SQLite without the lock that a writer needs."""
    here: Any = connection
    mode, here.transaction_mode = here.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        here.transaction_mode = mode
