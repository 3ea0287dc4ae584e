"""From what a person asks to what the index understands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Any

from tantivy import Occur, Query, Schema, Searcher

from marketplace import fit
from marketplace.fit import CityLike
from marketplace.search.schema import FACETS, REUSE_STEPS
from marketplace.search.words import STEMMERS, is_small, stems, words

SORTS = ("relevance", "fit", "newest", "reused", "name")
# What is longer is cut: nobody reads results for a page of text.
LONGEST_QUESTION = 300
MOST_WORDS = 12
PHRASE = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»]')

# How much a word counts: first how it matches, then where. In the same place the word itself stands
# above its stem, that above a word it begins, and that above a word spelt alike.
EXACT, STEM, BEGINNING, ALIKE = 6.0, 5.0, 2.0, 1.0
WEIGHT = {"title": 4.0, "names": 2.5, "summary": 2.0, "body": 1.0}
# Small enough that no score of words outweighs a point of fit.
WORDS_BETWEEN_EQUALS = 0.001
# A step of confirmed reuse: so small that all of them together outweigh no word, and no less than
# what still counts beside points of fit, as exactly as scores are added up.
REUSE_BETWEEN_EQUALS, REUSE_BESIDE_FIT = 0.001, 0.000_005
STEM_FIELDS = {"title_stems": 3.0, "summary_stems": 1.5, "body_stems": 0.8}


@dataclass(frozen=True)
class Question:
    """What is asked: words, the values ticked in each facet, what it shall fit, order and part."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    offset: int = 0
    limit: int = 12
    like: CityLike = field(default_factory=CityLike)
    among: tuple[int, ...] | None = None
    """Only these entries; None for all."""

    @cached_property
    def parsed(self) -> tuple[list[list[str]], list[str]]:
        """The phrases in quotes, and the other words, folded."""
        text = self.text[:LONGEST_QUESTION]
        phrases = [found for found in (words(part) for part in PHRASE.findall(text)) if found]
        loose = words(PHRASE.sub(" ", text))[:MOST_WORDS]
        return phrases[:MOST_WORDS], list(dict.fromkeys(loose))

    @property
    def narrowing(self) -> tuple[Any, ...]:
        """What decides which entries are found, in a form that can be remembered."""
        chosen = sorted((name, values) for name, values in self.chosen.items() if values)
        return (self.text, tuple(chosen), self.among)

    @property
    def key(self) -> tuple[Any, ...]:
        """All that is asked, in a form that can be remembered."""
        like = self.like
        traits = tuple(trait.slug for trait in like.traits)
        fit = (like.slug, like.population, traits, like.budget)
        return (*self.narrowing, self.order, self.offset, self.limit, fit)

    @property
    def asks_words(self) -> bool:
        """Whether there is anything to look for."""
        phrases, loose = self.parsed
        return bool(phrases or loose)

    @property
    def is_cut(self) -> bool:
        """Whether the text was too long to be taken whole."""
        return len(self.text) > LONGEST_QUESTION or len(words(self.text)) > MOST_WORDS

    @property
    def order(self) -> str:
        """The order asked for; without one, what fits, then what the words say, then newest."""
        possible = {"fit": bool(self.like), "relevance": self.asks_words}
        if self.sort in SORTS and possible.get(self.sort, True):
            return self.sort
        return next((order for order in ("fit", "relevance") if possible[order]), "newest")


