"""A city asks for its submission back, to change something in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept
from cities.permissions import signed_in
from marketplace import permissions, services
from marketplace.forms.offer_steps import WishForm
from marketplace.models import Revision
from marketplace.views.offering import own_revision


class RevisionWish(kept.KeepsInputMixin, View):
    """Asks what shall change, and tells whoever reviews it."""

    revision: Revision

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let through who writes for the city."""
        if request.user.is_authenticated:
            self.revision = own_revision(request, kwargs["slug"], kwargs["number"])
            if not permissions.may_edit_entry(request.user, self.revision.entry):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Ask."""
        if self.revision.state not in services.CAN_WISH:
            messages.info(request, _("It is not under review; see below what you can do."))
            return redirect(self.revision)
        return self._show(WishForm(kept.initial_data(request)))

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Keep the wish, then show where it stands."""
        form = WishForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            services.wish_for_change(self.revision, signed_in(request), form.cleaned_data["words"])
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=409)
        messages.success(request, _("Sent. You get a mail when it comes back to you."))
        return redirect(self.revision)

    def _show(self, form: WishForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "revision": self.revision}
        return render(self.request, "marketplace/revision_wish.html", context, status=status)
