"""The ledger of reuse: its steps, who is told, and what counts."""

from marketplace.ledger.steps import (
    BY_THE_OWNER,
    DETAILS,
    LEADS_TO,
    NEXT,
    Action,
    StepRefused,
    corrected,
    may,
    open_actions,
    perform,
    recount,
)
from marketplace.ledger.told import ToldValue, keep_values

__all__ = [
    "BY_THE_OWNER",
    "DETAILS",
    "LEADS_TO",
    "NEXT",
    "Action",
    "StepRefused",
    "ToldValue",
    "corrected",
    "keep_values",
    "may",
    "open_actions",
    "perform",
    "recount",
]
