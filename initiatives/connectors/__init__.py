"""Values fetched from a city's own data: asked for in the worker, taken over or held.

    connectors.ask_soon(connector)        # a preview, or a trial once a value is chosen
    connectors.hand_over_due()            # the clock: whose turn it is
    connectors.answer(pk), fetch(pk)      # the worker: outside of transactions

What a source says reaches a person as a number, a date, or yes or no, and as the names of its
fields; never as its words. What it is told to let us in is kept sealed and never shown.
"""

from initiatives.connectors.addresses import secrets_in, server_of
from initiatives.connectors.running import (
    answer,
    ask_soon,
    fetch,
    hand_over_due,
    pause,
    plan_anew,
    start,
)
from initiatives.connectors.sealing import seal, unseal
from initiatives.connectors.sources import is_understood, left_behind
from initiatives.connectors.taking import (
    NothingHeld,
    change_unit,
    decide,
    hold,
    trouble_of,
    value_words,
)

__all__ = [
    "NothingHeld",
    "answer",
    "ask_soon",
    "change_unit",
    "decide",
    "fetch",
    "hand_over_due",
    "hold",
    "is_understood",
    "left_behind",
    "pause",
    "plan_anew",
    "seal",
    "secrets_in",
    "server_of",
    "start",
    "trouble_of",
    "unseal",
    "value_words",
]
