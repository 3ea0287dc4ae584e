"""The ledger of reuse: its steps, who is told, and what counts."""

from marketplace.ledger.steps import (
    BY_THE_OWNER,
    DETAILS,
    LEADS_TO,
    NEXT,
    Action,
    StepRefused,
    keep_values,
    may,
    open_actions,
    perform,
    recount,
)

__all__ = [
    "BY_THE_OWNER",
    "DETAILS",
    "LEADS_TO",
    "NEXT",
    "Action",
    "StepRefused",
    "keep_values",
    "may",
    "open_actions",
    "perform",
    "recount",
]
