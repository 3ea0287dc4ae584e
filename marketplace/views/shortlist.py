"""The shortlist: in the address for everybody, with an account kept as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cities.editing import kept
from cities.models import Actor, User
from marketplace import services
from marketplace.models import Entry, ShortlistItem
from marketplace.views.comparing import MOST as MOST_COMPARED
from marketplace.views.selection import NAME, Selection, query_of


def kept_entries(user: Actor, entries: Sequence[Entry] | Sequence[int]) -> set[int] | None:
    """Return which of these entries a person keeps, by their keys; None for visitors."""
    if not user.is_authenticated:
        return None
    items = ShortlistItem.objects.visible_to(user).filter(entry__in=entries)
    return set(items.values_list("entry", flat=True))


@require_safe
def shortlist(request: HttpRequest) -> HttpResponse:
    """The entries of the address; without any, those a person keeps."""
    selection = Selection.of(request)
    entries = Entry.objects.live().visible_to(request.user).for_cards()
    if selection.slugs:
        found = {entry.slug: entry for entry in entries.filter(slug__in=selection.slugs)}
        shown = [found[slug] for slug in selection.slugs if slug in found]
        if (now := selection.led_on(found)) is not None:
            return redirect(f"{request.path}?{now}", permanent=True)
    else:
        own = ShortlistItem.objects.visible_to(request.user)
        order = {entry: place for place, entry in enumerate(own.values_list("entry", flat=True))}
        shown = sorted(entries.filter(pk__in=order), key=lambda entry: order[entry.pk])
    kept_ones = kept_entries(request.user, shown)
    slugs = [entry.slug for entry in shown]
    context = {
        "entries": [
            {
                "entry": entry,
                "revision": entry.live_revision,
                "is_kept": kept_ones is not None and entry.pk in kept_ones,
                "without": query_of(slug for slug in slugs if slug != entry.slug),
            }
            for entry in shown
        ],
        "is_address": bool(selection.slugs),
        "missing": len(selection.slugs) - len(shown) if selection.slugs else 0,
        "share_url": request.build_absolute_uri(f"{request.path}?{query_of(slugs)}"),
        "compare_query": query_of(slugs[:MOST_COMPARED]),
        "most_compared": MOST_COMPARED,
        "add_query": query_of(slugs),
        "unkept": [slug for slug, row in zip(slugs, shown, strict=True)
                   if kept_ones is not None and row.pk not in kept_ones],
    }  # fmt: skip
    return render(request, "marketplace/shortlist.html", context)


@require_POST
def shortlist_change(request: HttpRequest) -> HttpResponse:
    """Put entries on a person's own shortlist, or take one off; then back to where they were."""
    user = request.user
    if not isinstance(user, User):
        return kept.sign_in_first(request)
    if "remove" in request.POST:
        entry = get_object_or_404(
            Entry.objects.visible_to(user), slug=request.POST["remove"].replace("\0", "")
        )
        services.drop_from_shortlist(user, entry)
        messages.success(request, _("“{title}” is off your shortlist.").format(title=entry))
        return HttpResponseRedirect(_back(request))
    asked = [slug.replace("\0", "") for slug in request.POST.getlist(NAME)]
    _say_added(request, services.keep_on_shortlist(user, _live(user, asked)))
    return HttpResponseRedirect(_back(request))


def _live(user: User, slugs: Iterable[str]) -> list[Entry]:
    """Return the live entries of these addresses, in their order."""
    wanted = list(dict.fromkeys(slugs))
    known = Entry.objects.live().visible_to(user).filter(slug__in=wanted)
    found = {entry.slug: entry for entry in known.select_related("live_revision")}
    return [found[slug] for slug in wanted if slug in found]


def _say_added(request: HttpRequest, added: list[Entry]) -> None:
    if len(added) == 1:
        words = _("“{title}” is on your shortlist.").format(title=added[0])
    elif added:
        words = ngettext(
            "{number} entry is new on your shortlist.",
            "{number} entries are new on your shortlist.",
            len(added),
        ).format(number=len(added))
    else:
        words = _("All of it is on your shortlist already.")
    messages.success(request, words)


def _back(request: HttpRequest) -> str:
    """Return the page of ours that a form names, or the shortlist."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if is_ours else reverse("marketplace:shortlist")
