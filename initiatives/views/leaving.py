"""The page on which somebody who leaves a city's team passes the role on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import View

from cities import handovers
from cities.editing.kept import KeepsInputMixin
from cities.models import City, CityMembership, HandoverState
from initiatives.forms.leaving import LeavingForm
from initiatives.permissions import may_read_desk
from initiatives.views.form_pages import FormPage


class _MemberGate(View):
    city: City
    membership: CityMembership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who are in the team and have not said when they leave."""
        self.city = get_object_or_404(City.objects.visible_to(request.user), slug=kwargs["slug"])
        if not may_read_desk(request.user, self.city):
            raise Http404
        own = self.city.memberships.running().filter(user=request.user)
        membership = own.select_related("role", "city", "user").first()
        if membership is None:
            raise PermissionDenied
        self.membership = membership
        return super().dispatch(request, *args, **kwargs)


class Leaving(FormPage, KeepsInputMixin, _MemberGate):
    """Pass a role on; what was written stays, with who wrote it."""

    form_name = "leaving"
    creates = True

    def target(self) -> str:
        """Return the membership that ends."""
        return str(self.membership.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": LeavingForm(data, membership=self.membership)}

    def save(self, parts: dict[str, Any]) -> str:
        """Pass it on, or ask staff to."""
        said = parts["form"].cleaned_data
        desk = reverse("initiatives:my-city", args=[self.city.slug])
        try:
            handover = handovers.pass_on(
                self.membership, said["to"], said["last_day"], said["note"]
            )
        except handovers.HandoverRefused as refusal:
            messages.error(self.request, str(refusal))
            return desk
        words = {"role": self.membership.role.name, "to": handover.to}
        if handover.state == HandoverState.DONE:
            done = _("The role “%(role)s” is passed on to %(to)s, who is told by mail.")
        else:
            done = _("Staff are asked to confirm that the role “%(role)s” goes to %(to)s.")
        messages.success(self.request, done % words)
        return desk

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        desk = reverse("initiatives:my-city", args=[self.city.slug])
        return {
            "title": _("I am leaving"),
            "kicker": self.city.name,
            "lead": self._lead(),
            "back_url": desk,
            "submit_label": _("Pass my role on"),
            "crumbs": [_("My desk"), "/desk/", self.city.name, desk, _("I am leaving")],
        }

    def _lead(self) -> str:
        until = self.membership.until
        if until is not None:
            return _("Your role ends on %s already.") % date_format(until)
        said = _("Your role “%s” goes to a colleague. All that you wrote stays, with your name.")
        return said % self.membership.role.name


leaving = Leaving.as_view()
