"""What of an address of the marketplace is worth keeping with a saved search."""

from __future__ import annotations

from django.http import QueryDict

from marketplace.filters.entries import EntryFilter

# As the column of a saved search.
LONGEST = 1000


def saved_query(asked: QueryDict) -> str:
    """Return the words, filters and city of an address as a query string; empty without any.

    What is longer than a saved search can be is cut at a value, from the end.
    """
    kept = QueryDict(mutable=True)
    for name in EntryFilter.base_filters:
        # Order, page and selection say nothing of what is looked for.
        if name == "sort":
            continue
        values = (value.replace("\0", " ").strip() for value in asked.getlist(name))
        for value in dict.fromkeys(value for value in values if value):
            longer = kept.copy()
            longer.appendlist(name, value)
            if len(longer.urlencode()) > LONGEST:
                return kept.urlencode()
            kept = longer
    return kept.urlencode()
