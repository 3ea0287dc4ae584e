"""Writes to people's shortlists."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from cities.models import User
from marketplace.models import Entry, ShortlistItem


@transaction.atomic
def keep_on_shortlist(user: User, entries: Sequence[Entry]) -> list[Entry]:
    """Put entries on a person's shortlist; return those that were not on it."""
    known = set(
        ShortlistItem.objects.filter(user=user, entry__in=entries).values_list("entry", flat=True)
    )
    added = [entry for entry in entries if entry.pk not in known]
    # Two windows may do the same at once: the second finds it done.
    ShortlistItem.objects.bulk_create(
        [ShortlistItem(user=user, entry=entry) for entry in added], ignore_conflicts=True
    )
    return added


def drop_from_shortlist(user: User, entry: Entry) -> bool:
    """Take an entry off a person's shortlist; return whether it was on it."""
    return bool(ShortlistItem.objects.filter(user=user, entry=entry).delete()[0])
