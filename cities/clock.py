"""What time it is for deadlines and queues: by the database's clock, the only one all hosts share.

Clocks of two web hosts may differ by minutes. What a person may still do, and who came first, must
not depend on the host that answers them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS
from django.db.models.functions import Now
from django.db.models.sql import Query

# Who began to send in time is not late because of a slow line.
GRACE = timedelta(minutes=1)
# The least by which two moments in a queue differ: what both databases keep.
STEP = timedelta(microseconds=1)


def now() -> datetime:
    """Return the moment by the database's clock, aware; one query that reads no table.

    On PostgreSQL it is when the query began, so whoever holds a lock sees no moment from before it.
    """
    query: Query = Query(None)
    query.add_annotation(Now(), "now")
    compiler = query.get_compiler(using=DEFAULT_DB_ALIAS)
    found: datetime = next(iter(compiler.results_iter()))[0]
    return found


def has_passed(deadline: datetime | None, moment: datetime) -> bool:
    """Say whether it is too late, the minute of grace included; never without a deadline."""
    return deadline is not None and moment > deadline + GRACE


def not_before(earlier: datetime | None, moment: datetime) -> datetime:
    """Return a moment that comes after an earlier one, even if clocks were set back meanwhile."""
    return moment if earlier is None else max(moment, earlier + STEP)
