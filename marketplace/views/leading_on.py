"""Old addresses of entries lead on, on every page below them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.urls import reverse

from marketplace import moved
from marketplace.models import Entry

View = Callable[..., HttpResponseBase]


def leads_on(view: View) -> View:
    """Lead from a page below an address that an entry had before to the same one below its own.

    301; what was being sent is sent on to the new address by 308, so that nothing typed is lost.
    The page itself is asked first: an address that another entry has by now is that one's.
    """

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            slug = kwargs["slug"].replace("\0", "")
            entry = moved.renamed(slug, request.user) or moved.led_to([slug]).get(slug)
            match = request.resolver_match
            # Below an address that an entry has by now, what it lacks is sought nowhere else.
            is_theirs = Entry.objects.filter(slug=slug, merged_into=None).exists()
            if entry is None or match is None or entry.slug == slug or is_theirs:
                raise
        address = reverse(match.view_name, kwargs={**kwargs, "slug": entry.slug})
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(
            f"{address}?{query}" if query else address,
            preserve_request=request.method not in {"GET", "HEAD"},
        )

    return found
