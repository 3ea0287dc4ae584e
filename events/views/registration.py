"""Taking a place at an event, and giving it back."""

from __future__ import annotations

from datetime import UTC
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from cities.editing.kept import KeepsInputMixin, initial_data
from cities.models import City, User
from cities.permissions import may_edit_for
from events import permissions, services
from events.forms import NeedsForm, RegistrationForm
from events.models import Event, Registration, RegistrationStatus, known_zone

TAKEN = {
    RegistrationStatus.CONFIRMED: gettext_lazy("You have a place. A mail confirms it."),
    RegistrationStatus.WAITING: gettext_lazy("All places are taken: you are on the waiting list."),
}


def _person(request: HttpRequest) -> User:
    """Return who is signed in: the mixin lets nobody else through."""
    return cast(User, request.user)


class Register(KeepsInputMixin, View):
    """Where somebody stands with an event; POST takes a place, with `give_back` returns it.

    With `state_needs` it says what a person who is registered needs, whoever registered them.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the event first: one that nobody may know of is not found, signed in or not."""
        events = Event.objects.visible_to(request.user).for_cards()
        self.event = get_object_or_404(events, slug=kwargs["slug"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the form, or the place somebody has."""
        kept = initial_data(request)
        own = self._own(request)
        if own and own.status != RegistrationStatus.CANCELLED:
            return self._show(request, NeedsForm(kept, initial=services.needs_of(own)))
        return self._show(request, RegistrationForm(kept, user=_person(request), event=self.event))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Take a place, say what one needs there, or give it back."""
        own = self._own(request)
        if "give_back" in request.POST:
            return self._give_back(request, own)
        if "state_needs" in request.POST:
            return self._state_needs(request, own)
        form = RegistrationForm(request.POST, user=_person(request), event=self.event)
        if not form.is_valid():
            return self._show(request, form)
        try:
            registration = services.register(self.event, _person(request), **form.cleaned_data)
        except services.RegistrationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.event)
        if own and own.status != RegistrationStatus.CANCELLED:
            messages.success(request, _("You were registered already. What you wrote is kept."))
        else:
            messages.success(request, TAKEN[RegistrationStatus(registration.status)])
        return redirect(self.event)

    def _state_needs(self, request: HttpRequest, own: Registration | None) -> HttpResponse:
        form = NeedsForm(request.POST)
        if not form.is_valid():
            return self._show(request, form)
        try:
            if own:
                services.state_needs(own, **form.cleaned_data)
                messages.success(
                    request, _("Saved. Those who prepare the event see what you need.")
                )
        except services.NeedsRefused as refusal:
            messages.error(request, str(refusal))
            # What they typed stands in the form by which a place is taken again.
            again = RegistrationForm(request.POST, user=_person(request), event=self.event)
            return self._show(request, again)
        return redirect("events:register", slug=self.event.slug)

    def _give_back(self, request: HttpRequest, own: Registration | None) -> HttpResponse:
        try:
            if own:
                services.cancel(own)
                messages.success(request, _("You gave your place back."))
        except services.RegistrationRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(self.event)

    def _own(self, request: HttpRequest) -> Registration | None:
        return self.event.registrations.filter(user=_person(request)).first()

    def _show(self, request: HttpRequest, form: NeedsForm) -> HttpResponse:
        own = self._own(request)
        return render(
            request,
            "events/register.html",
            {
                "event": self.event,
                "form": form,
                "registration": own,
                "acts_for_city": any(
                    may_edit_for(_person(request), city)
                    for city in City.objects.acted_for_by(_person(request))
                ),
                "ahead": services.ahead_of(own) if own else None,
                "seats_left": services.seats_left(self.event),
                "zone": known_zone(self.event.time_zone) or UTC,
                "may_register": permissions.registration_is_open(self.event),
                "has_code": bool(own and permissions.has_code(own)),
            },
        )


register = Register.as_view()
