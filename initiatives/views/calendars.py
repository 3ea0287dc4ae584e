"""Milestones of an initiative from a calendar file, chosen one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from cities.editing import receipts
from initiatives import services
from initiatives.exchange.calendars import FromCalendar
from initiatives.forms.calendars import CalendarDays, CalendarForm, proposed
from initiatives.forms.fields import plain_lines
from initiatives.models import Milestone
from initiatives.views.access import WritesInitiative


class MilestonesFromCalendar(WritesInitiative, View):
    """First the file, then the days in it to choose from; nothing is kept of the file."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask for the file, and for the zone in which times are days."""
        zone = self.initiative.roadmap.participation.edition.time_zone
        return self._show(form=CalendarForm(initial={"zone": zone}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the file, or take what was chosen of it."""
        if "days-TOTAL_FORMS" in request.POST:
            return self._take()
        form = CalendarForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form=form)
        days = CalendarDays(prefix="days", initial=proposed(form.found, self.initiative))
        return self._show(days=days, notes=_notes(form.found), key=receipts.new_key())

    def _take(self) -> HttpResponse:
        before = receipts.received_before(self.request)
        if before:
            return HttpResponseRedirect(before)
        days = CalendarDays(plain_lines(self.request.POST), prefix="days")
        if not days.is_valid():
            return self._show(days=days, key=self.request.POST.get("key", ""))
        chosen = [form.cleaned_data for form in days if form.cleaned_data.get("take")]
        if not chosen:
            messages.info(self.request, _("Nothing was chosen, so nothing was added."))
        return HttpResponseRedirect(receipts.once(self.request, lambda: self._add(chosen)))

    def _add(self, chosen: list[dict[str, Any]]) -> str:
        place = self.initiative.milestones.count()
        for position, row in enumerate(chosen, start=place + 1):
            milestone = Milestone(
                initiative=self.initiative,
                position=position,
                title=row["title"],
                description=row["description"],
            )
            services.set_dates(milestone, row["when"])
            milestone.save()
        if chosen:
            words = ngettext("%d milestone was added.", "%d milestones were added.", len(chosen))
            messages.success(self.request, words % len(chosen))
        return f"{self.initiative.get_absolute_url()}#milestones"

    def _show(self, **context: Any) -> HttpResponse:
        formsets = [context["days"]] if "days" in context else []
        context = {"initiative": self.initiative, "formsets": formsets, **context}
        return render(self.request, "initiatives/milestones_from_calendar.html", context)


def _notes(found: FromCalendar) -> list[str]:
    """Say in words what was not taken as it stands in the file."""
    counted = [
        (
            found.without_zone,
            ngettext(
                "%d time names no time zone that is known and was read as it stands.",
                "%d times name no time zone that is known and were read as they stand.",
                found.without_zone,
            ),
        ),
        (
            found.too_often,
            ngettext(
                "%d event comes more than once a day and was left out.",
                "%d events come more than once a day and were left out.",
                found.too_often,
            ),
        ),
        (
            found.undated,
            ngettext(
                "%d event has no date that can be read and was left out.",
                "%d events have no date that can be read and were left out.",
                found.undated,
            ),
        ),
        (
            found.unread,
            ngettext(
                "Reading the file took too long: %d event that recurs was left out.",
                "Reading the file took too long: %d events that recur were left out.",
                found.unread,
            ),
        ),
        (
            found.left_out,
            ngettext(
                "%d later day was too many to be shown.",
                "%d later days were too many to be shown.",
                found.left_out,
            ),
        ),
    ]
    return [words % number for number, words in counted if number]


milestones_from_calendar = MilestonesFromCalendar.as_view()
