"""A value as people report it, in whatever form: read, and put back to them if it may mean more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import dates, values
from initiatives.dates import PartialDate
from initiatives.forms.fields import LinkField, PartialDateField
from initiatives.values import Reading, Reported, ValueRefused


def reported_field(examples: Any) -> forms.CharField:
    """Return the field for the words of the report; `examples` show what they may be."""
    return forms.CharField(
        label=gettext_lazy("Value as you report it"),
        max_length=300,
        help_text=examples,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReportsValue(forms.Form):
    """Mix into a form that has a `reported_field`, and call `read_value` where it cleans.

    The first time a value leaves a doubt, the form comes back with `reading`: what it may mean,
    the words kept as text among it. The answer holds for exactly those words (`asked_about`).
    """

    value_name = "value"
    """What the field with the words of the report is called."""

    reading = forms.ChoiceField(
        label=gettext_lazy("What it means"), required=False, widget=forms.HiddenInput
    )
    asked_about = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    as_of = PartialDateField(
        label=gettext_lazy("As of"),
        required=False,
        help_text=gettext_lazy("The day or period it holds for: 31/08/2022, August 2022, 2021."),
    )
    source_url = LinkField(
        label=gettext_lazy("Where it can be seen"),
        help_text=gettext_lazy("A page or file that shows it. Example: https://data.example.org"),
    )
    understood: Reported | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer readings in general: which there are is known once the value was read."""
        super().__init__(*args, **kwargs)
        self.fields["reading"].choices = [(str(number), "") for number in range(10)]

    def clean_as_of(self) -> PartialDate | None:
        """See that the date has a place on the calendar and an end."""
        as_of: PartialDate | None = self.cleaned_data["as_of"]
        if as_of is not None and (as_of.starts_on is None or as_of.ends_on is None):
            raise forms.ValidationError(
                _("Write a day or a period of the calendar that has an end: August 2022.")
            )
        ahead = dates.refuse_ahead(as_of, timezone.localdate()) if as_of else ""
        if ahead:
            raise forms.ValidationError(ahead, code="ahead")
        return as_of

    def read_value(self, typed: str, *, unit: str) -> None:
        """Set `understood` to what was reported, or ask when it may mean more than one thing."""
        try:
            found = values.read(typed, unit=unit)
        except ValueRefused as why:
            self.add_error(self.value_name, str(why))
            return
        answer = self.cleaned_data.get("reading") or ""
        is_answered = self.cleaned_data.get("asked_about") == typed and answer.isdecimal()
        if found.is_certain:
            self.understood = found.best
        elif is_answered and int(answer) < len(found.readings):
            self.understood = found.readings[int(answer)]
        else:
            self._ask(found, typed)

    def _ask(self, found: Reading, typed: str) -> None:
        field = self.fields["reading"]
        field.widget = forms.RadioSelect()
        field.show_hidden_initial = False
        field.choices = [
            (str(number), values.echo(reading)) for number, reading in enumerate(found.readings)
        ]
        shown = self.data.copy()
        shown[self.add_prefix("reading")] = "0"
        shown[self.add_prefix("asked_about")] = typed
        self.data = shown
        self.add_error("reading", _("Is this what you mean? Check it, then save again."))
