"""Saved searches: who wants to hear of what, and telling them once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import mails
from cities.models import MailAddress, User
from marketplace import fit, notifications
from marketplace.models import Entry, Rhythm, SavedSearch, ToldEntry
from marketplace.search import answers
from marketplace.search.questions import Question
from marketplace.services.refusals import Refused

PURPOSE = "saved-search:"
MOST_SEARCHES = 50
# An entry is dated before its transaction ends, and an index may follow a moment later.
LOOKED_BACK = timedelta(hours=1)
MOST_NEW = 500
MOST_TOLD = 30


@transaction.atomic
def save_search(user: User, *, query: str, name: str, rhythm: str) -> SavedSearch:
    """Save a search for a person; one they have already takes on the name and the rhythm.

    Raises Refused beyond fifty searches.
    """
    known = SavedSearch.objects.filter(user=user)
    if not known.filter(query=query).exists() and known.count() >= MOST_SEARCHES:
        raise Refused(
            _("You have {number} saved searches; delete one first.").format(number=MOST_SEARCHES)
        )
    search, _made = SavedSearch.objects.update_or_create(
        user=user, query=query, defaults={"name": name, "rhythm": rhythm}
    )
    return search


@transaction.atomic
def save_search_for_address(
    address: str, *, query: str, name: str, rhythm: str, text: str, language: str
) -> None:
    """Save a search for an address without an account: it writes once its owner has confirmed.

    `text` is what the person read when they agreed. The caller learns nothing of the address.
    """
    known = MailAddress.objects.filter(address__iexact=address, purpose__startswith=PURPOSE)
    purpose = PURPOSE + hashlib.sha256(query.encode()).hexdigest()[:32]
    if known.count() >= MOST_SEARCHES and not known.filter(purpose=purpose).exists():
        return
    row = mails.ask_to_confirm(
        address, purpose=purpose, text=text, language=language, leads_to=_list_url(query)
    )
    if row.confirmed_at is None:
        SavedSearch.objects.update_or_create(
            address=row, defaults={"query": query, "name": name, "rhythm": rhythm}
        )


def stop_search(search: SavedSearch) -> None:
    """Forget a search, and the address it was for."""
    if search.address is not None:
        search.address.delete()
    else:
        search.delete()


def searches_due() -> list[SavedSearch]:
    """Return the searches for which something was published since they looked."""
    newest = Entry.objects.live().order_by("-first_published_at").first()
    if newest is None or newest.first_published_at is None:
        return []
    searches = SavedSearch.objects.awake()
    return list(searches.filter(looked_until__lt=newest.first_published_at + LOOKED_BACK))


@transaction.atomic
def tell_of_new(pk: int, question: Question, now: datetime | None = None) -> int:
    """Tell once of entries first published since a search looked; return of how many.

    `question` is what the search asks. At most one mail a day or a week, as its rhythm says; what
    is found in between waits for the next one. The rows of what was told stand in the same
    transaction as the mail, so that running this again, or twice at once, tells nothing twice.
    """
    now = now or timezone.now()
    # The lock lets one clock through; the others find it told.
    SavedSearch.objects.select_for_update().filter(pk=pk).first()
    awake = SavedSearch.objects.awake().select_related("user", "address")
    search = awake.filter(pk=pk).first()
    if search is None or (
        search.told_at and _period(search, search.told_at) == _period(search, now)
    ):
        return 0
    with translation.override(_language(search)):
        new = _new_entries(search, question, now)
    if new is None:
        return 0
    if new.found:
        key = f"saved-search:{search.pk}:{_period(search, now)}"
        notifications.tell_of_new(search, new.found, key)
        ToldEntry.objects.bulk_create(
            [ToldEntry(search=search, entry=entry) for entry, _reasons in new.found]
        )
        search.told_at = now
    search.looked_until = new.looked_until
    search.save(update_fields=["looked_until", "told_at"])
    return len(new.found)


@dataclass(frozen=True)
class New:
    """What is new and fits, with the reasons, and up to when everything was looked at."""

    found: Sequence[tuple[Entry, list[str]]]
    looked_until: datetime


def _new_entries(search: SavedSearch, question: Question, now: datetime) -> New | None:
    """Return what is new for a search; None when the index cannot say just now."""
    # A little is looked at twice; what was told already is left out.
    since = max(search.created_at, search.looked_until - LOOKED_BACK)
    new = Entry.objects.live().filter(first_published_at__gt=since)
    new = new.exclude(pk__in=search.told.order_by().values("entry"))
    rows = list(new.order_by("first_published_at").values_list("pk", "first_published_at"))
    told: list[tuple[Entry, list[str]]] = []
    until = search.looked_until
    for first in range(0, len(rows), MOST_NEW):
        batch = rows[first : first + MOST_NEW]
        part = _fitting(question, [pk for pk, _at in batch], MOST_TOLD - len(told))
        if part is None:
            return None
        told += part.found
        if part.waits:
            # The others wait for the next mail.
            return New(told, until)
        until = batch[-1][1] or until
    return New(told, now)


@dataclass(frozen=True)
class Part:
    """What fits of some entries, and whether there is more than was asked for."""

    found: list[tuple[Entry, list[str]]]
    waits: bool


def _fitting(question: Question, among: list[int], most: int) -> Part | None:
    """Return what fits of some entries, `most` of them; None when the index cannot say just now."""
    # What fits a city comes first, in whatever order its list is read: the rest is not told.
    order = "fit" if question.like else question.sort
    asked = replace(question, among=tuple(among), limit=max(most, 1), sort=order)
    answer = answers.answer(asked)
    if answer.counts is None:
        return None
    found = answer.entry_ids
    entries = Entry.objects.live().select_related("city", "live_revision").in_bulk(found)
    ordered = [entries[pk] for pk in found if pk in entries]
    fits = fit.fits(question.like, ordered)
    told = [
        (entry, fits[entry.pk].reasons if entry.pk in fits else [])
        for entry in ordered
        if entry.pk not in fits or fits[entry.pk].points
    ]
    return Part(told[:most], waits=answer.total > most and len(told) == len(ordered) > 0)


def _language(search: SavedSearch) -> str:
    """Return the language of who reads the mails."""
    if search.user is not None:
        return search.user.language
    return search.address.language if search.address is not None else "en"


def _period(search: SavedSearch, moment: datetime) -> str:
    """Name the day or the week of a moment: a search writes once in it."""
    day = timezone.localtime(moment).date()
    if search.rhythm == Rhythm.WEEKLY:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()


def _list_url(query: str) -> str:
    return f"{reverse('marketplace:entry-list')}?{query}"[:300]
