"""Staff screens of the ground floor, a file for each family of nouns."""

from cities.admin import (
    audit,
    handovers,
    mails,
    operations,
    participation,
    people,
    places,
    vocabulary,
)

__all__ = [
    "audit",
    "handovers",
    "mails",
    "operations",
    "participation",
    "people",
    "places",
    "vocabulary",
]
