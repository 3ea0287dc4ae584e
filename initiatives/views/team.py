"""The page on which whoever manages a city's team puts people in and ends their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.http import HttpResponseRedirect as Redirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from cities import teams
from cities.editing.kept import KeepsInputMixin
from cities.models import City, CityRole
from cities.permissions import may_manage_team, signed_in
from initiatives.forms.teams import TeamForm
from initiatives.permissions import may_read_desk
from initiatives.views.form_pages import FormPage


class _ManagerGate(View):
    city: City

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who may manage the team; others who read its desk are told no."""
        self.city = get_object_or_404(City.objects.visible_to(request.user), slug=kwargs["slug"])
        if not may_read_desk(request.user, self.city):
            raise Http404
        if not may_manage_team(request.user, self.city):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def page(self) -> str:
        """Return the address of the page."""
        return reverse("initiatives:my-city-team", args=[self.city.slug])


class Team(FormPage, KeepsInputMixin, _ManagerGate):
    """Who is in the team, and somebody new."""

    form_name = "team"
    template_name = "initiatives/team.html"
    creates = True

    def target(self) -> str:
        """Return the city."""
        return str(self.city.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": TeamForm(data, roles=self._roles())}

    def _roles(self) -> QuerySet[CityRole]:
        return teams.roles_to_give(self.person, self.city)

    def save(self, parts: dict[str, Any]) -> str:
        """Put the person in."""
        said = parts["form"].cleaned_data
        teams.add(self.city, said["person"], said["role"], by=self.person)
        words = _("%s is in the team now, and is told by mail.")
        messages.success(self.request, words % said["person"])
        return self.page()

    def _receive(self, request: HttpRequest) -> HttpResponse:
        try:
            return super()._receive(request)
        except teams.TeamRefused as refusal:
            parts = self.parts(request.POST)
            parts["form"].add_error("address", str(refusal))
            return self._show(parts)

    def page_context(self) -> dict[str, Any]:
        """Return the team."""
        desk = reverse("initiatives:my-city", args=[self.city.slug])
        team = self.city.memberships.running().select_related("user", "role")
        return {
            "city": self.city,
            "team": list(team.order_by("role__position", "user__name")),
            "roles_to_end": set(self._roles().values_list("pk", flat=True)),
            "crumbs": [_("My desk"), "/desk/", self.city.name, desk, _("Team")],
        }


class EndMembership(KeepsInputMixin, _ManagerGate):
    """End somebody's role, from the button beside their name."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead whoever had to sign in on the way back to the page with the button."""
        return Redirect(self.page())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the button."""
        team = self.city.memberships.running().select_related("user")
        membership = get_object_or_404(team, pk=kwargs["membership"])
        try:
            teams.end(membership, by=signed_in(request))
        except teams.TeamRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The role of %s ends today.") % membership.user)
        return Redirect(self.page())


team = Team.as_view()
end_membership = EndMembership.as_view()
