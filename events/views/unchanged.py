"""Answers that are not made again for readers who have them already."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

# Calendars are asked for again and again by programs; a long one takes long to write.
MOST_REMEMBERED = 40
MOST_BYTES = 1_000_000
_files: OrderedDict[str, bytes] = OrderedDict()
_guard = Lock()


def answer_unless_known(
    request: HttpRequest, state: str, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return 304 to whoever has the answer of this state, else the answer with its state."""
    etag = quote_etag(state)
    known = get_conditional_response(request, etag)
    response = make() if known is None else known
    if response.status_code in {200, 304}:
        response["ETag"] = etag
        patch_cache_control(response, max_age=0, must_revalidate=True)
    return response


def page_unless_known(
    request: HttpRequest, state: str, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do so for a page: whoever signed in or has something to be told is answered anew."""
    own = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    if own & set(request.COOKIES):
        return make()
    return answer_unless_known(request, state, make)


def file_unless_known(
    request: HttpRequest,
    state: str,
    make: Callable[[], bytes],
    content_type: str,
    name: str,
) -> HttpResponse:
    """Do so for a file to take along. What was made for a state is remembered by its name."""

    def answer() -> HttpResponse:
        response = HttpResponse(_made(state, make), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return answer_unless_known(request, state, answer)


def _made(state: str, make: Callable[[], bytes]) -> bytes:
    with _guard:
        if known := _files.get(state):
            _files.move_to_end(state)
            return known
    content = make()
    if len(content) <= MOST_BYTES:
        with _guard:
            _files[state] = content
            while len(_files) > MOST_REMEMBERED:
                _files.popitem(last=False)
    return content
