"""Buttons on the desk of a deliverable: documents ordered, cancelled, tried again, shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cities.editing import kept, receipts
from cities.permissions import signed_in
from initiatives.deliverable import orders, snapshots
from initiatives.forms.deliverables import OrderForm
from initiatives.views.access import ActsOnRoadmap, ShowsRoadmap
from initiatives.views.deliverables import order_of, templates_of
from initiatives.views.hand_ins import snapshot_of


class PlaceOrder(ActsOnRoadmap):
    """Order documents of the roadmap as it stands."""

    holds_words = True

    def page(self) -> str:
        """Return the desk, with what had been chosen before somebody had to sign in."""
        desk = reverse("initiatives:deliverable-desk", args=[self.roadmap.pk])
        chosen = kept.initial_data(self.request)
        if chosen is None:
            return desk
        names = [name for name in OrderForm.CHOICES if name in chosen]
        return f"{desk}?{urlencode({name: chosen[name] for name in names})}"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Place it, once however often the form arrives."""
        form = OrderForm(request.POST, templates=templates_of(self.roadmap))
        if not form.is_valid():
            messages.error(request, _("Choose an outline, and for whom the documents are."))
            return HttpResponseRedirect(self.page())

        def place() -> str:
            made = orders.place(self.roadmap, by=signed_in(request), **form.cleaned_data)
            return made.get_absolute_url()

        return HttpResponseRedirect(receipts.once(request, place))


class _OrderAct(ActsOnRoadmap):
    def page(self) -> str:
        """Return the page of the order."""
        return order_of(self.roadmap, self.kwargs["order"]).get_absolute_url()


class CancelOrder(_OrderAct):
    """Cancel an order."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the button."""
        if orders.cancel(order_of(self.roadmap, kwargs["order"])):
            messages.success(request, _("The order is cancelled."))
        else:
            messages.info(request, _("The order had ended already."))
        return HttpResponseRedirect(self.page())


class RetryOrder(_OrderAct):
    """Try an order again that failed or was cancelled."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the button."""
        if not orders.retry(order_of(self.roadmap, kwargs["order"])):
            messages.info(request, _("The order is being made, or is done."))
        return HttpResponseRedirect(self.page())


class PublishSnapshot(ShowsRoadmap):
    """Show a snapshot to the public, or take it back."""

    def page(self) -> str:
        """Return the page of the snapshot."""
        return snapshot_of(self.roadmap, self.kwargs["number"]).get_absolute_url()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the switch."""
        snapshot = snapshot_of(self.roadmap, kwargs["number"])
        if request.POST.get("public") == "1":
            snapshots.show(snapshot, by=signed_in(request))
            messages.success(request, _("Everybody may read it now."))
        else:
            snapshots.hide(snapshot)
            messages.success(request, _("The public does not see it any more."))
        return HttpResponseRedirect(snapshot.get_absolute_url())


place_order = PlaceOrder.as_view()
cancel_order = CancelOrder.as_view()
retry_order = RetryOrder.as_view()
publish_snapshot = PublishSnapshot.as_view()
