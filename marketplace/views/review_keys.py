"""Shortcuts of single keys on the review desk: what they do, and whether somebody wants them.

They are off until a person turns them on (WCAG 2.1.4): single keys get in the way of who speaks to
their computer, or touches keys by mistake.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept
from cities.models import User
from cities.permissions import signed_in
from marketplace import permissions


class ReviewKeys(kept.KeepsInputMixin, View):
    """The list of keys, with the switch."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        self._refuse_others(request)
        return render(request, "review/keys.html", {"is_on": signed_in(request).single_keys})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Turn them on or off for this person, on every computer."""
        self._refuse_others(request)
        is_on = request.POST.get("keys") == "on"
        User.objects.filter(pk=signed_in(request).pk).update(single_keys=is_on)
        messages.success(
            request,
            _("Keyboard shortcuts are on. Press ? on the review desk to see them.")
            if is_on
            else _("Keyboard shortcuts are off."),
        )
        return redirect("marketplace:review-desk")

    def _refuse_others(self, request: HttpRequest) -> None:
        if not permissions.may_use_review_desk(signed_in(request)):
            raise PermissionDenied
