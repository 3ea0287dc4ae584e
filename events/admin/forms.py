"""Sessions on an event's page: by date and clock time in the event's zone, days made on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTimeWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import permissions
from events.admin.deleting import refuse_to_delete
from events.admin.moments import OnOwnClocks
from events.admin.seen import SeenForm
from events.forms.moving import moment_at
from events.models import (
    Event,
    EventDay,
    EventStatus,
    PlanDraft,
    Session,
    known_zone,
)
from events.services import feedback
from events.services.session_addresses import free_address

# A change to one of these is a change that people's calendars must learn of.
IN_CALENDARS = {"title", "summary", "room_name", "day_date", "start", "end", "part_of_day"}
IN_CALENDARS |= {"is_cancelled"}

# Each takes some 20 fields, of which a page may send 5,000 (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MOST_ON_ONE_PAGE = 150


class EventForm(SeenForm, OnOwnClocks):
    """An event; its time zone is one that exists, and feedback ends after it begins."""

    def clean(self) -> dict[str, Any]:
        """Refuse that feedback ends before anything could be said."""
        cleaned = super().clean()
        first, until = cleaned.get("starts_on"), cleaned.get("feedback_until")
        if first and until and until < first:
            self.add_error("feedback_until", _("This is before the first day of the event."))
        self._clean_reopening(cleaned)
        return cleaned

    def clean_status(self) -> str:
        """Refuse to show the draft of an agenda as an event of its own."""
        status = self.cleaned_data["status"]
        if status != EventStatus.DRAFT and PlanDraft.objects.filter(copy=self.instance.pk).exists():
            raise ValidationError(
                _("This is the draft of an agenda: publish it on the page “Plan the agenda”.")
            )
        return status

    def _clean_reopening(self, cleaned: dict[str, Any]) -> None:
        """Refuse answers once results were told: one more would show what its person said."""
        before = Event.objects.filter(pk=self.instance.pk).first()
        if before is None or not permissions.feedback_is_over(before) or not cleaned.get("ends_on"):
            return
        after = Event(ends_on=cleaned["ends_on"], feedback_until=cleaned.get("feedback_until"))
        if before.today <= after.feedback_ends_on and feedback.some_are_told(before):
            self.add_error(
                "feedback_until",
                _("What people said is shown already: no more answers are taken."),
            )

    def clean_time_zone(self) -> str:
        """Refuse a zone nobody knows: every session would be lost in it."""
        name = self.cleaned_data["time_zone"]
        if known_zone(name) is None:
            raise ValidationError(
                _("“%(name)s” is no time zone. Write one such as Europe/Brussels.") % {"name": name}
            )
        return name


class SessionForm(forms.ModelForm):
    """A session whose moment is a date and two clock times, as people say them on the spot."""

    day_date = forms.DateField(
        label=gettext_lazy("Date"),
        widget=AdminDateWidget(),
    )
    start = forms.TimeField(
        label=gettext_lazy("Starts"),
        required=False,
        widget=AdminTimeWidget(format="%H:%M"),
    )
    end = forms.TimeField(
        label=gettext_lazy("Ends"),
        required=False,
        widget=AdminTimeWidget(format="%H:%M"),
    )
    track_name = forms.CharField(label=gettext_lazy("Track"), required=False, max_length=80)
    room_name = forms.CharField(
        label=gettext_lazy("Room"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("A track or room that the event does not have yet is made."),
    )

    join_link = forms.URLField(
        label=gettext_lazy("Link to join"),
        required=False,
        max_length=500,
        # An address typed without "https://" is meant to have it.
        assume_scheme="https",
        help_text=gettext_lazy("Shown only to those who have a place."),
    )

    # Set by the formset or the session's own page: the event with its newest dates and zone.
    event: Event

    class Meta:
        model = Session
        fields = [
            "title", "kind", "part_of_day", "position", "parallel", "theme", "group", "audience",
            "language", "capacity", "join_link", "summary", "takeaways", "is_cancelled",
        ]  # fmt: skip
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2, "cols": 60}),
            "takeaways": forms.Textarea(attrs={"rows": 2, "cols": 60}),
        }

    def __init__(self, *args: Any, event: Event | None = None, **kwargs: Any) -> None:
        """Fill in date and times as they are on the spot."""
        super().__init__(*args, **kwargs)
        if event is not None:
            self.event = event
        elif self.instance.day_id:
            self.event = self.instance.day.event
        for name in ("track", "room"):
            self.initial[f"{name}_name"] = str(getattr(self.instance, name) or "")
        if self.instance.pk:
            self.initial["day_date"] = self.instance.day.date
            if self.instance.starts_at and self.instance.ends_at:
                self.initial["start"] = self.instance.starts_at.astimezone(self._zone).time()
                self.initial["end"] = self.instance.ends_at.astimezone(self._zone).time()

    @property
    def _zone(self) -> ZoneInfo:
        return known_zone(self.event.time_zone) or ZoneInfo("UTC")

    def clean(self) -> dict[str, Any]:
        """Check the date against the event, and make moments of the clock times."""
        cleaned = super().clean() or {}
        day = cleaned.get("day_date")
        if day is None:
            return cleaned
        first, last = self.event.starts_on, self.event.ends_on
        if first and last and not first <= day <= last:
            words = _("The event lasts from %(first)s to %(last)s.")
            self.add_error("day_date", words % {"first": first, "last": last})
        start, end = cleaned.get("start"), cleaned.get("end")
        if (start is None) != (end is None):
            missing = "end" if end is None else "start"
            self.add_error(missing, _("Give both times, or neither if the hour is not known."))
        elif start and end:
            self._clean_times(day, start, end)
        else:
            self.instance.starts_at = self.instance.ends_at = None
        return cleaned

    def _clean_times(self, day: date, start: time, end: time) -> None:
        moments = {}
        saved = {"start": self.instance.starts_at, "end": self.instance.ends_at}
        for name, clock in [("start", start), ("end", end)]:
            try:
                moments[name] = moment_at(day, clock, self._zone, saved=saved[name])
            except ValidationError as error:
                self.add_error(name, error)
                return
        if moments["end"] <= moments["start"]:
            self.add_error("end", _("The end must be after the start, on the same day."))
        self.instance.starts_at, self.instance.ends_at = moments["start"], moments["end"]

    def _get_validation_exclusions(self) -> set[str]:
        # The moments come from the clock times and have their own errors.
        return {*super()._get_validation_exclusions(), "starts_at", "ends_at", "day", "slug"}

    def validate_constraints(self) -> None:
        """Leave to the database what `clean` has told already in plainer words."""

    def save(self, commit: bool = True) -> Session:
        """Put the session on its day, which is made if it was not there, under a free address."""
        session = self.instance
        if IN_CALENDARS & set(self.changed_data) and session.pk:
            session.sequence += 1
        session.day, _created = EventDay.objects.get_or_create(
            event=self.event, date=self.cleaned_data["day_date"]
        )
        session.track = _named(self.event.tracks, self.cleaned_data["track_name"])
        session.room = _named(self.event.rooms, self.cleaned_data["room_name"])
        session.slug = free_address(session)
        return super().save(commit)


def _named(rows: Any, name: str) -> Any:
    """Return the track or room of this name, which is made if the event has none; or None."""
    if not name:
        return None
    return rows.filter(name__iexact=name).first() or rows.create(name=name, position=rows.count())


def has_many_sessions(event: Event) -> bool:
    """Say whether an event's page leaves its sessions to their own: it could not be sent."""
    return Session.objects.filter(day__event=event).count() > MOST_ON_ONE_PAGE


