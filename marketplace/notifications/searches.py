"""What those are told who saved a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from cities import mails
from marketplace.models import Entry, SavedSearch

# As the column of a mail.
LONGEST_LINK = 300


def tell_of_new(search: SavedSearch, found: Sequence[tuple[Entry, list[str]]], key: str) -> None:
    """Write one mail of a saved search: what is new, why it fits, and where it stands.

    `found` are live entries with the reasons, in words; `key` names the day or week.
    """
    told: dict[str, Any] = {
        "key": key,
        "template": "emails/saved_search.txt",
        "link": search.get_absolute_url()[:LONGEST_LINK],
        "unsubscribe_url": search.get_stop_url(),
        "search": search,
        "items": [
            {
                "entry": entry,
                "revision": entry.live_revision,
                "place": str(entry.city or entry.owner_note),
                "reasons": reasons,
                "url": settings.BASE_URL + entry.get_absolute_url(),
            }
            for entry, reasons in found
        ],
    }
    if search.user is not None:
        mails.write("saved_search", to=search.user, **told)
    elif search.address is not None:
        mails.write_to_address("saved_search", address=search.address, **told)
