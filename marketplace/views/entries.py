"""The marketplace as the public sees it: the list with its search, and suggestions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities.filters.facets import folded
from cities.models import City
from cities.paging import number_asked
from marketplace.filters import EntryFilter
from marketplace.filters.addresses import saved_query
from marketplace.models import Entry
from marketplace.search import answers
from marketplace.search.questions import Question
from marketplace.views.cards import PAGE_SIZE, cards, fetched, place
from marketplace.views.remembered import PARTS, remembered_for_visitors
from marketplace.views.selection import Selection

# Nobody turns so many pages; it keeps the index from gathering what nobody reads.
LAST_PAGE = 800
MOST_CITIES = 8
SUGGEST_FROM = 2


@require_safe
@vary_on_headers(*PARTS)
@remembered_for_visitors
def entry_list(request: HttpRequest) -> HttpResponse:
    """The marketplace: search, filters with counts, cards. htmx gets the part that changes."""
    narrowed = EntryFilter(request.GET, queryset=Entry.objects.none(), request=request)
    selection = Selection.of(request)
    found, page = _asked_page(narrowed, min(number_asked(request), LAST_PAGE))
    user, words = request.user, found.words
    known = fetched(found.entry_ids, selection.slugs, user, with_texts=bool(words))
    asked_order = narrowed.asked_order
    context = {
        "cards": cards(found, known, selection, narrowed.likeness.like, user),
        "answer": found,
        "groups": narrowed.groups(found.counts),
        "notes": [*narrowed.notes, *_left_open(narrowed, found)],
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
            (known[slug].title, selection.toggled(slug))
            for slug in selection.slugs
            if slug in known
        ],
        "saveable": saved_query(request.GET),
        "clear_url": f"{request.path}?{selection.without(narrowed.GROUPS)}",
    }
    # Going back, htmx asks for the whole page when it kept none.
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "_entry_results.html" if is_part else "entry_list.html"
    response = render(request, f"marketplace/{template}", context)
    if is_part:
        response["HX-Push-Url"] = _address(request.path, selection, page.number)
    return response


def _left_open(narrowed: EntryFilter, found: answers.Answer) -> list[str]:
    """Say which filters were ticked and could not be asked for."""
    return [
        _("The filter {name} cannot be used for a moment and was left out.").format(
            name=narrowed.filters[name].label
        )
        for name in found.left_open
    ]


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
    known = fetched(ids, (), request.user, with_texts=False)
    options = [(known[pk].title, place(known[pk])) for pk in ids if pk in known]
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
