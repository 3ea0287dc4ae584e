"""Is an entry still true? Its owners are asked once a year; what is old says so."""

from marketplace.freshness.ages import (
    STALE_AFTER_DAYS,
    last_true_on,
    stale,
    stale_since,
    with_links,
)
from marketplace.freshness.asking import (
    FreshnessRefused,
    answer_by_link,
    ask,
    confirm,
    due_entries,
    find_link,
)

__all__ = [
    "STALE_AFTER_DAYS",
    "FreshnessRefused",
    "answer_by_link",
    "ask",
    "confirm",
    "due_entries",
    "find_link",
    "last_true_on",
    "stale",
    "stale_since",
    "with_links",
]
