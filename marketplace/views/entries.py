"""The marketplace as the public sees it: the list with its search, and suggestions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.filters.facets import folded
from cities.models import Actor, City
from marketplace import fit, freshness
from marketplace.filters import EntryFilter
from marketplace.filters.addresses import saved_query
from marketplace.fit import CityLike
from marketplace.models import Entry, EntryKind, Maturity, Revision
from marketplace.search import answers
from marketplace.search.passages import passage
from marketplace.search.questions import Question
from marketplace.views.remembered import PARTS, remembered_for_visitors
from marketplace.views.selection import Selection
from marketplace.views.shortlist import kept_entries

PAGE_SIZE = 12
# Nobody turns so many pages; it keeps the index from gathering what nobody reads.
LAST_PAGE = 800
MOST_TAGS = 3
MOST_CITIES = 8
SUGGEST_FROM = 2
NUMBER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class Card:
    """An entry as components/card.html takes it."""

    entry: Entry
    revision: Revision
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


@require_safe
@vary_on_headers(*PARTS)
@remembered_for_visitors
def entry_list(request: HttpRequest) -> HttpResponse:
    """The marketplace: search, filters with counts, cards. htmx gets the part that changes."""
    narrowed = EntryFilter(request.GET, queryset=Entry.objects.none(), request=request)
    selection = Selection.of(request)
    found, page = _asked_page(narrowed, _number(request))
    fetched = _fetched(found.entry_ids, selection, request.user)
    asked_order = narrowed.asked_order
    context = {
        "cards": _cards(found, fetched, selection, narrowed.likeness.like, request.user),
        "answer": found,
        "groups": narrowed.groups(found.counts),
        "notes": narrowed.notes,
        "orders": narrowed.orders(),
        "kept": [
            *([{"name": "sort", "value": asked_order}] if asked_order else []),
            *selection.kept,
        ],
        "page_obj": page,
        "query": narrowed.text,
        "looser": _looser(narrowed) if not found.total else [],
        "likeness": narrowed.likeness,
        "panel": narrowed.likeness.shown(_own_city(request)),
        "selection": selection,
        "chosen": [
            (fetched[slug], selection.toggled(slug)) for slug in selection.slugs if slug in fetched
        ],
        "saveable": saved_query(request.GET),
    }
    # Going back, htmx asks for the whole page when it kept none.
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "_entry_results.html" if is_part else "entry_list.html"
    response = render(request, f"marketplace/{template}", context)
    if is_part:
        response["HX-Push-Url"] = _address(request.path, selection, page.number)
    return response


def _address(path: str, selection: Selection, page: int) -> str:
    """Return the address of a page of results, without fields that were left open."""
    said = [selection.address, f"page={page}" if page > 1 else ""]
    query = "&".join(part for part in said if part)
    return f"{path}?{query}" if query else path


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for what has been typed so far, as options of the search field's list."""
    typed = request.GET.get("q", "").replace("\0", " ").strip()
    ids = answers.suggestions(typed) if len(typed) >= SUGGEST_FROM else []
    entries = Entry.objects.live().visible_to(request.user).for_cards().in_bulk(ids)
    options = [(str(entries[pk]), _place(entries[pk])) for pk in ids if pk in entries]
    return render(request, "marketplace/_suggestions.html", {"options": options})


@require_safe
def city_suggestions(request: HttpRequest) -> HttpResponse:
    """Names of cities for what has been typed so far, as options of a field's list."""
    typed = folded(request.GET.get("like", "").replace("\0", " ").strip())
    names = City.objects.visible_to(request.user).values_list("name", flat=True) if typed else []
    known = [name for name in names if any(part.startswith(typed) for part in _parts(name))]
    options = [(name, "") for name in known[:MOST_CITIES]]
    return render(request, "marketplace/_suggestions.html", {"options": options})


def _parts(name: str) -> list[str]:
    """Return a name and what follows each of its blanks: "havre" is meant for Le Havre."""
    words = folded(name).split()
    return [" ".join(words[start:]) for start in range(len(words))]


def _fetched(ids: list[int], selection: Selection, user: Actor) -> dict[int | str, Entry]:
    """Fetch entries that were found by their keys, and those that were chosen by their addresses.

    What was withdrawn a moment ago is left out, whatever the index holds.
    """
    asked = Q(pk__in=ids) | Q(slug__in=selection.slugs) if selection.slugs else Q(pk__in=ids)
    found = list(Entry.objects.live().visible_to(user).for_cards().filter(asked).order_by())
    return {entry.pk: entry for entry in found} | {entry.slug: entry for entry in found}


