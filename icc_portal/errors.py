"""What a person sees when a request cannot be answered: why, a number to quote, a next step."""

import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _

from cities.editing.kept import keep_refused
from icc_portal.database import is_away, is_too_large_for_sqlite

# What the page "cannot reach its data" asks browsers and programs to wait, in seconds.
RETRY_AFTER_S = 10
# Fields that are written into no page.
SECRET = ("password", "code", "otp")


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    answer = {"title": title, "text": text, "error_id": getattr(request, "request_id", "")}
    return render(request, f"{status}.html", answer, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request cannot be read."""
    text = _("The address or the form could not be read. Go back, look at it again and resend.")
    return _page(request, 400, _("This request could not be read"), text)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: visible, but not for this person to do."""
    text = str(exception) or _("Your account may not do this. Ask the programme team for access.")
    return _page(request, 403, _("You may not do this"), text)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or none that this person may know of."""
    text = _("Nothing is here. The address may be mistyped, or you may need to sign in first.")
    return _page(request, 404, _("Page not found"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the form again as it was sent where its page can; else 403, and how to keep it."""
    back = keep_refused(request)
    if back is not None:
        return back
    text = _(
        "This form was open for too long, or you signed in or out in another window. "
        "Go back, reload the page in a second window, and send the form again: "
        "what you typed is still in the first one."
    )
    return _page(request, 403, _("Please send the form again"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page asks nothing of the database, which may be what failed.

    Where that is so, 503: the page then holds the form that was sent, to be sent again.
    """
    if is_away(sys.exc_info()[1]):
        return _data_out_of_reach(request)
    error_id = getattr(request, "request_id", "")
    return render(None, "500.html", {"error_id": error_id}, status=500)


def _data_out_of_reach(request: HttpRequest) -> HttpResponse:
    """503: the database is away for a moment."""
    told = {
        "error_id": getattr(request, "request_id", ""),
        "was_sent": request.method == "POST",
        "address": request.get_full_path(),
        "fields": _sent_fields(request),
    }
    answer = render(None, "503.html", told, status=503)
    answer["Retry-After"] = str(RETRY_AFTER_S)
    answer["Cache-Control"] = "no-store"
    return answer


def _sent_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form that a page can hold, its token among them; none with secrets.

    Files cannot be written into a page: what came with one is still in the browser only.
    """
    if request.method != "POST" or request.content_type == "application/json":
        return []
    try:
        names, has_files = list(request.POST), bool(request.FILES)
    except (RawPostDataException, UnreadablePostError):
        return []
    if has_files or any(secret in name for name in names for secret in SECRET):
        return []
    return [(name, value) for name in names for value in request.POST.getlist(name)]


class ImpossibleNumbers:
    """Middleware: 400 where an address or a form names a row by a number that no row can have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Change nothing."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        """Tell it as a request that cannot be read; leave every other failure alone."""
        return bad_request(request, failure) if is_too_large_for_sqlite(failure) else None
