"""Addresses that entries had before: where they lead now."""

from __future__ import annotations

from collections.abc import Iterable

from cities.models import Actor
from marketplace.models import Entry, FormerAddress

# Of an entry that went into another, which went into a third.
MOST_MERGES = 10


def renamed(slug: str, user: Actor) -> Entry | None:
    """Return the entry that had this address before it was renamed, if this person may know it."""
    former = FormerAddress.objects.filter(slug=slug).select_related("entry").first()
    if former is None:
        return None
    entry = former.entry
    is_known = entry.first_published_at is not None or (
        Entry.objects.visible_to(user).filter(pk=entry.pk).exists()
    )
    return entry if is_known else None


def led_to(slugs: Iterable[str]) -> dict[str, Entry]:
    """Return the entries to which addresses of others lead now, by address.

    Renamed entries and those that went into another, as far as the public knows of them.
    """
    asked = list(slugs)
    # An address that an entry has by now is that one's, whoever had it before.
    theirs = Entry.objects.filter(slug__in=asked).select_related("merged_into")
    now = {entry.slug: entry for entry in theirs}
    free = [slug for slug in asked if slug not in now]
    rows = FormerAddress.objects.filter(slug__in=free).select_related("entry__merged_into")
    found = {row.slug: row.entry for row in rows}
    found |= {slug: entry for slug, entry in now.items() if entry.merged_into is not None}
    return {
        slug: _kept(entry)
        for slug, entry in found.items()
        if entry.first_published_at is not None and _kept(entry).first_published_at is not None
    }


def _kept(entry: Entry) -> Entry:
    for _each in range(MOST_MERGES):
        if entry.merged_into is None:
            break
        entry = entry.merged_into
    return entry
