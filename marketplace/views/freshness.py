"""Saying that an entry is still true: by the link of a mail, or signed in on its page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from cities.editing import kept
from cities.permissions import signed_in
from marketplace import freshness, permissions
from marketplace.freshness.asking import refusal
from marketplace.models import Entry


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_true_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with what the entry says; POST answers, once. Opening the link changes nothing.

    The token is the only secret of this form, and stands in its address: a second one adds none.
    """
    link = freshness.find_link(token)
    if link is None:
        raise Http404
    why, is_done = refusal(link), False
    if request.method == "POST":
        try:
            freshness.answer_by_link(token)
            why, is_done = "", True
        except freshness.FreshnessRefused as refused:
            why = str(refused)
    context = {
        "entry": link.question.entry,
        "why": why,
        "is_done": is_done,
        "last": freshness.last_true_on(link.question.entry),
    }
    status = 409 if why and request.method == "POST" else 200
    answer = render(request, "marketplace/still_true.html", context, status=status)
    # The address is a secret: it goes to nobody whose links are on the page.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_POST
def still_true(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the answer of somebody who signed in and writes for the entry."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    entry = get_object_or_404(
        Entry.objects.live().visible_to(request.user).select_related("city"), slug=slug
    )
    if not permissions.may_edit_entry(request.user, entry):
        raise PermissionDenied
    freshness.confirm(entry, signed_in(request))
    messages.success(request, _("Thank you: the entry says that it was confirmed today."))
    return redirect(entry)
