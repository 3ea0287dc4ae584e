"""Saved searches: save one, manage one's own, and stop one by the link of a mail."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities import limits
from cities.models import User
from marketplace import services
from marketplace.filters import EntryFilter
from marketplace.filters.addresses import saved_query
from marketplace.forms.searches import AddressSearchForm, SavedSearchForm
from marketplace.models import Entry, Rhythm, SavedSearch
from marketplace.search import answers

LONGEST_NAME = 120
MOST_AN_HOUR, HOUR_S = 10, 3600


@login_required
@require_safe
def search_list(request: HttpRequest) -> HttpResponse:
    """A person's own saved searches."""
    searches = SavedSearch.objects.visible_to(request.user)
    forms = [
        (search, SavedSearchForm(instance=search, prefix=str(search.pk))) for search in searches
    ]
    return render(request, "marketplace/search_list.html", {"searches": forms})


@require_http_methods(["GET", "HEAD", "POST"])
def search_new(request: HttpRequest) -> HttpResponse:
    """Save the search of the address: with an account, or for an address that is confirmed."""
    query = saved_query(request.GET)
    narrowed = EntryFilter(request.GET, queryset=Entry.objects.none(), request=request)
    words = narrowed.in_words or _("everything new")
    user = request.user if isinstance(request.user, User) else None
    form_class = SavedSearchForm if user else AddressSearchForm
    initial = {"name": words[:LONGEST_NAME], "rhythm": Rhythm.WEEKLY}
    form = form_class(request.POST or None, initial=initial)
    context = {
        "form": form,
        "words": words,
        "query": query,
        "total": answers.answer(narrowed.question(limit=1)).total,
    }
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wanted = {"query": query, "name": said["name"], "rhythm": said["rhythm"]}
        if user is None:
            if wait_s := _take_turn(request, said["email"]):
                words = _("That is many searches in an hour. Try again later.")
                form.add_error(None, words)
                answer = render(request, "marketplace/search_new.html", context, status=429)
                answer["Retry-After"] = str(wait_s)
                return answer
            text = _("Mails of the marketplace when something new fits: {words}").format(
                words=words
            )
            services.save_search_for_address(
                said["email"], text=text, language=get_language() or "en", **wanted
            )
            return render(request, "marketplace/search_asked.html", {"query": query})
        try:
            services.save_search(user, **wanted)
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: we write to you when something new fits."))
            return redirect("marketplace:search-list")
    return render(request, "marketplace/search_new.html", context)


def _take_turn(request: HttpRequest, address: str) -> int:
    """Count for the mailbox and for the network; return how many seconds to wait."""
    return max(
        limits.take("search-for-address", who, most=MOST_AN_HOUR, seconds=HOUR_S)
        for who in (limits.mailbox(address), limits.network(limits.visitor(request)))
    )


@login_required
@require_POST
def search_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a search, let it write at another rhythm, or delete it."""
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    if "delete" in request.POST:
        services.stop_search(search)
        messages.success(request, _("Deleted. It writes no more."))
        return redirect("marketplace:search-list")
    form = SavedSearchForm(request.POST, instance=search, prefix=str(search.pk))
    if form.is_valid():
        form.save()
        messages.success(request, _("Changed."))
        return redirect("marketplace:search-list")
    searches = [
        (one, form if one.pk == search.pk else SavedSearchForm(instance=one, prefix=str(one.pk)))
        for one in SavedSearch.objects.visible_to(request.user)
    ]
    return render(request, "marketplace/search_list.html", {"searches": searches})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search_stop(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Stop one search by the link of its mails; POST does it, as mail programs do (RFC 8058).

    The token is the only secret, and programs that open links change nothing. A search that was
    stopped before is stopped all the same.
    """
    search = SavedSearch.objects.filter(token=token).select_related("address").first()
    if request.method == "POST" and search is not None:
        services.stop_search(search)
        search = None
    return render(request, "marketplace/search_stop.html", {"search": search})
