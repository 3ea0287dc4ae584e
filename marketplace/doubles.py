"""Entries that read much like a revision, as far as whoever looks may know of them.

Among published entries everybody may: the report of the automatic checks names those, and is read
by the city and by reviewers alike. What is not published is sought anew for each person who looks,
among what they may read, and written down nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from rapidfuzz import fuzz, process

from cities.models import Actor
from marketplace.models import Entry, Revision
from marketplace.models.revisions import UNDER_REVIEW, RevisionQuerySet, RevisionState
from marketplace.search import answers

# From this share of common words on (0 to 100), an entry is shown to people as a likely double.
ALIKE = 70
MOST_SHOWN = 3
# Of what is under review, the latest so many are compared, or staff would wait for thousands.
MOST_COMPARED = 500
# A city's own that can still change: drafts, what is under review, what came back.
ON_THE_WAY = [RevisionState.DRAFT, *UNDER_REVIEW, RevisionState.CHANGES_REQUESTED]


@dataclass(frozen=True)
class Double:
    """A live entry that reads much like a revision: how much, from 0 to 100."""

    entry: Entry
    likeness: int


@dataclass(frozen=True)
class UnpublishedDouble:
    """A revision of another entry that nobody published yet, and how much it reads alike."""

    revision: Revision
    likeness: int

    @property
    def key(self) -> str:
        """Return what the address of a page names it by."""
        return f"{self.revision.entry.slug}:{self.revision.number}"


def published(revision: Revision, limit: int = MOST_SHOWN) -> list[Double]:
    """Return live entries of the same kind whose title and summary read alike, likest first.

    Only those that the search finds by any of the words are compared: all of them would take
    seconds where there are very many.
    """
    near = answers.nearest(f"{revision.title} {revision.summary}", revision.entry.kind)
    live = (
        (Entry.objects.live() if near is None else Entry.objects.live().filter(pk__in=near))
        .filter(kind=revision.entry.kind)
        .exclude(pk=revision.entry_id)
        .order_by()
        .values_list("pk", "live_revision__title", "live_revision__summary")
    )
    found = _likest(revision, live, limit)
    entries = Entry.objects.select_related("live_revision", "city").in_bulk(found)
    return [Double(entries[pk], likeness) for pk, likeness in found.items()]


def under_review(revision: Revision, user: Actor) -> list[UnpublishedDouble]:
    """Return what is under review, reads alike and may be read by whoever reviews this."""
    return _unpublished(revision, under_review_for(revision, user))


def of_the_same_city(revision: Revision, user: Actor) -> list[UnpublishedDouble]:
    """Return what this person's city itself has drafted or handed in, and reads alike."""
    own = _others(revision, user).filter(entry__city=revision.entry.city_id)
    return _unpublished(revision, own.filter(state__in=ON_THE_WAY))


def under_review_for(revision: Revision, user: Actor) -> RevisionQuerySet:
    """Return the revisions under review that somebody may set beside this one."""
    return _others(revision, user).under_review()


def _others(revision: Revision, user: Actor) -> RevisionQuerySet:
    readable = Revision.objects.visible_to(user).filter(entry__kind=revision.entry.kind)
    return readable.exclude(entry=revision.entry_id)


def _unpublished(revision: Revision, found: RevisionQuerySet) -> list[UnpublishedDouble]:
    # Of an entry that came back and was drafted again, the latest stands for it.
    columns = ("entry", "pk", "title", "summary")
    texts = found.order_by(F("submitted_at").desc(nulls_first=True), "-number")[:MOST_COMPARED]
    rows = reversed(list(texts.values_list(*columns)))
    latest = {entry: (pk, title, summary) for entry, pk, title, summary in rows}
    likest = _likest(revision, latest.values(), MOST_SHOWN)
    revisions = Revision.objects.select_related("entry__city").in_bulk(likest)
    return [UnpublishedDouble(revisions[pk], likeness) for pk, likeness in likest.items()]


def _likest(
    revision: Revision, texts: Iterable[tuple[int, str, str]], limit: int
) -> dict[int, int]:
    """Return the keys of the texts that read alike, likest first, each with its share."""
    words = {pk: _comparable(title, summary) for pk, title, summary in texts}
    found = process.extract(
        _comparable(revision.title, revision.summary),
        words,
        scorer=fuzz.token_set_ratio,
        score_cutoff=ALIKE,
        limit=limit,
    )
    return {pk: round(score) for _words, score, pk in found}


def _comparable(title: str, summary: str) -> str:
    return " ".join(re.findall(r"\w+", f"{title} {summary}".casefold()))
