"""Moving a session to another day, hour or room: what dragging does, as a form."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Event, Session, known_zone

SHORTEST, LONGEST = 5, 12 * 60


class MoveForm(forms.Form):
    """Where a session goes. Days and hours are those of the event's time zone."""

    session = forms.ModelChoiceField(label=gettext_lazy("Session"), queryset=Session.objects.none())
    day = forms.TypedChoiceField(label=gettext_lazy("Day"), coerce=date.fromisoformat)
    start = forms.TimeField(
        label=gettext_lazy("Starts"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=SHORTEST, max_value=LONGEST
    )
    room = forms.TypedChoiceField(
        label=gettext_lazy("Room"), coerce=int, empty_value=None, required=False
    )
    # When what is moved was last saved, as the page showed it.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, event: Event, days: list[date], **kwargs: Any) -> None:
        """Offer the days, rooms and sessions of an event."""
        super().__init__(*args, **kwargs)
        self.zone = known_zone(event.time_zone) or ZoneInfo("UTC")
        sessions = Session.objects.filter(day__event=event, is_cancelled=False)
        self.fields["session"].queryset = sessions.select_related("day").in_order()
        self.fields["day"].choices = [(day.isoformat(), date_format(day, "D j M")) for day in days]
        rooms = event.rooms.values_list("pk", "name")
        self.fields["room"].choices = [("", _("No room")), *rooms]

    def clean(self) -> dict[str, Any]:
        """Make a moment of day and clock time."""
        cleaned = super().clean() or {}
        day, start = cleaned.get("day"), cleaned.get("start")
        if day and start:
            try:
                cleaned["starts_at"] = moment_at(day, start, self.zone)
            except ValidationError as error:
                self.add_error("start", error)
        return cleaned


def moment_at(day: date, clock: time, zone: tzinfo, *, saved: datetime | None = None) -> datetime:
    """Return the moment of a clock time; `saved` is the moment that stood there before.

    Raises ValidationError where clocks jump over the hour, and where they show it twice: only the
    one that is saved already can be meant then.
    """
    local = datetime.combine(day, clock, tzinfo=zone)
    # Pages show no seconds, so what stands there comes back without them.
    if saved and f"{saved.astimezone(zone):%Y-%m-%d %H:%M}" == f"{local:%Y-%m-%d %H:%M}":
        return saved
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        words = _("Clocks jump over this hour on that day in %(zone)s.")
        raise ValidationError(words % {"zone": zone})
    if local.replace(fold=1).astimezone(UTC) != moment:
        words = _(
            "Clocks are set back on that day in %(zone)s and show this hour twice. Choose one that "
            "they show once."
        )
        raise ValidationError(words % {"zone": zone})
    return moment
