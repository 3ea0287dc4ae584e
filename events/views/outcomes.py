"""What remains of a session: read by those of the lab, written by those who took part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from cities.editing import receipts
from cities.editing.kept import KeepsInputMixin
from cities.models import Actor, City, CityMembership
from cities.models.gathering import read_together
from cities.panels import Beginning, beginning
from cities.permissions import is_programme_staff
from events import permissions
from events.forms.outcomes import NotesForm
from events.models import Event, NextStep, Outcome, OutcomeKind, Session
from events.services import outcomes
from events.views.feedback import session_of
from events.views.group_forms import people_of
from initiatives.views.form_pages import FormPage


def what_remains(session: Session, user: Actor) -> dict[str, Any]:
    """Return what was noted and promised in a session, of that what somebody may see: one query."""
    found = Outcome.objects.visible_to(user).filter(session=session).select_related("city")
    steps = NextStep.objects.visible_to(user).filter(session=session)
    rows, promised = read_together(found, steps.select_related("city", "with_city", "owner"))
    return {
        "noted": [
            (kind, [one for one in rows if one.kind == kind])
            for kind in OutcomeKind
            if any(one.kind == kind for one in rows)
        ],
        "steps": promised,
    }


def cities_at(event: Event) -> list[City]:
    """Return the cities that came to an event, by their people or as staff recorded it."""
    people = event.registrations.open().filter(city__isnull=False).values("city")
    recorded = event.attendances.order_by().values("city")
    return list(City.objects.filter(Q(pk__in=people) | Q(pk__in=recorded)).order_by("name"))


def begun_from(outcome: Outcome) -> Beginning | None:
    """Return what is begun elsewhere from an outcome, once however often one page is sent."""
    begun = beginning(outcome.kind, outcome.city, outcome.title)
    if begun is None or not begun.sends:
        return begun
    return replace(begun, sends={**begun.sends, "key": receipts.new_key()})


class Remains(FormPage, KeepsInputMixin, View):
    """What is noted of a session, with the form for those who were there."""

    form_name = "session-notes"
    template_name = "events/remains.html"
    creates = True
    session: Session

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who have a place at the event, and staff."""
        if request.user.is_authenticated:
            self.session = session_of(request, **kwargs)
            event = self.session.day.event
            is_staff = is_programme_staff(request.user)
            if not (is_staff or permissions.is_admitted(request.user, event)):
                raise Http404
            self.cities = (
                outcomes.cities_noted_for(self.person, self.session)
                if permissions.may_note(request.user, self.session)
                else []
            )
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show what there is; the form, for those who may write."""
        if self.cities:
            return super().get(request, **kwargs)
        return render(request, self.template_name, self.page_context())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what was written."""
        if not self.cities:
            raise PermissionDenied
        return super().post(request, **kwargs)

    def target(self) -> str:
        """Return the session."""
        return str(self.session.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        form = NotesForm(
            data,
            cities=self.cities,
            others=cities_at(self.session.day.event),
            owners=[self.person, *people_of(None, *self.cities)],
            person=self.person,
        )
        return {"form": form}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it, and lead back here: there may be more."""
        form: NotesForm = parts["form"]
        city = form.cleaned_data["city"]
        number = outcomes.note(self.session, city, self.person, form.lines(), form.promise())
        told = ngettext("%d line is kept.", "%d lines are kept.", number)
        messages.success(self.request, told % number)
        return self.request.path

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        user, session = self.person, self.session
        told = what_remains(session, user)
        teams = CityMembership.objects.running().filter(user=user)
        may_edit = dict(teams.order_by("role__may_edit").values_list("city", "role__may_edit"))
        own = {city for city, may in may_edit.items() if may}
        written = [
            (
                kind,
                [
                    (
                        one,
                        one.city_id in own
                        or (one.written_by_id == user.pk and one.city_id in may_edit),
                        begun_from(one) if one.city_id in own else None,
                    )
                    for one in rows
                ],
            )
            for kind, rows in told["noted"]
        ]
        return {
            "session": session,
            "event": session.day.event,
            "steps": told["steps"],
            "noted": written,
            "may_write": bool(self.cities),
            "back_url": session.get_absolute_url(),
            "submit_label": _("Keep it"),
        }


remains = Remains.as_view()
