"""KPIs and their targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from initiatives.dates import PartialDate
from initiatives.forms.fields import PartialDateField, long_text
from initiatives.models import (
    KPI,
    Comparison,
    Initiative,
    LibraryKPI,
    Precision,
    Target,
    ValueKind,
)


class KPIForm(VersionedForm):
    """What is measured, and how."""

    same_values = forms.BooleanField(
        label=gettext_lazy("The values reported so far are right in the new unit as well"),
        required=False,
        widget=forms.HiddenInput,
    )

    start = forms.ModelChoiceField(
        queryset=LibraryKPI.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.HiddenInput,
    )

    class Meta:
        model = KPI
        fields = ["name", "concept", "unit", "direction", "description", "note"]
        widgets = {"name": long_text(2), "description": long_text(3), "note": long_text(2)}
        help_texts = {
            "name": gettext_lazy("Example: Number of municipalities involved"),
            "concept": gettext_lazy("Where it stands between local context and final effect."),
            "unit": gettext_lazy("What is counted. Example: datasets, kWh, %"),
            "description": gettext_lazy("Who counts what, when and from which source."),
        }

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        """Keep the initiative it belongs to; a new one may start from the library."""
        super().__init__(*args, **kwargs)
        self.initiative = initiative
        if self.instance.pk is None:
            self.fields["start"].queryset = LibraryKPI.objects.filter(is_shown=True)
        else:
            del self.fields["start"]

    def clean(self) -> dict[str, Any]:
        """See that the name is free, and ask when the unit of reported numbers changes."""
        cleaned = super().clean()
        namesakes = self.initiative.kpis.filter(name=cleaned.get("name"))
        if namesakes.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This initiative has a KPI of that name already."))
        if self._changes_unit(cleaned) and not cleaned.get("same_values"):
            self.fields["same_values"].widget = forms.CheckboxInput()
            self.add_error(
                "unit",
                _(
                    "Numbers have been reported in “%s”. Tick the box below if they are right in "
                    "the new unit as well; if not, leave the unit and add a KPI of its own."
                )
                % (self._current.unit or _("no unit")),
            )
        return cleaned

    def _changes_unit(self, cleaned: dict[str, Any]) -> bool:
        if self._current is None or cleaned.get("unit") == self._current.unit:
            return False
        return self.instance.measurements.filter(kind=ValueKind.NUMBER).exists()

    def save(self, commit: bool = True) -> KPI:
        """Save; a new KPI stands last."""
        kpi: KPI = super().save(commit=False)
        kpi.initiative = self.initiative
        if not kpi.pk:
            kpi.position = self.initiative.kpis.count() + 1
            kpi.started_from = self.cleaned_data.get("start")
        if commit:
            kpi.save()
        return kpi


class TargetForm(forms.ModelForm):
    """What a KPI should reach by when. The target it replaces stays readable."""

    value = forms.DecimalField(
        label=gettext_lazy("Number"),
        required=False,
        max_digits=20,
        decimal_places=6,
        localize=True,
        help_text=gettext_lazy("Leave it empty if the target is in words or “none”."),
    )
    by = PartialDateField(label=gettext_lazy("By when"), required=False)
    replaces = forms.ModelChoiceField(
        label=gettext_lazy("Replaces"),
        queryset=Target.objects.none(),
        required=False,
        empty_label=gettext_lazy("No other target: this one is added"),
    )

    class Meta:
        model = Target
        fields = ["comparison", "value", "base_year", "text"]
        help_texts = {
            "base_year": gettext_lazy("Only for a change in per cent. Example: 2015"),
            "text": gettext_lazy("If a number does not say it, or not all."),
        }

    field_order = ["comparison", "value", "base_year", "text", "by", "replaces"]

    def __init__(self, *args: Any, kpi: KPI, **kwargs: Any) -> None:
        """Offer the targets that hold now for replacement."""
        super().__init__(*args, **kwargs)
        self.instance.kpi = kpi
        self.fields["replaces"].queryset = kpi.targets.filter(superseded_by__isnull=True)

    def clean(self) -> dict[str, Any]:
        """See that the target says something."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        comparison = cleaned.get("comparison")
        said = cleaned.get("value") is not None or cleaned.get("text")
        if comparison != Comparison.NONE_LEFT and not said and "value" not in self.errors:
            self.add_error("value", _("Write a number, or say the target in words."))
        if comparison == Comparison.CHANGE and not cleaned.get("base_year"):
            self.add_error("base_year", _("Against which year? Example: 2015"))
        by: PartialDate | None = cleaned.get("by")
        if by is not None and by.starts_on is None:
            self.add_error("by", _("Write a date of the calendar: 2025, or June 2025."))
        return cleaned

    def _post_clean(self) -> None:
        by: PartialDate | None = self.cleaned_data.get("by")
        if by is not None and by.starts_on is not None:
            self.instance.due_on, self.instance.precision = by.starts_on, by.precision
        elif by is None:
            self.instance.due_on, self.instance.precision = None, Precision.YEAR
        super()._post_clean()
