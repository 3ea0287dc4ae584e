"""Words of the index that are spelt like one that stands nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Searcher

from marketplace.search.index import Opened
from marketplace.search.questions import WEIGHT

# From so many letters on, one letter may differ, or two.
ONE_SLIP, TWO_SLIPS = 4, 8
MOST_LOOKED_AT = 50
MOST_ALIKE = 3


def alike(opened: Opened, asked: Iterable[str]) -> dict[str, list[str]]:
    """Return for each word that has any the known words nearest to it, the likeliest first.

    Two letters changing places are one slip, and likelier than a letter more or less.
    """
    words = [word for word in asked if slips_allowed(word)]
    if not words:
        return {}
    known = _vocabulary(opened.place, opened.state.generation, opened.state.position)
    if not known:
        known.update(_count(opened.searcher))
    found = {word: _nearest(word, known) for word in words}
    return {word: near for word, near in found.items() if near}


def slips_allowed(word: str) -> int:
    """Return how many letters may differ in a word spelt alike: none in short ones, two at most."""
    return 0 if len(word) < ONE_SLIP else 1 if len(word) < TWO_SLIPS else 2


def _nearest(word: str, known: Counter[str]) -> list[str]:
    near = process.extract(
        word,
        known.keys(),
        scorer=OSA.distance,
        processor=None,
        score_cutoff=slips_allowed(word),
        limit=MOST_LOOKED_AT,
    )
    ranked = sorted(
        (slips, sorted(other) != sorted(word), -known[other], other)
        for other, slips, _place in near
        if other != word
    )
    return [other for *key, _often, other in ranked if key == list(ranked[0][:2])][:MOST_ALIKE]


@lru_cache(maxsize=2)
def _vocabulary(place: str, generation: str, position: int) -> Counter[str]:
    """Keep one vocabulary for each state of the index; empty until it is counted."""
    return Counter()


def _count(searcher: Searcher) -> Counter[str]:
    """Return the words of all entries and how often they stand, weighted by where."""
    known: Counter[str] = Counter()
    for name, weight in WEIGHT.items():
        for word, often in searcher.terms_with_prefix(name, ""):
            known[word] += round(often * weight)
    return known
