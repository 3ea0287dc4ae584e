"""Reporting a value: one line as people say it, put back to them when it can be read twice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from initiatives import values
from initiatives.dates import PartialDate
from initiatives.forms.fields import LinkField, PartialDateField, long_text
from initiatives.models import KPI
from initiatives.series import cities_of
from initiatives.services import Circumstances
from initiatives.values import Reported, ValueRefused


class MeasurementForm(forms.Form):
    """A value as the city reports it.

    The first time a value leaves a doubt, the form comes back with `reading`: what it may mean,
    the words kept as text among it. The answer holds for exactly those words (`asked_about`).
    """

    value = forms.CharField(
        label=gettext_lazy("Value as you report it"),
        max_length=300,
        help_text=gettext_lazy(
            "A number, a date, yes or no, “in progress” or words. Examples: 12 · 12 560 234 · "
            "over 200 · −12 % against 2015 · Rouen · work in progress"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reading = forms.ChoiceField(
        label=gettext_lazy("What it means"), required=False, widget=forms.HiddenInput
    )
    asked_about = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    as_of = PartialDateField(
        label=gettext_lazy("As of"),
        required=False,
        help_text=gettext_lazy(
            "The day or the period it holds for: 31/08/2022, August 2022, 2021. "
            "Without a date a number is shown, but not plotted."
        ),
    )
    source_url = LinkField(
        label=gettext_lazy("Where it can be seen"),
        help_text=gettext_lazy("A page or file that shows it. Example: https://data.example.org"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=4000,
        widget=long_text(3),
        help_text=gettext_lazy("What a reader must know. Example: counted as downloads"),
    )
    city = forms.ModelChoiceField(
        label=gettext_lazy("City"),
        queryset=City.objects.none(),
        required=False,
        empty_label=gettext_lazy("All cities together"),
        help_text=gettext_lazy("For which city of the consortium it holds."),
    )
    understood: Reported | None = None

    field_order = ["value", "reading", "asked_about", "city", "as_of", "source_url", "note"]

    def __init__(
        self, *args: Any, kpi: KPI, cities: list[City] | None = None, **kwargs: Any
    ) -> None:
        """Keep the KPI, whose unit goes without saying; a consortium says for which city.

        `cities` spares looking for them, where many forms stand on a page.
        """
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        cities = cities_of(kpi.initiative.roadmap) if cities is None else cities
        if cities:
            chosen = City.objects.filter(pk__in=[city.pk for city in cities]).order_by("name")
            self.fields["city"].queryset = chosen
        else:
            del self.fields["city"]
        # Which readings there are is known once the value was read.
        self.fields["reading"].choices = [(str(number), "") for number in range(10)]

    def clean_as_of(self) -> PartialDate | None:
        """See that the date has a place on the calendar and an end."""
        as_of: PartialDate | None = self.cleaned_data["as_of"]
        if as_of is not None and (as_of.starts_on is None or as_of.ends_on is None):
            raise forms.ValidationError(
                _("Write a day or a period of the calendar that has an end: August 2022.")
            )
        return as_of

    def clean(self) -> dict[str, Any]:
        """Read the value; ask when it may mean more than one thing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "value" not in cleaned:
            return cleaned
        try:
            read = values.read(cleaned["value"], unit=self.kpi.unit)
        except ValueRefused as why:
            self.add_error("value", str(why))
            return cleaned
        if read.is_certain:
            self.understood = read.best
            return cleaned
        answer = cleaned.get("reading") or ""
        is_answered = cleaned.get("asked_about") == cleaned["value"] and answer.isdecimal()
        if is_answered and int(answer) < len(read.readings):
            self.understood = read.readings[int(answer)]
        else:
            self._ask(read, cleaned["value"])
        return cleaned

    def _ask(self, read: values.Reading, typed: str) -> None:
        field = self.fields["reading"]
        field.widget = forms.RadioSelect()
        field.choices = [
            (str(number), values.echo(reading)) for number, reading in enumerate(read.readings)
        ]
        shown = self.data.copy()
        shown[self.add_prefix("reading")] = "0"
        shown[self.add_prefix("asked_about")] = typed
        self.data = shown
        self.add_error("reading", _("Is this what you mean? Check it, then save again."))

    def circumstances(self) -> Circumstances:
        """Return what goes with the value."""
        cleaned = self.cleaned_data
        return Circumstances(
            cleaned["as_of"], cleaned["source_url"], cleaned["note"], cleaned.get("city")
        )
