"""At the door: people are marked as present in a list, or by the code they show."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views import View

from cities.filters.facets import folded
from cities.permissions import signed_in
from events.forms.attendance import DoorForm, WhereForm
from events.models import (
    Event,
    Presence,
    Registration,
    RegistrationStatus,
    Session,
    known_zone,
)
from events.permissions import keeps_the_door
from events.services import attendance, guest_doors
from events.views import guest_door

A_PAGE = 100
# The database knows no longer keys.
LONGEST_NUMBER = 18
# Who is marked, by the name of the button.
SENT = {"mark": "registrations", "guest": "guests"}


def sessions_on(event: Event, day: date) -> list[Session]:
    """Return the sessions of a day that take place, in their order."""
    sessions = Session.objects.filter(day__event=event, day__date=day, is_cancelled=False)
    return list(sessions.select_related("day").in_order())


def default_day(event: Event, days: list[date]) -> date:
    """Return today where it is a day of the event, else the last that has come, or the first."""
    return max((day for day in days if day <= event.today), default=days[0])


class Door(LoginRequiredMixin, View):
    """The list of those who have a place, on a day or in a session. POST marks or takes back."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show who is here and who is not."""
        event = self._event(request, slug)
        form = self._form(request, event)
        people = self._people(event, form)
        here = sum(bool(one.marks) for one in people)  # type: ignore[attr-defined]
        shown = self._narrowed(people, form)
        page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
        context = {
            "event": event,
            "form": form,
            "day": form.cleaned_data["day"],
            "session": form.cleaned_data["session"],
            "page_obj": page,
            "here": here,
            "total": len(people),
            "found": len(shown),
            "action": f"?{urlencode(self._query(form) | {'page': page.number})}",
            "has_come": form.cleaned_data["day"] <= event.today,
            "zone": known_zone(event.time_zone),
            "guests": guest_doors.guests_on(event, form.cleaned_data["day"]),
        }
        return render(request, "events/door.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Mark somebody, or take a mark back; then the list again, where the person stands."""
        event = self._event(request, slug)
        form = self._form(request, event)
        back = urlencode(self._query(form) | {"page": request.GET.get("page") or 1})
        if "undo" in request.POST:
            presence = self._sent(
                request, "undo", Presence.objects.filter(registration__event=event)
            )
            name = presence.registration.user.name
            if attendance.undo(presence, by=signed_in(request)):
                messages.success(request, _("%s is no longer marked as present.") % name)
            else:
                messages.info(request, _("%s: this mark was taken back already.") % name)
            return HttpResponseRedirect(f"?{back}#p{presence.registration_id}")
        if "undo_guest" in request.POST:
            guest = self._sent(request, "undo_guest", event.guests)
            guest_door.say_undone(request, guest, day=form.cleaned_data["day"])
            return HttpResponseRedirect(f"?{back}#g{guest.pk}")
        name = "guest" if "guest" in request.POST else "mark"
        registration = self._sent(request, name, getattr(event, SENT[name]))
        if not self._is_there(request, form):
            words = _("The day or session you had chosen is no longer there; nobody was marked.")
            messages.error(request, words)
            return HttpResponseRedirect(f"?{back}")
        if name == "guest":
            guest_door.say_marked(request, registration, day=form.cleaned_data["day"])
            return HttpResponseRedirect(f"?{back}#g{registration.pk}")
        where = {name: form.cleaned_data[name] for name in ("day", "session")}
        tell(request, registration, lambda: attendance.mark(
            registration, by=signed_in(request), **where
        ))  # fmt: skip
        return HttpResponseRedirect(f"?{back}#p{registration.pk}")

    def _event(self, request: HttpRequest, slug: str) -> Event:
        return get_object_or_404(Event.objects.with_door_for(request.user), slug=slug)

    def _form(self, request: HttpRequest, event: Event) -> DoorForm:
        """Return how the list is narrowed, with a day and, where it is of that day, a session."""
        days = attendance.lab_days(event)
        asked = request.GET.get("day", "")
        day = next((one for one in days if one.isoformat() == asked), default_day(event, days))
        sessions = sessions_on(event, day)
        data = request.GET.dict() | {"day": day.isoformat()}
        if data.get("session") not in {str(one.pk) for one in sessions}:
            data["session"] = ""
        form = DoorForm(data, days=days, sessions=sessions)
        form.is_valid()
        form.cleaned_data = {"q": "", "who": ""} | form.cleaned_data
        return form

    def _is_there(self, request: HttpRequest, form: DoorForm) -> bool:
        """Say whether the day and session of the page that was sent are those the form stands on.

        A session may have been cancelled or moved since, and a day may be gone.
        """
        stands = self._query(form)
        return all(request.GET.get(name) in (None, "", stands[name], str(stands[name]))
                   for name in ("day", "session"))  # fmt: skip

    def _query(self, form: DoorForm) -> dict[str, Any]:
        cleaned = form.cleaned_data
        session = cleaned["session"].pk if cleaned["session"] else ""
        return {**cleaned, "day": cleaned["day"].isoformat(), "session": session}

    def _people(self, event: Event, form: DoorForm) -> list[Registration]:
        day, session = form.cleaned_data["day"], form.cleaned_data["session"]
        marks = Presence.objects.standing().filter(day=day, session=session)
        if session:
            marks = Presence.objects.standing().filter(session=session)
        # Who was marked and gave the place back since stays, so that a mark can be taken back.
        marked = marks.order_by().values("registration")
        has_place = Q(status=RegistrationStatus.CONFIRMED)
        people = event.registrations.filter(has_place | Q(pk__in=marked))
        return list(
            people.select_related("user", "city")
            .prefetch_related(Prefetch("presences", marks, to_attr="marks"))
            .order_by("user__name", "pk")
        )

    def _narrowed(self, people: list[Registration], form: DoorForm) -> list[Registration]:
        words, who = folded(form.cleaned_data["q"]).split(), form.cleaned_data["who"]
        wanted = {"here": {True}, "missing": {False}}.get(who, {True, False})
        return [
            one
            for one in people
            if bool(one.marks) in wanted  # type: ignore[attr-defined]
            and all(word in folded(f"{one.user.name} {one.city or ''}") for word in words)
        ]

    def _sent(self, request: HttpRequest, name: str, rows: Any) -> Any:
        key = request.POST.get(name, "")
        if not key.isdecimal() or len(key) > LONGEST_NUMBER:
            raise Http404
        return get_object_or_404(rows, pk=key)


class CheckInByCode(LoginRequiredMixin, View):
    """What a code opens: who it is. POST marks them as present today; looking changes nothing."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show who came, and whether they are marked."""
        guest = guest_doors.guest_of(code)
        if guest is not None and keeps_the_door(request.user, guest.event):
            return guest_door.show_guest(request, guest)
        registration = attendance.registration_of(code)
        if registration and registration.user_id == signed_in(request).pk:
            messages.info(request, _("This is your own code: show it at the door."))
            return redirect("events:present", slug=registration.event.slug)
        if registration is None or not keeps_the_door(request.user, registration.event):
            return self._unknown(request, registration)
        event = registration.event
        today = event.today if event.today in attendance.lab_days(event) else None
        sessions = sessions_on(event, event.today)
        marks = registration.presences.all()
        context = {
            "event": event,
            "registration": registration,
            "today": today,
            "form": WhereForm(
                sessions=sessions, initial={"session": request.session.get(_where(event))}
            ),
            "is_here": any(one.day == today and not one.undone_at for one in marks),
            "marks": marks.select_related("by", "undone_by", "session"),
            "zone": known_zone(event.time_zone),
        }
        return render(request, "events/check_in.html", context)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Mark the person as present today, where whoever scans stands."""
        guest = guest_doors.guest_of(code)
        if guest is not None and keeps_the_door(request.user, guest.event):
            return guest_door.mark_guest(request, guest)
        registration = attendance.registration_of(code)
        if registration is None or not keeps_the_door(request.user, registration.event):
            return self._unknown(request, registration)
        event = registration.event
        form = WhereForm(request.POST, sessions=sessions_on(event, event.today))
        if not form.is_valid():
            messages.error(request, _("Choose where you are."))
            return redirect(request.path)
        session = form.cleaned_data["session"]
        # The next code is scanned at the same door.
        request.session[_where(event)] = session.pk if session else ""
        tell(request, registration, lambda: attendance.mark(
            registration, day=event.today, session=session, by=signed_in(request), by_code=True
        ))  # fmt: skip
        return redirect(request.path)

    def _unknown(self, request: HttpRequest, registration: Registration | None) -> HttpResponse:
        """Tell those who keep a door that a code ended or is of another event.

        To others there is nothing here, and nobody learns whose it is.
        """
        is_own = registration is not None and registration.user_id == signed_in(request).pk
        if is_own or not Event.objects.with_door_for(request.user).exists():
            raise Http404
        context = {"is_of_another": registration is not None}
        return render(request, "events/check_in_unknown.html", context, status=404)


def _where(event: Event) -> str:
    """Return under which name a browser keeps where its person stands."""
    return f"door-{event.pk}"


def tell(request: HttpRequest, registration: Registration, marking: Any) -> None:
    """Mark somebody, and say what came of it: new, there since when, or why not."""
    name = registration.user.name
    try:
        presence, is_new = marking()
    except attendance.PresenceRefused as refusal:
        messages.error(request, f"{name}: {refusal}")
        return
    if is_new:
        messages.success(request, _("%s is marked as present.") % name)
        return
    if presence.came_at:
        words = _("%(name)s is marked already, since %(moment)s.")
        moment = time_format(presence.came_at)
    else:
        words = _("%(name)s is marked already; that was done on %(moment)s.")
        moment = date_format(localtime(presence.at, known_zone(registration.event.time_zone)))
    messages.info(request, words % {"name": name, "moment": moment})


door, check_in = Door.as_view(), CheckInByCode.as_view()
