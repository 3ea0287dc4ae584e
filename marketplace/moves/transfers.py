"""A city hands an entry over: one side asks, the other answers; staff may do it at once."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, User
from cities.permissions import may_submit_for
from marketplace import ledger, notifications, permissions, services
from marketplace.models import UNDER_REVIEW, Entry, EntryKind, Transfer, TransferState
from marketplace.services import Refused


@transaction.atomic
def ask(entry: Entry, to_city: City, *, actor: User, note: str) -> Transfer:
    """Ask another city to take an entry over, and mail those who submit for it; return the request.

    Raises PermissionDenied for people who do not submit for the owner, Refused when it cannot go.
    """
    entry = _locked(entry)
    if not permissions.may_submit_entry(actor, entry):
        raise PermissionDenied
    _refuse_unmovable(entry, to_city)
    if entry.transfers.open().exists():
        raise Refused(_("This entry is offered to a city already; take that back first."))
    transfer = Transfer.objects.create(
        entry=entry, from_city=entry.city, to_city=to_city, note=note.strip(), asked_by=actor
    )
    notifications.tell_asked_to_take(transfer)
    return transfer


@transaction.atomic
def answer(transfer: Transfer, *, actor: User, accept: bool, note: str = "") -> Transfer:
    """Take an entry over, or refuse it; mail those who asked. Raises as `ask` does."""
    entry, transfer = _open(transfer)
    if not may_submit_for(actor, transfer.to_city):
        raise PermissionDenied
    if accept:
        if entry.city_id != transfer.from_city_id:
            raise Refused(_("The entry has another owner by now."))
        _refuse_unmovable(entry, transfer.to_city)
        _move(entry, transfer.to_city)
    state = TransferState.DONE if accept else TransferState.REFUSED
    _close(transfer, state, actor, note)
    notifications.tell_transfer_answered(transfer)
    return transfer


@transaction.atomic
def take_back(transfer: Transfer, *, actor: User) -> Transfer:
    """Stop asking. Raises as `ask` does."""
    entry, transfer = _open(transfer)
    if not permissions.may_submit_entry(actor, entry):
        raise PermissionDenied
    return _close(transfer, TransferState.TAKEN_BACK, actor, "")


@transaction.atomic
def move_now(entry: Entry, to_city: City, *, actor: User, reason: str) -> Transfer:
    """Hand an entry over at once, as staff, and mail both cities; return the record.

    What was asked of another city is taken back with it. Raises as `ask` does, and PermissionDenied
    for staff in a conflict of interest.
    """
    entry = _locked(entry)
    if not permissions.may_move(actor, entry):
        raise PermissionDenied
    _refuse_unmovable(entry, to_city)
    for waiting in entry.transfers.open():
        _close(waiting, TransferState.TAKEN_BACK, actor, reason)
    transfer = Transfer.objects.create(
        entry=entry,
        from_city=entry.city,
        to_city=to_city,
        note=reason.strip(),
        asked_by=actor,
        state=TransferState.DONE,
        answered_by=actor,
        answered_at=timezone.now(),
    )
    _move(entry, to_city)
    notifications.tell_transfer_answered(transfer)
    return transfer


def _locked(entry: Entry) -> Entry:
    """Lock an entry and read it again: its steps and moves follow one another."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    if entry.merged_into_id:
        raise Refused(_("This entry went into another one."))
    return entry


def _open(transfer: Transfer) -> tuple[Entry, Transfer]:
    entry = _locked(transfer.entry)
    transfer = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if transfer.state != TransferState.ASKED:
        raise Refused(
            _("This was answered already: {state}.").format(state=transfer.get_state_display())
        )
    transfer.entry = entry
    return entry, transfer


def _refuse_unmovable(entry: Entry, to_city: City) -> None:
    if entry.kind == EntryKind.CITY_PROFILE:
        raise Refused(_("A profile stays with its city."))
    if entry.city_id == to_city.pk:
        raise Refused(_("{city} has this entry already.").format(city=to_city))
    if entry.revisions.filter(state__in=UNDER_REVIEW).exists():
        # Whoever reviews it was chosen without a conflict with the owner it had.
        raise Refused(_("A revision is under review; wait for the decision, or withdraw it."))


def _move(entry: Entry, to_city: City) -> None:
    """Give an entry its new owner; what counts as reuse by others changes with it."""
    entry.city, entry.owner_note = to_city, ""
    entry.save(update_fields=["city", "owner_note"])
    ledger.recount(entry)
    services.note_change(entry)


def _close(transfer: Transfer, state: TransferState, actor: User, note: str) -> Transfer:
    transfer.state, transfer.answer = state, note.strip()
    transfer.answered_by, transfer.answered_at = actor, timezone.now()
    transfer.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return transfer
