"""What is found: entries in order, the counts of every facet, better spellings."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from tantivy import Occur, Order, Query, Searcher

from marketplace.models import Entry, Revision
from marketplace.search import database, index, spelling
from marketplace.search.index import IndexUnusable, Opened, noticing_damage
from marketplace.search.questions import LONGEST_QUESTION, Asker, Question
from marketplace.search.schema import FACETS
from marketplace.search.words import stems, words

log = logging.getLogger(__name__)

MOST_VALUES = 200
MOST_SIMILAR = 3
MOST_REMEMBERED = 1_000
# An answer of more entries is a table for one person, not a page for many.
LONGEST_REMEMBERED = 100
# Below this an entry shares a word by chance.
SIMILAR_SCORE = 1.0
# How much it counts that two entries have a subject in common.
SUBJECTS = {"theme": 1.5, "technology": 1.5, "goal": 0.5}


@dataclass(frozen=True)
class Answer:
    """What a question finds."""

    entry_ids: list[int]
    total: int
    counts: dict[str, dict[str, int]] | None
    """For each facet the entries per value, whatever is ticked in it; None without an index."""
    better_spelling: str = ""
    is_lenient: bool = False
    """Whether entries hold some of the words only."""
    words: list[str] = field(default_factory=list)
    """The folded words that were looked for, to mark them in what is shown."""
    left_open: list[str] = field(default_factory=list)
    """The facets in which values are ticked that could not be asked for."""


def answer(question: Question) -> Answer:
    """Answer from the index; from the database while there is none."""
    for _attempt in range(2):
        try:
            with noticing_damage():
                return _from_index(question)
        except IndexUnusable as failure:
            log.warning("The search index did not answer: %s", failure)
            if not index.is_open():
                break
            index.mend()
    ids, total = database.find(question)
    return Answer(
        ids, total, None, words=question.parsed[1], left_open=database.left_open(question)
    )


def suggestions(text: str, most: int = 6) -> list[int]:
    """Return the entries somebody may mean who has typed this much."""
    question = Question(text=text, sort="relevance", limit=most)
    return answer(question).entry_ids if question.asks_words else []


def nearest(text: str, kind: str, most: int = 200) -> list[int] | None:
    """Return live entries of a kind that hold any of these words, the likest first.

    At most so many; None while there is no index to ask.
    """
    question = Question(text=text[:LONGEST_QUESTION], chosen={"kind": (kind,)}, limit=most)
    try:
        with noticing_damage():
            opened = index.searcher()
            asker = Asker(opened.index.schema, opened.searcher)
            query = asker.narrowed(asker.lenient(question, {}), question.chosen)
            hits = opened.searcher.search(query, most).hits if question.asks_words else []
            return _entry_ids(opened.searcher, [address for _score, address in hits])
    except IndexUnusable as failure:
        log.warning("The search index did not answer: %s", failure)
        return None


def similar(entry: Entry) -> list[int]:
    """Return up to three live entries of the same kind that share words and subjects.

    Words are those of its live revision, subjects those under which the index has it.
    """
    if entry.live_revision is None:
        return []
    try:
        with noticing_damage():
            return _similar(entry, entry.live_revision)
    except IndexUnusable as failure:
        log.warning("The search index did not answer: %s", failure)
        return []


def _from_index(question: Question) -> Answer:
    """Answer once for each state of the index: many people ask the same.

    Whole tables and lists for one person are not asked for twice, and take too much room.
    """
    opened = index.searcher()
    if question.among is not None or question.limit > LONGEST_REMEMBERED:
        return _found(opened, question)
    known = opened.answers.get(question.key)
    if known is None:
        known = _found(opened, question)
        _remember(opened, question.key, known)
    return known


def _remember(opened: Opened, key: Any, found: Any) -> None:
    if len(opened.answers) >= MOST_REMEMBERED:
        opened.answers.clear()
    opened.answers[key] = found


def _found(opened: Opened, question: Question) -> Answer:
    searcher = opened.searcher
    asker = Asker(opened.index.schema, searcher)
    alike = spelling.alike(opened, asker.unknown(question)) if question.asks_words else {}
    query = asker.strict(question, alike)
    if question.among is not None:
        query = asker.among(query, question.among)
    is_lenient = False
    found = _search(searcher, asker, query, question)
    if _may_be_lenient(question) and not found.count and not _count(searcher, query):
        query, is_lenient = asker.lenient(question, alike), True
        found = _search(searcher, asker, query, question)
    phrases, loose = question.parsed
    return Answer(
        entry_ids=_entry_ids(searcher, [address for _order, address in found.hits]),
        total=found.count or 0,
        counts=_counts(opened, asker, query, question, is_lenient=is_lenient),
        better_spelling=_better_spelling(question, alike),
        is_lenient=is_lenient and bool(found.count),
        words=list(chain(loose, *phrases, *alike.values())),
    )


def _may_be_lenient(question: Question) -> bool:
    """Say whether some of the words are enough: not where only these entries are asked for."""
    return question.asks_words and question.among is None


def _search(searcher: Searcher, asker: Asker, query: Query, question: Question) -> Any:
    query = asker.narrowed(query, question.chosen)
    limit, offset = max(1, question.limit), question.offset
    field = {"newest": "published", "reused": "reused", "name": "sort_name"}.get(question.order)
    if field:
        order = Order.Asc if question.order == "name" else Order.Desc
        return searcher.search(query, limit, offset=offset, order_by_field=field, order=order)
    if question.order == "fit":
        query = asker.fitting(query, question.like)
    elif question.order == "relevance":
        query = asker.matching(query)
    return searcher.search(query, limit, offset=offset)


def _count(searcher: Searcher, query: Query) -> int:
    # The library's stubs do not know the field.
    return searcher.search(query, 1).count or 0  # type: ignore[attr-defined]


def _entry_ids(searcher: Searcher, addresses: Sequence[Any]) -> list[int]:
    values = searcher.fast_field_values("entry", list(addresses)) if addresses else []
    return [int(value) for value in values if value is not None]


def _counts(
    opened: Opened, asker: Asker, query: Query, question: Question, *, is_lenient: bool
) -> dict[str, dict[str, int]]:
    """Count each facet within every filter but its own, so that its other values can be added.

    They are the same on every page of the results, in whatever order. What is counted without one
    of the filters is remembered by itself: other values of that filter need the same.
    """
    if question.among is not None:
        return {}
    key = (*question.narrowing, is_lenient)
    counts = opened.answers.get(key)
    if counts is None:
        chosen = question.chosen
        ticked = [name for name in FACETS if chosen.get(name)]
        rest = [name for name in FACETS if name not in ticked]
        counts = _aggregate(opened.searcher, asker.narrowed(query, chosen), rest)
        for name in ticked:
            others = replace(question, chosen=chosen | {name: ()})
            part = (*others.narrowing, is_lenient, name)
            if part not in opened.answers:
                within = asker.narrowed(query, others.chosen)
                _remember(opened, part, _aggregate(opened.searcher, within, [name]))
            counts |= opened.answers[part]
        _remember(opened, key, counts)
    return counts


def _aggregate(searcher: Searcher, query: Query, facets: list[str]) -> dict[str, dict[str, int]]:
    if not facets:
        return {}
    asked = {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in facets}
    found = searcher.aggregate(query, asked)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]}
        for name in facets
    }


def _better_spelling(question: Question, alike: Mapping[str, Sequence[str]]) -> str:
    """Return the question with unknown words replaced by the nearest known ones; "" for none."""
    phrases, loose = question.parsed
    if not alike:
        return ""
    better = [[alike.get(word, [word])[0] for word in part] for part in [*phrases, loose]]
    return " ".join([*(f'"{" ".join(phrase)}"' for phrase in better[:-1]), *better[-1]])


def _similar(entry: Entry, revision: Revision) -> list[int]:
    opened = index.searcher()
    fields, searcher = opened.index.schema, opened.searcher
    shared = [(Occur.Should, query) for query in _like_words(fields, revision)]
    subjects = [(Occur.Should, query) for query in _like_subjects(fields, searcher, entry.pk)]
    others = [
        (Occur.Must, Query.const_score_query(_term(fields, "kind", entry.kind), 0.0)),
        (Occur.MustNot, _term(fields, "entry", entry.pk)),
    ]
    # A subject is shared by every tenth entry: those are weighed only where words are shared too,
    # unless too few share any.
    found = _likest(searcher, [(Occur.Must, Query.boolean_query(shared)), *subjects, *others])
    if len(found) < MOST_SIMILAR:
        either = Query.boolean_query([*shared, *subjects])
        found = _likest(searcher, [(Occur.Must, either), *others])
    return _entry_ids(searcher, found)


def _likest(searcher: Searcher, parts: list[tuple[Occur, Query]]) -> list[Any]:
    hits = searcher.search(Query.boolean_query(parts), MOST_SIMILAR).hits
    return [address for score, address in hits if score > SIMILAR_SCORE]


def _like_words(fields: Any, revision: Revision) -> list[Query]:
    texts = (("title_stems", revision.title), ("summary_stems", revision.summary))
    return [
        Query.more_like_this_document_fields_query(
            fields,
            {name: [" ".join(stems(words(text), revision.language))]},
            min_doc_frequency=2,
            min_term_frequency=1,
            min_word_length=4,
        )
        for name, text in texts
    ]


def _like_subjects(fields: Any, searcher: Searcher, key: int) -> list[Query]:
    """Ask for the subjects under which the index has an entry."""
    subjects = _aggregate(searcher, _term(fields, "entry", key), list(SUBJECTS))
    return [
        Query.const_score_query(_term(fields, name, value), weight)
        for name, weight in SUBJECTS.items()
        for value in subjects[name]
    ]


def _term(fields: Any, name: str, value: Any) -> Query:
    return Query.term_query(fields, name, value, "basic")
