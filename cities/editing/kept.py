"""A form that arrives after its session has ended is kept and given back after signing in."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.urls import resolve
from django.utils.translation import gettext as _

from cities import limits
from cities.editing import drafts
from cities.models import KeptInput

MOST_CHARACTERS = 200_000
MOST_AN_HOUR = 30
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "credential", "key"}


class KeepsInputMixin(AccessMixin):
    """For class views that need somebody signed in: like LoginRequiredMixin, but loses nothing."""

    holds_words = True
    """Whether there is something to give back; a button holds nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask visitors to sign in, keeping what they sent; say so when it comes back."""
        if not request.user.is_authenticated:
            return sign_in_first(request, keeps=self.holds_words)
        if request.method == "GET" and initial_data(request) is not None:
            messages.info(request, _("We kept what you typed. Check it, then save."))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def sign_in_first(request: HttpRequest, *, keeps: bool = True) -> HttpResponseRedirect:
    """Send a visitor to the sign-in page and back here, with the form they sent if there is one."""
    back = request.get_full_path()
    if request.method == "POST" and keeps:
        kept = keep(request)
        if kept is not None:
            back = f"{request.path}?{urlencode({'kept': kept.key})}"
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")


def keep_refused(request: HttpRequest) -> HttpResponseRedirect | None:
    """Keep a form whose token was refused and lead back to its page; None where that cannot be.

    That happens to people who signed in or out in another window. A form from another site is
    not kept, nor one of a page that could not show it again.
    """
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    page = getattr(resolve(request.path).func, "view_class", None)
    if origin not in (None, own) or page is None or not issubclass(page, KeepsInputMixin):
        return None
    kept = keep(request) if page.holds_words else None
    if kept is None and page.holds_words:
        return None
    back = f"{request.path}?{urlencode({'kept': kept.key})}" if kept else request.path
    if request.user.is_authenticated:
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")


def keep(request: HttpRequest) -> KeptInput | None:
    """Keep the fields of a form for two days; None when it is too long or too many came."""
    fields = drafts.typed(request.POST, leave_out=NEVER_KEPT)
    if not fields or drafts.length(fields) > MOST_CHARACTERS or not _within_limit(request):
        return None
    return KeptInput.objects.create(path=request.path[:500], data=fields)


def initial_data(request: HttpRequest) -> QueryDict | None:
    """Return the fields kept for this page, as data for a bound form, or None.

    The key is known only to the browser that sent the form, and only fits the page it was sent to.
    """
    try:
        key = uuid.UUID(request.GET.get("kept", ""))
    except ValueError:
        return None
    kept = KeptInput.objects.filter(key=key, path=request.path).first()
    if kept is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in kept.data.items():
        data.setlist(name, values)
    return data


def _within_limit(request: HttpRequest) -> bool:
    """Count the forms kept for a visitor's network in an hour."""
    visitor = limits.network(limits.visitor(request))
    return not limits.take("kept", visitor, most=MOST_AN_HOUR, seconds=60 * 60)