def _cards(
    found: answers.Answer,
    fetched: dict[int | str, Entry],
    selection: Selection,
    like: CityLike,
    user: Actor,
) -> list[Card]:
    """Return what an answer found, in its order, for cards."""
    entries = [fetched[pk] for pk in found.entry_ids if pk in fetched]
    reasons = fit.fits(like, entries)
    kept = kept_entries(user, entries)
    return [
        _card(
            entry,
            found.words,
            reasons=reasons[entry.pk].reasons if entry.pk in reasons else [],
            selection=selection,
            is_kept=entry.pk in kept if kept is not None else None,
        )
        for entry in entries
    ]


def _card(entry: Entry, words: list[str], **more: Any) -> Card:
    revision = entry.live_revision
    if revision is None:
        raise ValueError("Only live entries have cards.")
    texts = (revision.summary, revision.approach, revision.problem, revision.results)
    kicker = [str(EntryKind(entry.kind).label), _place(entry) or entry.owner_note]
    selection: Selection = more.pop("selection")
    url = entry.get_absolute_url()
    return Card(
        entry=entry,
        revision=revision,
        kicker=" · ".join(word for word in kicker if word),
        tags=[theme.short_name for theme in revision.themes.all()][:MOST_TAGS],
        meta=_meta(entry, revision),
        highlight=passage((*texts, revision.story), words, revision.language),
        url=f"{url}?{selection.query}" if selection.slugs else url,
        is_chosen=entry.slug in selection.slugs,
        toggle=selection.toggled(entry.slug),
        **more,
    )


def _place(entry: Entry) -> str:
    """Return city and country of an entry; empty where no city is known."""
    country = entry.city.country.name if entry.city else ""  # type: ignore[attr-defined]
    return f"{entry.city}, {country}" if entry.city else ""


def _meta(entry: Entry, revision: Revision) -> list[str]:
    reuse = ngettext(
        "Reused by {number} city", "Reused by {number} cities", entry.confirmed_reuse
    ).format(number=entry.confirmed_reuse)
    meta = [
        str(Maturity(revision.maturity).label) if revision.maturity else "",
        _("Open source") if revision.is_open_source else "",
        reuse if entry.confirmed_reuse else "",
        _("Last confirmed in {month}").format(month=date_format(stale, "YEAR_MONTH_FORMAT"))
        if (stale := freshness.stale_since(entry))
        else "",
    ]
    return [word for word in meta if word]


def _own_city(request: HttpRequest) -> str:
    """Return the name of a city whose team this person belongs to."""
    own = City.objects.acted_for_by(request.user) if request.user.is_authenticated else None
    first = own.first() if own is not None else None
    return first.name if first else ""


def _asked_page(narrowed: EntryFilter, number: int) -> tuple[answers.Answer, Page[int]]:
    """Answer for one page; past the end, for the last one."""
    question = narrowed.question(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    found = answers.answer(question)
    pages: Paginator[int] = Paginator(range(found.total), PAGE_SIZE)
    page = pages.get_page(number)
    if page.number != number:
        last = narrowed.question(offset=(page.number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        found = answers.answer(last)
    return found, page


def _number(request: HttpRequest) -> int:
    """Read the page asked for, at least 1; nonsense is no page of ours."""
    asked = request.GET.get("page") or "1"
    if not NUMBER.fullmatch(asked):
        raise Http404(_("There is no such page."))
    return max(1, min(int(asked[:9]), LAST_PAGE))


def _looser(narrowed: EntryFilter) -> list[dict[str, Any]]:
    """Say how many entries there are without each of the filters, where nothing was found."""
    chosen = narrowed.known
    offers = []
    for name, values in chosen.items():
        if not values:
            continue
        rest = {other: kept for other, kept in chosen.items() if other != name}
        total = answers.answer(Question(text=narrowed.text, chosen=rest, limit=1)).total
        if total:
            query = narrowed.data.copy()
            query.pop("page", None)
            query.pop(name)
            label = narrowed.filters[name].label
            offers.append({"label": label, "total": total, "query": query.urlencode()})
    return offers
