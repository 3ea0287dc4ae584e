"""Registering a city's delegation in two steps: the city, then the people of its team."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import City
from cities.permissions import may_edit_for
from events import permissions, services
from events.forms import DelegationForm
from events.models import Event
from events.views.meetings import signed_in


@login_required
def delegation(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the city, where there are several; then register whom its officer ticks."""
    user = signed_in(request)
    event = get_object_or_404(Event.objects.visible_to(user), slug=slug)
    cities = [city for city in City.objects.acted_for_by(user) if may_edit_for(user, city)]
    if not cities:
        raise Http404
    asked = request.POST.get("city") or request.GET.get("city", "")
    city = next((one for one in cities if one.slug == asked), None)
    if city is None and len(cities) == 1:
        city = cities[0]
    context = {
        "event": event,
        "cities": cities,
        "city": city,
        "may_register": permissions.registration_is_open(event),
    }
    if city is None:
        return render(request, "events/delegation.html", context)
    form = DelegationForm(request.POST or None, event=event, city=city)
    if request.method == "POST" and form.is_valid():
        try:
            registered = services.register_delegation(event, city, form.cleaned_data["people"])
        except services.RegistrationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(event)
        waiting = sum(one.status == "waiting" for one in registered)
        told = ngettext("%d person is registered.", "%d people are registered.", len(registered))
        messages.success(request, told % len(registered))
        if waiting:
            words = ngettext("%d of them waits.", "%d of them wait.", waiting)
            messages.info(request, _("There are not enough places:") + " " + words % waiting)
        return redirect(event)
    return render(request, "events/delegation.html", {**context, "form": form})
