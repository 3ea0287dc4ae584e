"""Words of the index that are spelt like one that stands nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Searcher

from marketplace.search.index import Opened
from marketplace.search.questions import STEM_FIELDS, WEIGHT, all_stems

# From so many letters on, one letter may differ, or two.
ONE_SLIP, TWO_SLIPS = 4, 8
MOST_LOOKED_AT = 50
MOST_ALIKE = 3
# So many letters at a stem's end may differ from its words', such as “energi” of “energy”.
MOST_CHANGED = 2


def alike(opened: Opened, asked: Iterable[str]) -> dict[str, list[str]]:
    """Return for each word that has any the known words nearest to it, the likeliest first.

    Two letters changing places are one slip, and likelier than a letter more or less.
    """
    words = [word for word in asked if slips_allowed(word)]
    if not words:
        return {}
    known = _vocabulary(opened.place, opened.state.generation, opened.state.position)
    if not known.words:
        words_there = _count(opened.searcher, WEIGHT)
        stems = _count(opened.searcher, STEM_FIELDS)
        # A stem that is a word as well is known as that.
        known.stems.update(
            {stem: often for stem, often in stems.items() if stem not in words_there}
        )
        # Last: who finds words finds them all.
        known.words.update(words_there)
    found = {word: _nearest(word, known) for word in words}
    return {word: near for word, near in found.items() if near}


def slips_allowed(word: str) -> int:
    """Return how many letters may differ in a word spelt alike: none in short ones, two at most."""
    return 0 if len(word) < ONE_SLIP else 1 if len(word) < TWO_SLIPS else 2


@dataclass(frozen=True)
class Vocabulary:
    """The words of the index, and the stems that are no words, with how often each stands."""

    words: Counter[str] = field(default_factory=Counter)
    stems: Counter[str] = field(default_factory=Counter)


def _nearest(word: str, known: Vocabulary) -> list[str]:
    """Return the words nearest to one, or to one's stem: who means "sensors" may type "senosr"."""
    ranked = sorted(_near(word, known))
    if not ranked:
        # Its own ending may hide the slip as well: "enrgy", where "energies" stand.
        stems = all_stems(word) - {word}
        ranked = sorted({near for stem in stems for near in _near(stem, known)})
    nearest = [other for *key, _often, other in ranked if key == [*ranked[0][:2]]]
    as_words = [_in_words(other, known) for other in nearest[:MOST_ALIKE]]
    return list(dict.fromkeys(filter(None, as_words)))


def _near(word: str, known: Vocabulary) -> list[tuple[int, bool, int, str]]:
    """Return words and stems within the slips a word may have, in a form that sorts them."""
    found = []
    for counted in (known.words, known.stems) if slips_allowed(word) else ():
        near = process.extract(
            word,
            counted.keys(),
            scorer=OSA.distance,
            processor=None,
            score_cutoff=slips_allowed(word),
            limit=MOST_LOOKED_AT,
        )
        found += [
            (int(slips), sorted(other) != sorted(word), -counted[other], other)
            for other, slips, _place in near
            if other != word
        ]
    return found


def _in_words(found: str, known: Vocabulary) -> str:
    """Return the word that stands most often of those with a stem; a word as it is."""
    if found not in known.stems:
        return found
    # Stemmers change endings, never the beginning.
    beginning = found[: max(len(found) - MOST_CHANGED, 1)]
    alike = [word for word in known.words if word.startswith(beginning)]
    alike.sort(key=lambda word: (-known.words[word], word))
    return next((word for word in alike if found in all_stems(word)), "")


@lru_cache(maxsize=2)
def _vocabulary(place: str, generation: str, position: int) -> Vocabulary:
    """Keep one vocabulary for each state of the index; empty until it is counted."""
    return Vocabulary()


def _count(searcher: Searcher, fields: Mapping[str, float]) -> Counter[str]:
    """Return the terms of some fields and how often they stand, weighted by where."""
    known: Counter[str] = Counter()
    for name, weight in fields.items():
        for word, often in searcher.terms_with_prefix(name, ""):
            known[word] += round(often * weight)
    return known