class Asker:
    """Puts questions into the index's terms."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self.schema = schema
        self.searcher = searcher

    def strict(self, question: Question, alike: Mapping[str, Sequence[str]]) -> Query:
        """Every phrase and every word that says something; `alike` are words spelt like a word."""
        phrases, loose = question.parsed
        asked = [word for word in loose if not is_small(word)] or loose
        parts = [(Occur.Must, self._phrase(phrase)) for phrase in phrases]
        for word in loose:
            must = Occur.Must if word in asked else Occur.Should
            is_last = word == loose[-1]
            parts.append((must, self._word(word, is_last=is_last, alike=alike.get(word, ()))))
        return Query.boolean_query(parts) if parts else Query.all_query()

    def lenient(self, question: Question, alike: Mapping[str, Sequence[str]]) -> Query:
        """Any of the words, spelt exactly or alike: when all together find nothing."""
        phrases, loose = question.parsed
        every = [word for phrase in phrases for word in phrase] + loose
        asked = [word for word in every if not is_small(word)] or every
        found = [
            self._word(word, is_last=word == every[-1], alike=alike.get(word, ())) for word in asked
        ]
        return Query.boolean_query([(Occur.Should, query) for query in found])

    def narrowed(self, query: Query, chosen: dict[str, tuple[str, ...]], but: str = "") -> Query:
        """The query within the chosen values of every facet but one; values of one facet add up."""
        parts = [(Occur.Must, query)]
        for facet in FACETS:
            values = chosen.get(facet)
            if values and facet != but:
                terms = Query.term_set_query(self.schema, facet, list(values))
                parts.append((Occur.Must, Query.const_score_query(terms, 0.0)))
        return Query.boolean_query(parts) if len(parts) > 1 else query

    def among(self, query: Query, entry_ids: Sequence[int]) -> Query:
        """The query within some entries."""
        within = Query.term_set_query(self.schema, "entry", list(entry_ids))
        return Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, Query.const_score_query(within, 0.0))]
        )

    def fitting(self, query: Query, like: CityLike) -> Query:
        """The query, scored by how well entries fit a city; the words decide between equals."""
        parts = [
            Query.disjunction_max_query([self._having(part) for part in alternatives], 0.0)
            for alternatives in fit.rule(like)
            if alternatives
        ]
        wanted = [(Occur.Should, part) for part in parts]
        if like.slug:
            wanted.append((Occur.MustNot, Query.term_query(self.schema, "run_by", like.slug)))
        scored = [(Occur.Must, Query.boost_query(query, WORDS_BETWEEN_EQUALS))]
        if parts:
            scored.append((Occur.Should, Query.boolean_query(wanted)))
        return Query.boolean_query([*scored, *self._reused(REUSE_BESIDE_FIT)])

    def matching(self, query: Query) -> Query:
        """The query, scored by its words; confirmed reuse decides between equals."""
        return Query.boolean_query([(Occur.Must, query), *self._reused(REUSE_BETWEEN_EQUALS)])

    def _reused(self, score: float) -> list[tuple[Occur, Query]]:
        """Score every step of confirmed reuse that an entry has reached."""
        steps = [Query.term_query(self.schema, "reused_by", str(step)) for step in REUSE_STEPS]
        return [(Occur.Should, Query.const_score_query(step, score)) for step in steps]

    def _having(self, part: fit.Part) -> Query:
        terms = Query.term_set_query(self.schema, part.kind, list(part.values))
        return Query.const_score_query(terms, part.points)

    def unknown(self, question: Question) -> list[str]:
        """The words of the question that stand nowhere, not even as a stem or a beginning.

        In quotes a word is asked for as it is written: there it must stand itself.
        """
        phrases, loose = question.parsed
        unknown = [word for word in loose if not self._is_known(word, is_last=word == loose[-1])]
        quoted = chain.from_iterable(phrases)
        return list(dict.fromkeys([*unknown, *(word for word in quoted if not self._stands(word))]))

    def _stands(self, word: str) -> bool:
        return any(self.searcher.doc_freq(name, word) for name in WEIGHT)

    def _is_known(self, word: str, *, is_last: bool) -> bool:
        if self._stands(word):
            return True
        stemmed = all_stems(word)
        if any(self.searcher.doc_freq(name, stem) for name in STEM_FIELDS for stem in stemmed):
            return True
        return is_last and any(
            self.searcher.terms_with_prefix(name, word, limit=1) for name in WEIGHT
        )

    def _phrase(self, phrase: list[str]) -> Query:
        found = []
        for name, weight in WEIGHT.items():
            if len(phrase) == 1:
                query = Query.term_query(self.schema, name, phrase[0])
            else:
                query = Query.phrase_query(self.schema, name, list(phrase))
            found.append(_scored(query, EXACT, weight))
        return Query.disjunction_max_query(found, 0.1)

    def _word(self, word: str, *, is_last: bool, alike: Sequence[str]) -> Query:
        schema = self.schema
        found = [
            _scored(Query.term_query(schema, name, word), EXACT, weight)
            for name, weight in WEIGHT.items()
        ]
        for stem in all_stems(word):
            found += [
                _scored(Query.term_query(schema, name, stem), STEM, weight)
                for name, weight in STEM_FIELDS.items()
            ]
        if is_last and len(word) > 1:
            found += [
                Query.const_score_query(
                    Query.fuzzy_term_query(schema, name, word, 0, prefix=True), BEGINNING + weight
                )
                for name, weight in WEIGHT.items()
            ]
        for other in alike:
            found += [
                _scored(Query.term_query(schema, name, other), ALIKE, weight)
                for name, weight in WEIGHT.items()
            ]
            for stem in all_stems(other):
                found += [
                    _scored(Query.term_query(schema, name, stem), ALIKE, weight / 2)
                    for name, weight in STEM_FIELDS.items()
                ]
        return Query.disjunction_max_query(found, 0.1)


def _scored(query: Query, start: float, weight: float) -> Query:
    """Score from `start` by where and how often the word stands, so that kinds never mix."""
    return Query.boolean_query(
        [
            (Occur.Must, Query.const_score_query(query, start + weight)),
            (Occur.Should, Query.boost_query(query, weight / 4)),
        ]
    )


@lru_cache(maxsize=10_000)
def all_stems(word: str) -> frozenset[str]:
    """Return the word's stems in every language: nobody says in which one they ask."""
    return frozenset(stem for language in _languages() for stem in stems([word], language))


@cache
def _languages() -> list[str]:
    """One language for each stemmer."""
    return list({name: language for language, name in STEMMERS.items()}.values())
