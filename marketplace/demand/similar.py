"""Who wants the same: demands compared by their words, in the order of likeness."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from cities.filters.facets import folded
from marketplace.models import Demand, Need

# Out of 100; found by trying real needs: below, only common words such as "city" agree.
LIKE_FROM = 62
MOST_FOUND = 5
MOST_COMPARED = 5_000
LEAST_LETTERS = 4


def similar_demands(text: str, *, leave_out: Demand | None = None) -> list[Demand]:
    """Return current demands whose title or needs sound like a text, the likest first."""
    asked = folded(text.replace("\0", " ")).strip()
    if len(asked) < LEAST_LETTERS:
        return []
    pairs = (
        Need.objects.active()
        .filter(demand__merged_into__isnull=True)
        .order_by("-pk")
        .values_list("demand", "demand__title", "title")[:MOST_COMPARED]
    )
    told = {(pk, folded(title)) for pk, *titles in pairs for title in titles}
    known = dict(enumerate(sorted(told)))
    found = process.extract(
        asked,
        {number: title for number, (_pk, title) in known.items()},
        scorer=fuzz.token_set_ratio,
        score_cutoff=LIKE_FROM,
        limit=MOST_FOUND * 4,
    )
    keys = dict.fromkeys(known[number][0] for _title, _score, number in found)
    if leave_out is not None:
        keys.pop(leave_out.pk, None)
    demands = Demand.objects.current().in_bulk(list(keys)[:MOST_FOUND])
    return [demands[pk] for pk in keys if pk in demands]
