"""Which changes an index has still to follow, with those committed late under a lower number."""

from __future__ import annotations

import logging
import time

from django.db.models import Q

from marketplace.models import IndexChange
from marketplace.search.storage import State

log = logging.getLogger(__name__)

# How long a number that was left out may still turn up: longer than any request lasts.
GAP_S = 300.0
# More changes than this are not followed one by one.
MANY_CHANGES = 5_000
# Numbers are looked for no further back than this.
LOOKED_BACK = 500


def since(state: State) -> list[IndexChange] | None:
    """Return what is to be followed, oldest first; None when a rebuild is the better way.

    That is so after very many changes, and when the last one followed is not in this database,
    which then is another one or was put back to an earlier day.
    """
    late = [int(number) for number in state.gaps]
    waiting = IndexChange.objects.filter(Q(pk__gte=state.position) | Q(pk__in=late))
    rows = list(waiting.order_by("pk")[: MANY_CHANGES + 1])
    if len(rows) > MANY_CHANGES:
        return None
    if state.position == 0:
        return rows
    last = next((row for row in rows if row.pk == state.position), None)
    if last is None or last.at.isoformat() != state.position_at:
        log.warning("The search index belongs to another state of the database.")
        return None
    return [row for row in rows if row.pk != state.position]


def gaps(state: State, seen: set[int], position: int) -> dict[str, float]:
    """Return the numbers below `position` that nobody has seen and that may still turn up."""
    now = time.time()
    left = {
        number: since
        for number, since in state.gaps.items()
        if int(number) not in seen and now - since < GAP_S
    }
    passed = range(max(state.position, position - LOOKED_BACK) + 1, position)
    return left | {str(number): now for number in passed if number not in seen}
