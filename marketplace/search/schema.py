"""What an entry looks like in the index."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain

from tantivy import (
    Document,
    Index,
    Schema,
    SchemaBuilder,
    TextAnalyzerBuilder,
    Tokenizer,
)

from marketplace import fit
from marketplace.evidence import strength
from marketplace.models import Entry, EntryKind, Revision
from marketplace.search.words import fold, stems, words

# A change of anything here or in words.py takes a new number: indexes of an older one are rebuilt.
VERSION = 5
# Each text is kept twice: its words as folded, and their stems in the language of the revision.
TEXTS = ("title", "names", "summary", "body")
STEMMED = ("title_stems", "summary_stems", "body_stems")
FACETS = (
    "kind",
    "theme",
    "country",
    "maturity",
    "technology",
    "goal",
    "cost",
    "open_source",
    "language",
    "size",
    "funding",
    "standard",
    "evidence",
)
# Asked for by what fits a city, and never counted.
UNCOUNTED = ("trait", "run_by", "reused_by")
# From how many confirmed cities on reuse counts a little more between equals.
REUSE_STEPS = (1, 2, 3, 5, 10, 25)
BODY_FIELDS = (
    "problem",
    "approach",
    "results",
    "needs",
    "did_not_work",
    "licence",
    "story",
    "strategy",
    "ambitions",
)


@cache
def build() -> Schema:
    """Return the fields of the index."""
    builder = SchemaBuilder()
    builder.add_unsigned_field("entry", indexed=True, fast=True)
    builder.add_integer_field("published", fast=True)
    builder.add_unsigned_field("reused", fast=True)
    builder.add_text_field("sort_name", tokenizer_name="raw", fast=True, index_option="basic")
    for name in (*TEXTS, *STEMMED):
        builder.add_text_field(name, tokenizer_name="ready_words")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    for name in UNCOUNTED:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


def teach(index: Index) -> Index:
    """Tell an opened index how our texts are split: they come as words with blanks between."""
    index.register_tokenizer("ready_words", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def live_entries(entry_ids: Iterable[int] | None = None) -> Iterable[Entry]:
    """Return live entries with all that the index holds of them; without ids, all of them."""
    entries = Entry.objects.live()
    if entry_ids is not None:
        entries = entries.filter(pk__in=list(entry_ids))
    return (
        entries.order_by("pk")
        .select_related("city", "live_revision")
        .prefetch_related(
            "city__names",
            "city__traits",
            "live_revision__themes",
            "live_revision__technologies",
            "live_revision__goals",
            "live_revision__partners",
            "live_revision__fundings",
            "live_revision__standards",
            "live_revision__figures",
            "live_revision__attachments",
            "deployments__city__traits",
        )
        .iterator(chunk_size=500)
    )


def document(entry: Entry) -> Document:
    """Return a live entry as the index holds it."""
    revision = entry.live_revision
    if revision is None:
        raise ValueError(f"Entry {entry.pk} is not live.")
    texts = {
        "title": [words(revision.title)],
        "names": [words(name) for name in _names(entry, revision)],
        "summary": [words(revision.summary)],
        "body": [words(getattr(revision, name)) for name in BODY_FIELDS],
    }
    # Each part is a value of its own: the index leaves a gap between them, so that a phrase ends
    # where a name or a field does. Nobody asks for phrases of stems.
    held: dict[str, object] = {
        name: [" ".join(part) for part in parts if part] for name, parts in texts.items()
    }
    for name in STEMMED:
        every = list(chain.from_iterable(texts[name.removesuffix("_stems")]))
        held[name] = " ".join(stems(every, revision.language))
    held["entry"] = entry.pk
    published = entry.first_published_at
    held["published"] = int(published.timestamp() * 1_000_000) if published else 0
    held["reused"] = entry.confirmed_reuse
    held["sort_name"] = fold(revision.title)[:80]
    return Document.from_dict(held | facets(entry, revision), build())


def facets(entry: Entry, revision: Revision) -> dict[str, list[str]]:
    """Return the values by which an entry can be narrowed down to."""
    where = fit.facts(entry, revision)
    is_open = {True: ["yes"], False: ["no"], None: []}[revision.is_open_source]
    return {
        "kind": [entry.kind],
        "theme": [theme.slug for theme in revision.themes.all()],
        "country": [entry.city.country.code] if entry.city else [],  # type: ignore[attr-defined]
        "maturity": [revision.maturity] if revision.maturity else [],
        "technology": [technology.slug for technology in revision.technologies.all()],
        "goal": [str(goal.number) for goal in revision.goals.all()],
        "cost": where["cost"],
        "open_source": is_open,
        "language": [revision.language] if revision.language else [],
        "size": where["size"],
        "funding": [funding.slug for funding in revision.fundings.all()],
        "standard": [standard.slug for standard in revision.standards.all()],
        "evidence": _evidence(entry, revision),
        "trait": where["trait"],
        "run_by": where["run_by"],
        "reused_by": [str(step) for step in REUSE_STEPS if entry.confirmed_reuse >= step],
    }


def _evidence(entry: Entry, revision: Revision) -> list[str]:
    """Return how well results are shown; a profile tells none."""
    if entry.kind == EntryKind.CITY_PROFILE:
        return []
    # It is at hand: nobody need ask for it.
    revision.entry = entry
    return [str(strength(revision).level.value)]


def _names(entry: Entry, revision: Revision) -> list[str]:
    """Names a person may look for: places in all languages, organisations, subjects."""
    names = [entry.owner_note]
    if entry.city:
        names += [entry.city.name, entry.city.country.name]  # type: ignore[attr-defined]
        names += [name.name for name in entry.city.names.all()]
    names += [one.city.name for one in entry.deployments.all() if one.is_public]
    names += [partner.name for partner in revision.partners.all()]
    names += [theme.name for theme in revision.themes.all()]
    names += [technology.name for technology in revision.technologies.all()]
    names += [standard.name for standard in revision.standards.all()]
    return names
