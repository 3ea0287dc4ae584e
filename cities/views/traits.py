"""Officers say what their city has in common with others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import FormView

from cities import changes, permissions
from cities.editing import kept
from cities.forms.traits import CityTraitsForm
from cities.models import City


class CityTraits(kept.KeepsInputMixin, FormView):
    """What makes a city like others: for those who write what it works on, and for staff."""

    form_class = CityTraitsForm
    template_name = "cities/city_traits.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the city; everybody may see it, its team may change it."""
        self.city = get_object_or_404(City.objects.visible_to(request.user), slug=kwargs["slug"])
        if request.user.is_authenticated and not (
            permissions.may_edit_for(request.user, self.city)
            or permissions.is_programme_staff(request.user)
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Fill in what is known, or what was kept while somebody signed in."""
        found = super().get_form_kwargs() | {"city": self.city}
        found.pop("initial", None)
        if (data := kept.initial_data(self.request)) is not None:
            found["data"] = data
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the city."""
        return super().get_context_data(**kwargs) | {"city": self.city}

    @transaction.atomic
    def form_valid(self, form: CityTraitsForm) -> HttpResponseRedirect:
        """Write what this person changed, and tell who keeps copies of it."""
        added, removed = form.changes
        self.city.traits.add(*added)
        self.city.traits.remove(*removed)
        changes.announce(self.city)
        messages.success(self.request, _("Saved. What fits your city is found by it."))
        return HttpResponseRedirect(self.city.get_absolute_url())
