"""What happens to every request: a number to find it by, and no copies of private pages."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponse]
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")
# What a proxy may hand us: short, and nothing that could break a log line.
ACCEPTABLE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestId:
    """Number each request; the number is in the answer, in the logs and on error pages."""

    def __init__(self, get_response: Answer) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number the request and its answer."""
        offered = request.headers.get("X-Request-ID", "")
        number = offered if ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex[:16]
        request.request_id = number  # type: ignore[attr-defined]
        token = current_request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = number
        return response


class ReaderZone:
    """Show times in the zone of the person who signed in; visitors get the zone of the event."""

    def __init__(self, get_response: Answer) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Use the person's zone for this request only."""
        if not request.session.session_key or not request.user.is_authenticated:
            return self.get_response(request)
        try:
            zone = ZoneInfo(request.user.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


class PrivateAnswers:
    """What a signed-in person is shown is kept by no cache, nor by the Back button."""

    def __init__(self, get_response: Answer) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid storing the answer when it was made for somebody."""
        response = self.get_response(request)
        # Looking at the user reads the session, and then every page varies on cookies; so only
        # those who sent a session cookie are looked at.
        if request.session.session_key and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response
