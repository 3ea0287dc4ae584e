"""Who is interested in an entry wants what others want: a need that begins and ends with it.

It counts from "We are interested" until the city uses the entry or stops: while it adapts it or
tries it out, it may still buy with others. A need that the city stated itself is its own to leave.
"""

from __future__ import annotations

import contextlib

from django.db.models import QuerySet

from cities.models import City, User
from marketplace.demand.gathering import DemandRefused, demand_of, leave, state
from marketplace.models import (
    Consent,
    Deployment,
    DeploymentStatus,
    Entry,
    Need,
    Participant,
    ProcurementState,
)

ENDS = {DeploymentStatus.LIVE, DeploymentStatus.STOPPED}
OVER = [ProcurementState.CLOSED, ProcurementState.ABANDONED]


def follow(row: Deployment, *, actor: User) -> None:
    """Count a city in the entry's demand once it is interested, and no longer when that ends."""
    if row.status == DeploymentStatus.INTERESTED:
        _gather(row, actor)
    elif row.status in ENDS:
        withdraw(row.entry, row.city, actor=actor)
    keep_name(row)


def keep_name(row: Deployment) -> None:
    """Name the city in the demand as it wishes to be named in the ledger."""
    _following(row.entry, row.city).update(is_named=row.is_named)


def withdraw(entry: Entry, city: City, *, actor: User) -> None:
    """Take a city out of the demand that it came into by its interest.

    Once it has agreed to buy together, or leads that, it stays until it leaves by itself.
    """
    for need in _following(entry, city).select_related("city"):
        agreed = Participant.objects.filter(
            procurement__demand=need.demand_id, city=city, consent=Consent.AGREED
        )
        if not agreed.exclude(procurement__state__in=OVER).exists():
            with contextlib.suppress(DemandRefused):
                leave(need, actor=actor)


def own_need(entry: Entry, city: City) -> Need | None:
    """Return the need by which a city wants an entry now, if there is one."""
    needs = Need.objects.active().filter(entry=entry, city=city)
    return needs.filter(demand__merged_into__isnull=True).order_by("pk").first()


def _gather(row: Deployment, actor: User) -> None:
    revision = row.entry.live_revision
    demand = demand_of(row.entry.pk)
    is_there = demand is not None and demand.needs.active().filter(city=row.city).exists()
    if revision is None or is_there or own_need(row.entry, row.city):
        return
    need = Need(
        city=row.city,
        entry=row.entry,
        title=revision.title,
        is_named=row.is_named,
        follows_interest=True,
        demonstration=row.demonstration,
    )
    state(need, revision.themes.all(), demand=demand, actor=actor)


def _following(entry: Entry, city: City) -> QuerySet[Need]:
    return Need.objects.active().filter(entry=entry, city=city, follows_interest=True)
