"""What invented persons keep on their shortlists, and the searches they saved."""

from __future__ import annotations

from cities.programme import Loading, person
from marketplace.models import Entry, SavedSearch, ShortlistItem

LOOKING = "demonstration/looking.yaml"


def load_looking(loading: Loading) -> None:
    """Load shortlists and saved searches; they need the persons they belong to."""
    for record in loading.files.records(LOOKING, key="person"):
        if not (loading.accounts and loading.wanted(record)):
            continue
        user = person(loading, record, "person")
        for entry in loading.find_all(Entry, record, "shortlist"):
            loading.put(ShortlistItem, record, {"user": user, "entry": entry})
        for item in record.children("searches"):
            loading.put(
                SavedSearch,
                item,
                {"user": user, "query": item.need("query")},
                name=item.text("name"),
                rhythm=item.need("rhythm"),
            )
            item.close()
        record.close()
