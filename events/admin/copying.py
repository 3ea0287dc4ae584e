"""Planning an event like one there was: the page on which staff say when it begins."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from events.admin.planning import LONGEST_NUMBER
from events.forms.copying import TAKEN, CopyForm
from events.models import Event
from events.services.copying import copy_event


class CopiesEvents(admin.ModelAdmin):
    """Adds the page, and the way to it from an event's own."""

    def get_urls(self) -> list[Any]:
        """Add the page."""
        view = self.admin_site.admin_view(self.copy_page)
        return [path("copy/", view, name="events_event_copy"), *super().get_urls()]

    def copy_page(self, request: HttpRequest) -> HttpResponse:
        """Ask how it is called, when it begins and in which edition (`?event=3`); POST makes it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        number = request.GET.get("event", "")
        known = number.isdecimal() and len(number) <= LONGEST_NUMBER
        event = get_object_or_404(Event, pk=number if known else 0)
        told = {"title": event.title, "edition": event.edition_id}
        form = CopyForm(request.POST or None, initial=told)
        new = None
        if request.method == "POST" and form.is_valid():
            new = self._copied(event, form)
        if new:
            self.log_addition(request, new, [{"added": {"name": "copy", "object": str(event)}}])
            words = _("“%s” is a draft with the same plan. Talks and places begin anew.")
            self.message_user(request, words % new.title, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:events_event_change", args=[new.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Another like %s") % event,
            "event": event,
            "form": form,
        }
        return TemplateResponse(request, "admin/events/event/copy.html", context)

    def _copied(self, event: Event, form: CopyForm) -> Event | None:
        """Return the new event; None where the same address was taken a moment ago."""
        try:
            return copy_event(event, **form.cleaned_data)
        except IntegrityError:
            if not Event.objects.filter(slug=form.cleaned_data["slug"]).exists():
                raise
            form.add_error("slug", TAKEN)
            return None
