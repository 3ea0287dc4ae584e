"""Mail: written as a row with what caused it, sent once by the worker, read by its person later.

    mails.register("marketplace_decided", label=_("Decisions about your entries"), about=_("…"))
    mails.write("marketplace_decided", key="decided:7", to=person, template="emails/….txt")

Somebody without an account is asked first, and written to once they confirmed:

    row = mails.ask_to_confirm("a@example.org", purpose="saved-search:3", text=_("I want…"))
    mails.write_to_address("saved_search", key="saved-search:3:2026-01-31", address=row, …)
"""

from cities.mails.addresses import (
    ask_to_confirm,
    complete_when_sent,
    confirm,
    delete_unconfirmed,
    find_by_token,
    text_as_sent,
)
from cities.mails.digests import hand_over_due, write_digest
from cities.mails.hiding import hidden_from, hide
from cities.mails.kinds import KINDS, MailKind, UnknownKind, nobody, register
from cities.mails.opened import is_open, open_to_staff, without_secrets
from cities.mails.preferences import preferences, set_preference, switch_off
from cities.mails.sending import send, send_again, sweep_stuck
from cities.mails.writing import write, write_to_address

__all__ = [
    "KINDS",
    "MailKind",
    "UnknownKind",
    "ask_to_confirm",
    "complete_when_sent",
    "confirm",
    "delete_unconfirmed",
    "find_by_token",
    "hand_over_due",
    "hidden_from",
    "hide",
    "is_open",
    "nobody",
    "open_to_staff",
    "preferences",
    "register",
    "send",
    "send_again",
    "set_preference",
    "sweep_stuck",
    "switch_off",
    "text_as_sent",
    "without_secrets",
    "write",
    "write_digest",
    "write_to_address",
]
