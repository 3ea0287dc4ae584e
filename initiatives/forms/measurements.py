"""Reporting a value: one line as people say it, put back to them when it can be read twice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cities.models import City
from initiatives.forms.fields import PartialDateField, long_text
from initiatives.forms.reported import ReportsValue, reported_field
from initiatives.forms.units import InUnit
from initiatives.models import KPI
from initiatives.series import cities_of
from initiatives.services import Circumstances


class MeasurementForm(InUnit, ReportsValue):
    """A value as the city reports it."""

    value = reported_field(
        gettext_lazy(
            "A number, a date, yes or no, “in progress” or words. Examples: 12 · 12 560 234 · "
            "over 200 · −12 % against 2015 · Rouen · work in progress"
        )
    )
    as_of = PartialDateField(
        label=gettext_lazy("As of"),
        required=False,
        help_text=gettext_lazy(
            "The day or the period it holds for: 31/08/2022, August 2022, 2021. "
            "Without a date a number is shown, but not plotted."
        ),
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

    field_order = ["value", "reading", "asked_about", "city", "as_of", "source_url", "note"]

    def __init__(
        self, *args: Any, kpi: KPI, cities: list[City] | None = None, **kwargs: Any
    ) -> None:
        """Keep the KPI, whose unit goes without saying; a consortium says for which city.

        `cities` spares looking for them, where many forms stand on a page.
        """
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        self.show_unit(kpi.unit)
        cities = cities_of(kpi.initiative.roadmap) if cities is None else cities
        if cities:
            chosen = City.objects.filter(pk__in=[city.pk for city in cities]).order_by("name")
            self.fields["city"].queryset = chosen
        else:
            del self.fields["city"]

    def clean(self) -> dict[str, Any]:
        """Read the value; ask when it may mean more than one thing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "value" in cleaned:
            self.read_value(cleaned["value"], unit=self.kpi.unit)
            self.ask_unit("value", self.kpi.unit)
        return cleaned

    def circumstances(self) -> Circumstances:
        """Return what goes with the value."""
        cleaned = self.cleaned_data
        return Circumstances(
            cleaned["as_of"], cleaned["source_url"], cleaned["note"], cleaned.get("city")
        )
