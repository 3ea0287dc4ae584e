"""Two entries about the same thing become one: what hangs on the other moves, its address leads on.

The entry that goes keeps its revisions and their reviews, as history, and is withdrawn; with them
stays what a city was less far with here than there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cities.models import User
from marketplace import ledger, permissions, services
from marketplace.demand import gathering, interest
from marketplace.models import OPEN_STATES, Entry, EntryKind, Merge
from marketplace.moves import furthest
from marketplace.services import Refused
from marketplace.workflow import Action, perform

# What moves, by related name, and which column must not stand twice below one entry.
MOVED = {
    "deployments": "city",
    "shortlisted": "user",
    "told_by": "search",
    "needs": "",
    "former_addresses": "",
    "merged_entries": "",
}
# What does not stand twice is left out where keeping it would mean nothing.
DROPPED = {"shortlisted", "told_by"}
# History of the entry that goes, or addressed to its owner.
STAYS = {
    *("revisions", "transfers", "merges", "merge", "index_changes"),
    *("contact_requests", "freshness_questions", "table_rows"),
}


@dataclass(frozen=True)
class Preview:
    """What a merge would do: how much moves, how much stands on both sides, why it cannot be."""

    kept: Entry
    merged: Entry
    moved: dict[str, int]
    on_both: dict[str, int]
    contests: list[furthest.Contest]
    """Cities in the ledger for both, each with the row that holds."""
    hindrance: str


def preview(kept: Entry, merged: Entry) -> Preview:
    """Say what merging one entry into another would do."""
    moved, on_both = {}, {}
    for name in MOVED:
        both = _on_both(kept, merged, name).count()
        moved[name] = _all(merged, name).count() - both
        on_both[name] = both
    contests = furthest.contests(kept, merged)
    moved["deployments"] += sum(one.holds.entry_id == merged.pk for one in contests)
    return Preview(kept, merged, moved, on_both, contests, _hindrance(kept, merged))


@transaction.atomic
def merge(kept: Entry, merged: Entry, *, actor: User, reason: str) -> Merge:
    """Merge one entry into another; return the record.

    Raises PermissionDenied for people who are not staff, or in a conflict of interest over one of
    them; Refused when the two cannot be merged. Then nothing was changed.
    """
    if not all(permissions.may_move(actor, each) for each in (kept, merged)):
        raise PermissionDenied
    # Always in the same order, so that two merges do not wait for each other.
    locked = Entry.objects.select_for_update().order_by("pk").in_bulk([kept.pk, merged.pk])
    kept, merged = locked[kept.pk], locked[merged.pk]
    if words := _hindrance(kept, merged):
        raise Refused(words)
    if merged.withdrawn_at is None and merged.live_revision is not None:
        perform(Action.WITHDRAW, merged.live_revision, actor=actor, note=reason)
        merged.refresh_from_db()
    contests = furthest.contests(kept, merged)
    won = furthest.settle(kept, merged, contests)
    moved = {}
    for name in MOVED:
        both = _on_both(kept, merged, name)
        if name in DROPPED:
            both.delete()
            both = both.none()
        rows = _all(merged, name).exclude(pk__in=list(both.values_list("pk", flat=True)))
        field = "merged_into" if name == "merged_entries" else "entry"
        moved[name] = rows.update(**{field: kept})
    moved["deployments"] += won
    for one in contests:
        if one.holds.status in interest.ENDS:
            interest.withdraw(kept, one.city, actor=actor)
    gathering.join_those_of(kept, actor=actor)
    merged.merged_into = kept
    merged.save(update_fields=["merged_into"])
    for entry in (kept, merged):
        ledger.recount(entry)
        services.note_change(entry)
    return Merge.objects.create(
        kept=kept, merged=merged, reason=reason[:300], moved=moved, done_by=actor
    )


def _hindrance(kept: Entry, merged: Entry) -> str:
    """Return why two entries cannot be merged, or nothing when they can."""
    if kept.pk == merged.pk:
        return _("These are not two entries.")
    if EntryKind.CITY_PROFILE in {kept.kind, merged.kind}:
        return _("A profile stays with its city.")
    if kept.merged_into_id or merged.merged_into_id:
        return _("One of them went into another entry already.")
    if kept.live_revision_id is None or kept.withdrawn_at is not None:
        return _("The entry that stays has to be public.")
    if merged.first_published_at is None:
        return _("“{entry}” was never public; its city can withdraw the draft.").format(
            entry=merged
        )
    for entry in (kept, merged):
        # A draft of the entry that stays is not touched by the merge.
        states = OPEN_STATES if entry == merged else [s for s in OPEN_STATES if s != "draft"]
        running = entry.revisions.filter(state__in=states).first()
        if running is not None:
            return _("Revision {number} of “{entry}” is open: {state}.").format(
                number=running.number, entry=entry, state=running.get_state_display()
            )
        if entry.transfers.open().exists():
            return _("“{entry}” is offered to another city; that has to be answered first.").format(
                entry=entry
            )
    return ""


def _all(entry: Entry, name: str) -> QuerySet[Any]:
    return getattr(entry, name).order_by()


def _on_both(kept: Entry, merged: Entry, name: str) -> QuerySet[Any]:
    """Keep the rows of the entry that goes which the one that stays has as well."""
    column, rows = MOVED[name], _all(merged, name)
    if not column:
        return rows.none()
    return rows.filter(**{f"{column}__in": list(_all(kept, name).values_list(column, flat=True))})
