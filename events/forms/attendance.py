"""What is sent at the door, and how its list is narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Session

WHO = [
    ("", gettext_lazy("Everybody")),
    ("missing", gettext_lazy("Who is not here yet")),
    ("here", gettext_lazy("Who is here")),
]


class WhereForm(forms.Form):
    """Where somebody stands with a telephone: at the door of the day, or of one session."""

    session = forms.ModelChoiceField(
        Session.objects.none(), label=gettext_lazy("Where you are"), required=False
    )

    def __init__(self, *args: Any, sessions: Iterable[Session], **kwargs: Any) -> None:
        """Offer the sessions of the day."""
        super().__init__(*args, **kwargs)
        offer_sessions(self.fields["session"], sessions)


class DoorForm(WhereForm):
    """Which part of the list to show. A fault narrows nothing."""

    day = forms.TypedChoiceField(
        label=gettext_lazy("Day"), coerce=date.fromisoformat, required=False, empty_value=None
    )
    q = forms.CharField(label=gettext_lazy("Name or city"), required=False, max_length=80)
    who = forms.ChoiceField(label=gettext_lazy("Show"), choices=WHO, required=False)
    field_order = ["day", "session", "q", "who"]

    def __init__(self, *args: Any, days: Iterable[date], **kwargs: Any) -> None:
        """Offer the days of the event."""
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), date_format(day, "D j M")) for day in days
        ]


def offer_sessions(choice: Any, sessions: Iterable[Session]) -> None:
    """Fill a field with sessions that were read already, and the day before them."""
    sessions = list(sessions)
    choice.queryset = Session.objects.filter(pk__in=[one.pk for one in sessions])
    choice.choices = [("", _("At the entrance")), *((one.pk, one.title) for one in sessions)]
