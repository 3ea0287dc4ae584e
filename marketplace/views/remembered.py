"""Public pages as visitors see them, remembered by a process for a few seconds.

The same page is made for everybody who has not signed in, and most of them ask for the same few.
A page is forgotten as soon as the search index follows any change of what is public, and after
PAGES_REMEMBERED_S in any case. Whoever signed in, or has something to be told, is answered anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from time import monotonic

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from marketplace.search import index
from marketplace.search.index import IndexUnusable

View = Callable[..., HttpResponse]
# A page is some fifty kilobytes.
MOST_REMEMBERED = 300
PARTS = ("HX-Request", "HX-History-Restore-Request")


@dataclass(frozen=True)
class Page:
    """An answer as it was given, and when."""

    content: bytes
    content_type: str
    made_at: float
    pushes: str = ""
    """What address htmx shall show for it."""


_pages: OrderedDict[Hashable, Page] = OrderedDict()
_guard = Lock()


def remembered_for_visitors(view: View) -> View:
    """Let a view answer visitors with what it answered a moment ago."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = _key(request)
        if key is None:
            return view(request, *args, **kwargs)
        page = _pages.get(key)
        if page is not None and monotonic() - page.made_at < settings.PAGES_REMEMBERED_S:
            known = HttpResponse(page.content, content_type=page.content_type)
            if page.pushes:
                known["HX-Push-Url"] = page.pushes
            return known
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and _is_for_all(request, response):
            pushes = response.get("HX-Push-Url", "")
            page = Page(response.content, response["Content-Type"], monotonic(), pushes)
            _remember(key, page)
        return response

    return answer


def _key(request: HttpRequest) -> Hashable | None:
    """Say what an answer depends on; None where it must be made for this person."""
    own = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    if not settings.PAGES_REMEMBERED_S or request.method != "GET" or own & set(request.COOKIES):
        return None
    try:
        state = index.searcher().serial
    except IndexUnusable:
        # Plain results while the index is being made are not worth remembering.
        return None
    parts = tuple(request.headers.get(name) for name in PARTS)
    return (request.get_full_path(), get_language(), parts, state)


def _is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether nothing in an answer was made for who asked: no token of a form, no cookie."""
    has_token = request.META.get("CSRF_COOKIE_NEEDS_UPDATE", False)
    return not (has_token or response.cookies or request.session.modified)


def _remember(key: Hashable, page: Page) -> None:
    with _guard:
        _pages[key] = page
        while len(_pages) > MOST_REMEMBERED:
            _pages.popitem(last=False)
