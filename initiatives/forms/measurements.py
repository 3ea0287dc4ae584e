"""Reporting a value: one line as people say it, put back to them when it can be read twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from initiatives import dates
from initiatives.forms.fields import PartialDateField, long_text
from initiatives.forms.reported import ReportsValue, reported_field
from initiatives.forms.units import InUnit
from initiatives.models import KPI, Measurement
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
        self,
        *args: Any,
        kpi: KPI,
        unit: str | None = None,
        cities: Sequence[City] | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep the KPI, whose unit goes without saying; a consortium says for which city.

        `unit` is another than that of today; `cities` are those to choose from, where they are
        known already.
        """
        super().__init__(*args, **kwargs)
        self.kpi, self.unit = kpi, kpi.unit if unit is None else unit
        self.show_unit(self.unit)
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
            self.read_value(cleaned["value"], unit=self.unit)
            self.ask_unit("value", self.unit)
        return cleaned

    def circumstances(self) -> Circumstances:
        """Return what goes with the value."""
        cleaned = self.cleaned_data
        return Circumstances(
            cleaned["as_of"], cleaned["source_url"], cleaned["note"], cleaned.get("city")
        )


class CorrectionForm(MeasurementForm):
    """What a value should have been. Who wrote while somebody else corrected it is asked."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The value that its reader saw."""

    field_order = [*MeasurementForm.field_order, "seen"]
    is_overtaken = False

    def __init__(self, *args: Any, reported: Measurement, now: Measurement, **kwargs: Any) -> None:
        """Take the value that the address names, and the one that stands for it now."""
        self.reported, self.now = reported, now
        cities = cities_of(now.kpi.initiative.roadmap, also=[now.city_id])
        initial = _as_typed(now) | {"seen": now.pk}
        # What was reported before the unit changed is corrected in the unit of that time.
        unit = now.former_unit if now.is_former else None
        super().__init__(*args, kpi=now.kpi, unit=unit, cities=cities, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Tell what somebody else wrote meanwhile; sent again, it is replaced."""
        cleaned = super().clean()
        if (cleaned.get("seen") or self.reported.pk) != self.now.pk:
            self.is_overtaken = True
            is_converted = self.now.reported_at == self.reported.reported_at
            self.add_error(None, _overtaken_words(self.now, is_converted=is_converted))
            shown = self.data.copy()
            shown[self.add_prefix("seen")] = str(self.now.pk)
            self.data = shown
        return cleaned


def _as_typed(measurement: Measurement) -> dict[str, Any]:
    return {
        "value": measurement.as_reported,
        "as_of": dates.read_as_of(measurement),
        "source_url": measurement.source_url,
        "note": measurement.note,
        "city": measurement.city_id,
    }


def _overtaken_words(now: Measurement, *, is_converted: bool) -> str:
    as_of = dates.read_as_of(now)
    said = [f"“{now.as_reported}”", dates.words(as_of) if as_of else "", now.note]
    if is_converted:
        # It is the same report in another unit, of whoever made it.
        happened = _("This value was converted into another unit while you were writing.")
    else:
        who = now.reported_by.name if now.reported_by else _("A connector")
        happened = _("%s corrected this value while you were writing.") % who
    rest = _(
        "It stands as: %s. What you typed is below: save again to put it in its place."
    ) % ", ".join(filter(None, said))
    return f"{happened} {rest}"
