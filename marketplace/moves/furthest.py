"""Where a city stands on both entries of a merge, the row that is further is the one that holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cities.models import City
from marketplace.models import RUNNING, Confirmation, Deployment, DeploymentStatus, Entry

# From the least to the most. What a city does now stands above what it gave up.
_HOW_FAR = [
    DeploymentStatus.STOPPED,
    DeploymentStatus.INTERESTED,
    DeploymentStatus.ADAPTING,
    DeploymentStatus.PILOTING,
    DeploymentStatus.LIVE,
]
_HOW_SURE = [Confirmation.DOUBTED, Confirmation.WAITING, Confirmation.CONFIRMED]
# No entry has this key. Foreign keys are checked at the commit, and by then no row holds it.
_BETWEEN = 0


@dataclass(frozen=True)
class Contest:
    """A city on both entries: the row that holds from now on, and the one that becomes history."""

    city: City
    holds: Deployment
    history: Deployment


def contests(kept: Entry, merged: Entry) -> list[Contest]:
    """Return the cities that stand on both entries, by name, each with the row that holds."""
    rows = Deployment.objects.filter(entry__in=[kept.pk, merged.pk]).select_related("city")
    by_city: dict[int, list[Deployment]] = {}
    for row in rows.order_by("city__name", "city", "pk"):
        by_city.setdefault(row.city_id, []).append(row)
    found = []
    for pair in by_city.values():
        if len(pair) > 1:
            history, holds = sorted(pair, key=_how_far)
            found.append(Contest(holds.city, holds, history))
    return found


def settle(kept: Entry, merged: Entry, found: Iterable[Contest]) -> int:
    """Let the two rows change places where the one of the entry that goes is further.

    A row takes its steps, values and their history along. Returns how many changed places.
    """
    won = [one for one in found if one.holds.entry_id == merged.pk]
    if not won:
        return 0
    # A city stands on an entry once, so one row steps aside while the other moves.
    history = _rows(one.history for one in won)
    history.update(entry=_BETWEEN)
    _rows(one.holds for one in won).update(entry=kept)
    history.update(entry=merged)
    return len(won)


def _rows(rows: Iterable[Deployment]) -> Any:
    return Deployment.objects.filter(pk__in=[row.pk for row in rows]).order_by()


def _how_far(row: Deployment) -> tuple[Any, ...]:
    """Running goes first, what the owner confirmed before the rest; then the newer."""
    is_running = row.status in RUNNING
    return (
        is_running,
        _HOW_SURE.index(Confirmation(row.confirmation)) if is_running else 0,
        _HOW_FAR.index(DeploymentStatus(row.status)),
        row.changed_at,
        row.pk,
    )
