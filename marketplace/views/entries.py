"""The marketplace as the public sees it: the list with its search, and suggestions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.models import Actor
from marketplace.filters import EntryFilter
from marketplace.models import Entry, Revision
from marketplace.search import answers
from marketplace.search.passages import passage
from marketplace.search.questions import Question

PAGE_SIZE = 12
# Nobody turns so many pages; it keeps the index from gathering what nobody reads.
LAST_PAGE = 800
MOST_TAGS = 3
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


@require_safe
@vary_on_headers("HX-Request", "HX-History-Restore-Request")
def entry_list(request: HttpRequest) -> HttpResponse:
    """The marketplace: search, filters with counts, cards. htmx gets the part that changes."""
    narrowed = EntryFilter(request.GET, queryset=Entry.objects.none(), request=request)
    found, page = _asked_page(narrowed, _number(request))
    context = {
        "cards": cards(found, request.user),
        "answer": found,
        "groups": narrowed.groups(found.counts),
        "notes": narrowed.notes,
        "order": narrowed.question().order,
        "kept": [{"name": "sort", "value": asked}] if (asked := narrowed.sort) else [],
        "page_obj": page,
        "query": narrowed.text,
        "looser": _looser(narrowed) if not found.total else [],
    }
    # Going back, htmx asks for the whole page when it kept none.
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "_entry_results.html" if is_part else "entry_list.html"
    return render(request, f"marketplace/{template}", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for what has been typed so far, as options of the search field's list."""
    typed = request.GET.get("q", "").replace("\0", " ").strip()
    ids = answers.suggestions(typed) if len(typed) >= SUGGEST_FROM else []
    entries = _in_order(ids, request.user)
    return render(request, "marketplace/_suggestions.html", {"entries": entries})


def cards(found: answers.Answer, user: Actor) -> list[Card]:
    """Return what an answer found, in its order, for cards."""
    return [_card(entry, found.words) for entry in _in_order(found.entry_ids, user)]


def _in_order(ids: list[int], user: Actor) -> list[Entry]:
    """Fetch entries; what was withdrawn a moment ago is left out, whatever the index holds."""
    entries = Entry.objects.live().visible_to(user).for_cards().in_bulk(ids)
    return [entries[pk] for pk in ids if pk in entries]


def _card(entry: Entry, words: list[str]) -> Card:
    revision = entry.live_revision
    if revision is None:
        raise ValueError("Only live entries have cards.")
    texts = (revision.summary, revision.approach, revision.problem, revision.results)
    country = entry.city.country.name if entry.city else ""  # type: ignore[attr-defined]
    place = f"{entry.city}, {country}" if entry.city else entry.owner_note
    kicker = [str(entry.get_kind_display()), place]
    maturity = revision.get_maturity_display() if revision.maturity else ""
    meta = [maturity, _("Open source") if revision.is_open_source else ""]
    return Card(
        entry=entry,
        revision=revision,
        kicker=" · ".join(word for word in kicker if word),
        tags=[theme.short_name for theme in revision.themes.all()][:MOST_TAGS],
        meta=[word for word in meta if word],
        highlight=passage((*texts, revision.story), words, revision.language),
    )


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
