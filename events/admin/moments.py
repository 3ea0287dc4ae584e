"""Date-times of an event in the admin: typed and shown on the event's clocks, whoever types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.forms.moving import moment_at
from events.models import Event, MeetingRound, known_zone


class MomentField(forms.SplitDateTimeField):
    """A date and a clock time of an event; its form says on whose clocks."""

    # The zones in which the page shows it and in which what was sent is read, and what is saved.
    shown_in: tzinfo = UTC
    read_in: tzinfo = UTC
    saved: datetime | None = None

    def compress(self, data_list: list[Any]) -> datetime | None:
        """Make a moment of both, or refuse what clocks there never show, or show twice."""
        day, clock = data_list or (None, None)
        if not isinstance(day, date) and not isinstance(clock, time):
            return None
        if not isinstance(day, date):
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        if not isinstance(clock, time):
            raise ValidationError(self.error_messages["invalid_time"], code="invalid_time")
        return moment_at(day, clock, self.read_in, saved=self.saved)

    def prepare_value(self, value: Any) -> Any:
        """Return a moment as clocks of the event show it; what was sent stays as it is."""
        if isinstance(value, datetime):
            return value.astimezone(self.shown_in).replace(tzinfo=None)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what was sent with what the page showed."""
        return super().has_changed(self.prepare_value(initial), data)


class ShowsClocksOfEvent(admin.ModelAdmin):
    """Date-times on the event's clocks, also for those who may look and change nothing."""

    formfield_overrides = {models.DateTimeField: {"form_class": MomentField}}
    # What else is read otherwise than it is typed, by the name of its field.
    told: dict[str, Callable[[Any], Any]] = {}

    def zone_of(self, row: Any) -> tzinfo:
        """Return the zone of the event a row belongs to."""
        zone: tzinfo = row.event.zone
        return zone

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show words where others type: Django would show the reader's own clocks."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        stamps = self.get_readonly_fields(request, obj)
        told = {
            field.name: self._words_of(field.name)
            for field in self.opts.fields
            if isinstance(field, models.DateTimeField) and field.name not in stamps
        } | self.told
        return [
            (title, {**options, "fields": _instead(options["fields"], told)})
            for title, options in fieldsets
        ]

    def _words_of(self, name: str) -> Callable[[Any], str]:
        @admin.display(description=self.opts.get_field(name).verbose_name)
        def words(row: Any) -> str:
            moment, zone = getattr(row, name), self.zone_of(row)
            if moment is None:
                return str(self.get_empty_value_display())
            return f"{date_format(moment.astimezone(zone), 'DATETIME_FORMAT')} ({zone})"

        words.__name__ = name
        return words


def _instead(fields: Any, told: dict[str, Callable[[Any], Any]]) -> list[Any]:
    """Put what is told in the place of fields, also of those that share a line."""
    return [
        _instead(name, told) if isinstance(name, list | tuple) else told.get(name, name)
        for name in fields
    ]


class OnClocksOfEvent(forms.ModelForm):
    """A form whose date-times are those of an event, which the row or one of its fields names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell the fields the event's zone, saved and sent, and name it beside them."""
        super().__init__(*args, **kwargs)
        saved, sent = self.saved_zone(), self.sent_zone() if self.is_bound else None
        zone = sent or saved
        words = _("On the clocks of %s.") % zone if zone else _("On the clocks of the event.")
        for name, field in self.fields.items():
            if isinstance(field, MomentField):
                field.shown_in, field.read_in = saved or UTC, zone or UTC
                field.saved = getattr(self.instance, name)
                field.help_text = f"{words} {field.help_text}".strip()

    def saved_zone(self) -> tzinfo | None:
        """Return the zone in which the page shows the row; None before the event is known."""
        row = self.instance
        return row.event.zone if row.event_id else None

    def sent_zone(self) -> tzinfo | None:
        """Return the zone of the event that was chosen on the page."""
        event = _found(Event.objects, self.data.get(self.add_prefix("event")))
        return event.zone if event else None


class OnOwnClocks(OnClocksOfEvent):
    """The form of an event itself, on which its zone may be changed."""

    def saved_zone(self) -> tzinfo | None:
        """Return the event's own zone; a new event has the usual one."""
        zone: tzinfo = self.instance.zone
        return zone

    def sent_zone(self) -> tzinfo | None:
        """Return the zone that was typed, if there is such a one."""
        return known_zone(self.data.get(self.add_prefix("time_zone"), ""))


class OnClocksOfRound(OnClocksOfEvent):
    """The form of a row of a round of talks."""

    def saved_zone(self) -> tzinfo | None:
        """Return the zone of the round's event."""
        row = self.instance
        return row.round.event.zone if row.round_id else None

    def sent_zone(self) -> tzinfo | None:
        """Return the zone of the event of the round that was chosen."""
        rounds = MeetingRound.objects.select_related("event")
        round = _found(rounds, self.data.get(self.add_prefix("round")))
        return round.event.zone if round else None


def _found(rows: Any, key: Any) -> Any:
    """Return the row of that key; None where there is none, or what was sent is no key."""
    try:
        return rows.filter(pk=int(key)).first()
    except (TypeError, ValueError, OverflowError):
        return None
