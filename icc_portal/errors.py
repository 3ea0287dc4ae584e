"""What a person sees when a request cannot be answered: why, a number to quote, a next step."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cities.editing.kept import keep_refused
from icc_portal.database import is_too_large_for_sqlite


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
    """500: our fault. The page asks nothing of the database, which may be what failed."""
    error_id = getattr(request, "request_id", "")
    return render(None, "500.html", {"error_id": error_id}, status=500)


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