class SessionFormSet(forms.BaseModelFormSet):
    """All sessions of an event: the admin's inline, though a session belongs to a day."""

    def __init__(
        self, *args: Any, instance: Event, save_as_new: bool = False, **kwargs: Any
    ) -> None:
        """Take the event, saved or not, as the admin hands it to an inline."""
        self.instance = instance
        sessions = Session.objects.none()
        # What is sent may be from a page on which all of them stood.
        if instance.pk and (kwargs.get("data") is not None or not has_many_sessions(instance)):
            sessions = (
                Session.objects.filter(day__event=instance)
                .select_related("day", "track", "room")
                .in_order()
            )
        kwargs["queryset"] = sessions
        self._choices: dict[str, list] = {}
        super().__init__(*args, **kwargs)

    @classmethod
    def get_default_prefix(cls) -> str:
        """The name under which the admin finds this inline."""
        return "sessions"

    def clean(self) -> None:
        """Keep sessions in which people were, have places, or of which anything else remains."""
        super().clean()
        gone = [form.instance.pk for form in self.deleted_forms if form.instance.pk]
        if gone:
            refuse_to_delete(Session.objects.filter(pk__in=gone))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Tell every form its event."""
        return {**super().get_form_kwargs(index), "event": self.instance}

    def add_fields(self, form: Any, index: int | None) -> None:
        """Read the words to choose from once, not once for every session."""
        super().add_fields(form, index)
        for name in ("kind", "theme", "group"):
            if name in form.fields:
                if name not in self._choices:
                    self._choices[name] = list(form.fields[name].choices)
                form.fields[name].choices = self._choices[name]

    def initial_form_count(self) -> int:
        """Count the sessions there are; a copy of an event begins without."""
        return super().initial_form_count() if self.instance.pk else 0


def minutes_that_do_not_fit(minutes: Iterable[int | None], session: Session) -> int | None:
    """Return by how many minutes planned blocks miss their session, or None when they fit.

    Negative: too short. A block without minutes takes what is left, so then nothing can miss.
    """
    planned = list(minutes)
    if not planned or None in planned or not (session.starts_at and session.ends_at):
        return None
    length = (session.ends_at - session.starts_at).total_seconds() / 60
    return int(sum(filter(None, planned)) - length) or None
