"""What a city does with a need of its own: edit it, leave the demand, answer to buying together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept
from cities.models import Actor, City
from cities.permissions import may_submit_for, signed_in
from marketplace import demand as demands
from marketplace import permissions
from marketplace.forms.demand import ConsentForm, NeedForm
from marketplace.models import Demand, JointProcurement, Need


class _OwnNeed(kept.KeepsInputMixin, View):
    """A page about a need of a city this person writes for."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who write for its city."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        needs = Need.objects.visible_to(request.user).active().select_related("city", "demand")
        self.need = get_object_or_404(needs, pk=kwargs["pk"])
        if not permissions.may_keep_ledger(request.user, self.need.city):
            raise PermissionDenied(_("Only the city's own team can change this."))
        return super().dispatch(request, *args, **kwargs)


class NeedEdit(_OwnNeed):
    """A need that is there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it, or what was typed before the session ended."""
        data = kept.initial_data(request)
        with transaction.atomic():
            form = NeedForm(data, instance=self.need)
            form.is_valid()
            return self._show(request, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save it."""
        with transaction.atomic():
            form = NeedForm(request.POST, instance=self.need)
            if form.is_valid():
                form.save()
        if form.errors:
            return self._show(request, form)
        messages.success(request, _("Saved."))
        return redirect(self.need.demand)

    def _show(self, request: HttpRequest, form: NeedForm) -> HttpResponse:
        need = Need.objects.select_related("city", "demand").get(pk=self.need.pk)
        return render(request, "marketplace/need_edit.html", {"form": form, "need": need})


class NeedLeave(_OwnNeed):
    """Asks before a city leaves a demand."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask."""
        return render(request, "marketplace/need_leave.html", {"need": self.need})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave."""
        try:
            demands.leave(self.need, actor=signed_in(request))
        except demands.DemandRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.need.demand)
        messages.success(request, _("Your city has left the demand."))
        return redirect("marketplace:demand-list")


class ProcurementAnswer(kept.KeepsInputMixin, View):
    """A city says whether it takes part in a joint procurement."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who speak for a city that was asked."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        self.demand = demand_of_address(request.user, kwargs["slug"])
        self.procurement = get_object_or_404(JointProcurement, demand=self.demand)
        self.cities = asked(self.procurement, request.user)
        if not self.cities:
            raise PermissionDenied(_("Only who speaks for a city that was asked can answer."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Ask."""
        return self._show(request, ConsentForm(kept.initial_data(request), cities=self.cities))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Take the answer; the same one twice is one."""
        form = ConsentForm(request.POST, cities=self.cities)
        if not form.is_valid():
            return self._show(request, form)
        said = form.cleaned_data
        try:
            demands.answer(
                self.procurement,
                said["city"],
                agrees=said["agrees"],
                actor=signed_in(request),
                note=said["note"],
            )
        except demands.DemandRefused as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, form, status=409)
        messages.success(request, _("Thank you: the answer is noted."))
        return redirect(self.procurement)

    def _show(self, request: HttpRequest, form: ConsentForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "demand": self.demand, "procurement": self.procurement}
        return render(request, "marketplace/procurement_answer.html", context, status=status)


def demand_of_address(user: Actor, slug: str) -> Demand:
    """Find a demand; one that was merged leads to the other, for everybody."""
    found = Demand.objects.select_related("merged_into").filter(slug=slug)
    merged = found.filter(merged_into__isnull=False).first()
    return merged or get_object_or_404(found.visible_to(user))


def asked(procurement: JointProcurement, user: Actor) -> Any:
    """Return the cities that were asked to take part and that somebody speaks for."""
    found = City.objects.filter(procurements__procurement=procurement)
    acted_for = found.filter(pk__in=City.objects.acted_for_by(user).order_by().values("pk"))
    return City.objects.filter(pk__in=[city.pk for city in acted_for if may_submit_for(user, city)])
