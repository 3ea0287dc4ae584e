"""The marketplace as it stood when it was announced, from the programme's data files."""

from django.db import transaction

from cities.programme import Loading
from marketplace.models import EntryKind
from marketplace.programme.entries import load_entry
from marketplace.programme.ledger import load_demands, load_ledger
from marketplace.programme.letters import load_letters
from marketplace.programme.looking import load_looking
from marketplace.programme.vocabulary import load_reviewers, load_words

# What cities showed in a lab is a fact; that they offered it here is supposed.
PRACTICES = "marketplace/practices.yaml"
FILES = {
    "marketplace/profiles.yaml": EntryKind.CITY_PROFILE,
    "marketplace/solutions.yaml": EntryKind.SOLUTION,
    PRACTICES: EntryKind.SOLUTION,
    "demonstration/solutions.yaml": EntryKind.SOLUTION,
}


@transaction.atomic
def load(loading: Loading) -> None:
    """Load words, rubrics, entries, the ledger and demands, all of it or nothing."""
    load_words(loading)
    if loading.accounts:
        load_reviewers(loading)
    for name, kind in FILES.items():
        if name == PRACTICES and not loading.demonstration:
            continue
        for record in loading.files.records(name, key="slug"):
            if loading.wanted(record):
                load_entry(loading, record, kind)
    if loading.demonstration:
        load_ledger(loading)
        load_demands(loading)
    if loading.accounts and loading.demonstration:
        load_letters(loading)
    load_looking(loading)
