"""The ground floor's share of the programme's data: words, editions, places, people."""

from django.db import transaction

from cities.programme.files import LoadError, ProgrammeFiles, Record
from cities.programme.loading import Loading
from cities.programme.people import load_people, person
from cities.programme.places import (
    load_cities,
    load_consortia,
    load_organisations,
    load_pairings,
    load_participations,
    participation_of,
)
from cities.programme.vocabulary import (
    load_editions,
    load_holidays,
    load_instruments,
    load_sources,
    load_words,
)

__all__ = [
    "LoadError",
    "Loading",
    "ProgrammeFiles",
    "Record",
    "load",
    "participation_of",
    "person",
]


@transaction.atomic
def load(loading: Loading) -> None:
    """Load what belongs to the ground floor, all of it or nothing."""
    load_sources(loading)
    load_words(loading)
    load_editions(loading)
    load_holidays(loading)
    load_instruments(loading)
    load_cities(loading)
    load_organisations(loading)
    load_consortia(loading)
    load_participations(loading)
    load_pairings(loading)
    if loading.accounts:
        load_people(loading)
