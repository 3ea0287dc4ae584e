"""Entries as cards of a list: fetched together, and what a card says of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from cities.models import Actor
from cities.prepared import Prepared, padded
from marketplace import fit, freshness
from marketplace.fit import CityLike
from marketplace.models import Entry, EntryKind, Maturity, Revision
from marketplace.search.answers import Answer
from marketplace.search.passages import passage
from marketplace.views.selection import Selection
from marketplace.views.shortlist import kept_entries

PAGE_SIZE = 12
MOST_TAGS = 3
# The columns of a Row, and after them those in which searched words are shown.
COLUMNS = (
    *("pk", "slug", "kind", "owner_note", "city__name", "city__country", "confirmed_reuse"),
    *("confirmed_on", "live_revision_id", "live_revision__published_at", "live_revision__language"),
    *("live_revision__title", "live_revision__summary", "live_revision__maturity"),
    *("live_revision__is_open_source", "live_revision__demonstration"),
)
TEXTS = ("summary", "approach", "problem", "results", "story")


class Row(NamedTuple):
    """What a card shows of a live entry, as it is read: wide models take three times as long."""

    pk: int
    slug: str
    kind: str
    owner_note: str
    city: str | None
    country: str | None
    confirmed_reuse: int
    confirmed_on: date | None
    revision: int
    published_at: datetime | None
    language: str
    title: str
    summary: str
    maturity: str
    is_open_source: bool | None
    demonstration: bool
    texts: tuple[str, ...] = ()


class Card(NamedTuple):
    """An entry as components/card.html takes it."""

    row: Row
    kicker: str
    tags: list[str]
    meta: list[str]
    highlight: SafeString
    url: str
    reasons: list[str]
    """Why it fits the city asked for, in words."""
    is_chosen: bool
    toggle: str
    """The query string that chooses it, or no longer."""
    is_kept: bool | None
    """Whether it is on the reader's shortlist; None for those who cannot keep any."""

    @property
    def words(self) -> dict[str, Any]:
        """The card as its template takes it: words, lists of words, and what is so or not."""
        return {
            "pk": str(self.row.pk),
            "title": self.row.title,
            "summary": self.row.summary,
            "demonstration": self.row.demonstration,
            "url": self.url,
            "kicker": self.kicker,
            "tags": self.tags,
            "meta": self.meta,
            "highlight": self.highlight,
            "reasons": self.reasons,
            "is_chosen": self.is_chosen,
            "toggle": self.toggle,
        }


def _shown_to(user: Actor, asked: Q, *, with_texts: bool) -> QuerySet[Any, Any]:
    """Ask for live entries. What was withdrawn a moment ago is left out."""
    texts = [f"live_revision__{name}" for name in TEXTS] if with_texts else []
    entries = Entry.objects.live().visible_to(user).filter(asked)
    return entries.order_by().values_list(*COLUMNS, *texts)


def _for_visitors(*keys: int, with_texts: bool) -> QuerySet[Any, Any]:
    return _shown_to(AnonymousUser(), Q(pk__in=keys), with_texts=with_texts)


def _themes_of(*revisions: int) -> QuerySet[Any, Any]:
    """Ask for the names of the themes of revisions, in the order of themes."""
    rows = Revision.themes.through.objects.filter(revision__in=revisions)
    order = ("theme__kind__position", "theme__position", "theme__name")
    return rows.order_by(*order).values_list("revision_id", "theme__short_name")


_keys = [int] * PAGE_SIZE
_page_for_visitors = {
    with_texts: Prepared(partial(_for_visitors, with_texts=with_texts), *_keys)
    for with_texts in (False, True)
}
_themes_of_a_page = Prepared(_themes_of, *_keys)


def fetched(
    ids: Sequence[int], slugs: Sequence[str], user: Actor, *, with_texts: bool
) -> dict[int | str, Row]:
    """Fetch a page of entries by their keys, and others by their addresses; each under both.

    What was withdrawn a moment ago is left out, whatever the index holds.
    """
    if slugs or user.is_authenticated:
        asked = Q(pk__in=ids) | Q(slug__in=slugs)
        rows: Iterable[Any] = _shown_to(user, asked, with_texts=with_texts)
    else:
        rows = _page_for_visitors[with_texts](*padded(ids, PAGE_SIZE))
    length = len(COLUMNS)
    found = [Row._make((*row[:length], tuple(row[length:]))) for row in rows]
    return {row.pk: row for row in found} | {row.slug: row for row in found}


def cards(
    found: Answer,
    known: dict[int | str, Row],
    selection: Selection,
    like: CityLike,
    user: Actor,
) -> list[Card]:
    """Return what an answer found, in its order, for cards."""
    rows = [known[pk] for pk in found.entry_ids if pk in known]
    reasons = _reasons(like, rows, user)
    kept = kept_entries(user, [row.pk for row in rows])
    tags: dict[int, list[str]] = defaultdict(list)
    revisions = padded([row.revision for row in rows], PAGE_SIZE)
    for revision, name in _themes_of_a_page(*revisions) if rows else ():
        tags[revision].append(name)
    # Translated once for all of them.
    kinds = {kind: str(label) for kind, label in EntryKind.choices}
    maturities = {maturity: str(label) for maturity, label in Maturity.choices}
    open_source = _("Open source")
    return [
        Card(
            row=row,
            kicker=" · ".join(filter(None, (kinds[row.kind], place(row) or row.owner_note))),
            tags=tags[row.revision][:MOST_TAGS],
            meta=[
                *([maturities[row.maturity]] if row.maturity else []),
                *([open_source] if row.is_open_source else []),
                *_meta(row),
            ],
            highlight=passage(row.texts, found.words, row.language),
            url=_address(row.slug, selection),
            reasons=reasons.get(row.pk, []),
            is_chosen=row.slug in selection.slugs,
            toggle=selection.toggled(row.slug),
            is_kept=row.pk in kept if kept is not None else None,
        )
        for row in rows
    ]


def _reasons(like: CityLike, rows: Sequence[Row], user: Actor) -> dict[int, list[str]]:
    """Say of each entry why it fits a city; nothing where none is asked for."""
    if not like:
        return {}
    entries = Entry.objects.visible_to(user).select_related("city", "live_revision")
    fits = fit.fits(like, list(entries.filter(pk__in=[row.pk for row in rows])))
    return {pk: one.reasons for pk, one in fits.items()}


def _address(slug: str, selection: Selection) -> str:
    url = reverse("marketplace:entry-detail", kwargs={"slug": slug})
    return f"{url}?{selection.query}" if selection.slugs else url


def place(row: Row) -> str:
    """Return city and country of an entry; empty where no city is known."""
    return f"{row.city}, {_country(row.country or '', get_language())}" if row.city else ""


@lru_cache(maxsize=2_000)
def _country(code: str, language: str | None) -> str:
    """Return the name of a country in a language, which must be the reader's."""
    return str(countries.name(code))


def _meta(row: Row) -> Iterable[str]:
    """Tell what else speaks for an entry, or against it."""
    if reuse := row.confirmed_reuse:
        words = ngettext("Reused by {number} city", "Reused by {number} cities", reuse)
        yield words.format(number=reuse)
    if stale := freshness.stale(row.published_at, row.confirmed_on):
        month = date_format(stale, "YEAR_MONTH_FORMAT")
        yield _("Last confirmed in {month}").format(month=month)
