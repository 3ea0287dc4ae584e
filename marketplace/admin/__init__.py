"""Staff screens of the marketplace, a file for each family of pages."""

from marketplace.admin import (
    contacts,
    demands,
    entries,
    ledger,
    moves,
    reviews,
    revisions,
    tables,
    vocabulary,
)

__all__ = [
    "contacts",
    "demands",
    "entries",
    "ledger",
    "moves",
    "reviews",
    "revisions",
    "tables",
    "vocabulary",
]
