"""Milestones from a calendar file: the file, then the days to choose from."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from cities.tables.limits import Unreadable
from cities.uploads.fields import ScannedFileField
from initiatives.exchange import calendars
from initiatives.exchange.calendars import FromCalendar
from initiatives.forms.fields import PartialDateField
from initiatives.models import Initiative


def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class CalendarForm(forms.Form):
    """A calendar file, and the zone in which its times are days."""

    file = ScannedFileField(
        most_bytes=calendars.MOST_BYTES,
        label=_("The calendar file"),
        max_length=200,
        help_text=_("As your calendar exports it (iCalendar, .ics), up to 1 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    zone = forms.ChoiceField(
        label=_("Time zone of the milestones"),
        choices=lazy(_zones, list),
        help_text=_(
            "It says on which day a time falls. Times that name no zone are taken to be in it."
        ),
    )

    found: FromCalendar

    def clean(self) -> dict[str, Any]:
        """Read the file; the words of a refusal stand beside it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        brought, zone = cleaned.get("file"), cleaned.get("zone")
        if brought is None or not zone:
            return cleaned
        try:
            # One byte more than is taken tells that there are more.
            data = brought.read(calendars.MOST_BYTES + 1)
            self.found = calendars.read(data, ZoneInfo(zone))
        except Unreadable as why:
            self.add_error("file", forms.ValidationError(str(why), code="unreadable"))
        else:
            if not self.found.days:
                self.add_error("file", _("No event with a date stands in this file."))
        return cleaned


class CalendarDayForm(forms.Form):
    """A day of the calendar that may become a milestone."""

    take = forms.BooleanField(label=_("Take it"), required=False)
    title = forms.CharField(label=_("Title"), max_length=calendars.LONGEST_TITLE)
    when = PartialDateField(label=_("When"))
    description = forms.CharField(
        required=False, max_length=calendars.LONGEST_DESCRIPTION, widget=forms.HiddenInput
    )


CalendarDays = forms.formset_factory(
    CalendarDayForm, extra=0, max_num=calendars.MOST_EVENTS, absolute_max=calendars.MOST_EVENTS
)


def proposed(found: FromCalendar, initiative: Initiative) -> list[dict[str, Any]]:
    """Return the days as a form shows them; what the initiative has already is not ticked."""
    there = set(initiative.milestones.values_list("starts_on", "title"))
    return [
        {
            "take": (one.day, one.title) not in there,
            "title": one.title,
            "when": _typed(one.day),
            "description": one.description,
        }
        for one in found.days
    ]


def _typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"
