"""KPIs and their targets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from initiatives import dates
from initiatives.dates import PartialDate
from initiatives.forms.fields import AmountField, LinkField, PartialDateField, long_text
from initiatives.forms.units import InUnit
from initiatives.models import (
    KPI,
    Comparison,
    Initiative,
    LibraryKPI,
    Target,
)
from initiatives.pictures import target_words
from initiatives.series import NotExact, UnitChange, check_conversion, counts


class KPIForm(VersionedForm):
    """What is measured, and how."""

    unit_answer = forms.ChoiceField(
        label=gettext_lazy("What about the numbers and targets so far?"),
        required=False,
        choices=[*UnitChange.choices, ("keep", gettext_lazy("Leave the unit as it was"))],
        widget=forms.HiddenInput,
    )
    factor = forms.DecimalField(
        label=gettext_lazy("Factor"),
        required=False,
        max_digits=20,
        decimal_places=10,
        localize=True,
        help_text=gettext_lazy("Only for converting. From kWh to MWh it is 0.001."),
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
        fields = ["name", "concept", "unit", "direction", "adds_up", "description", "note"]
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
        if not initiative.roadmap.participation.consortium_id:
            del self.fields["adds_up"]

    def clean(self) -> dict[str, Any]:
        """See that the name is free, and ask when the unit of reported numbers changes."""
        cleaned = super().clean()
        namesakes = self.initiative.kpis.filter(name=cleaned.get("name"))
        if namesakes.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This initiative has a KPI of that name already."))
        self.unit_before = self._current.unit if self._current is not None else ""
        if self._changes_unit(cleaned):
            self._ask_about_values(cleaned)
        return cleaned

    def _ask_about_values(self, cleaned: dict[str, Any]) -> None:
        """Take the answer about the numbers reported so far, or ask for it."""
        answer, factor = cleaned.get("unit_answer"), cleaned.get("factor")
        self.fields["unit_answer"].widget = forms.RadioSelect(choices=self._answers())
        self.fields["factor"].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        if answer == "keep":
            cleaned["unit"] = self.unit_before
        elif answer == UnitChange.CONVERT:
            self._check_factor(factor)
        elif not answer and "unit_answer" not in self.errors:
            said = (
                _("Numbers have been reported in “%s”. Say what becomes of them.")
                if self._has_numbers
                else _("What is aimed at was set in “%s”. Say what becomes of it.")
            )
            self.add_error("unit_answer", said % (self.unit_before or _("no unit")))

    def _answers(self) -> list[tuple[str, Any]]:
        return list(self.fields["unit_answer"].choices)

    def _check_factor(self, factor: Decimal | None) -> None:
        if "factor" in self.errors:
            return
        if factor is None or factor == 0:
            self.add_error("factor", _("Write by what to multiply. From kWh to MWh it is 0.001."))
            return
        try:
            check_conversion(self._current, factor)
        except NotExact as why:
            self.add_error("factor", str(why))

    def _changes_unit(self, cleaned: dict[str, Any]) -> bool:
        if self._current is None or cleaned.get("unit") == self._current.unit:
            return False
        self._has_numbers, has_targets = counts(self.instance)
        return self._has_numbers or has_targets

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


class TargetForm(InUnit, forms.ModelForm):
    """What a KPI should reach by when. The target it replaces stays readable."""

    value = AmountField(
        label=gettext_lazy("Number"),
        required=False,
        max_digits=20,
        decimal_places=6,
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
        fields = ["comparison", "value", "base_year", "text", "origin", "origin_url"]
        field_classes = {"origin_url": LinkField}
        help_texts = {
            "origin": gettext_lazy("Who set it, in which plan. Example: Climate plan 2019"),
            "base_year": gettext_lazy("Only for a change in per cent. Example: 2015"),
            "text": gettext_lazy("If a number does not say it, or not all."),
        }

    field_order = [
        *("comparison", "value", "base_year", "text", "by", "origin", "origin_url", "replaces")
    ]

    def __init__(self, *args: Any, kpi: KPI, **kwargs: Any) -> None:
        """Offer the targets that hold now for replacement."""
        super().__init__(*args, **kwargs)
        self.instance.kpi = kpi
        self.show_unit(kpi.unit)
        self.fields["replaces"].queryset = kpi.targets.filter(superseded_by__isnull=True)
        self.fields["replaces"].label_from_instance = target_words

    def clean(self) -> dict[str, Any]:
        """See that the target says something."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("comparison", "value", "base_year", "text")
        told = Target(**{name: cleaned[name] for name in names if name in cleaned})
        for name, words in told.lacks().items():
            if name not in self.errors:
                self.add_error(name, words)
        by: PartialDate | None = cleaned.get("by")
        if by is not None and not dates.ends(by):
            self.add_error("by", dates.BY_WHEN)
        if told.value is not None and told.comparison != Comparison.CHANGE:
            self.ask_unit("value", self.instance.kpi.unit)
        return cleaned

    def _post_clean(self) -> None:
        by: PartialDate | None = self.cleaned_data.get("by")
        if by is None or dates.ends(by):
            for name, value in dates.by_columns(by).items():
                setattr(self.instance, name, value)
        super()._post_clean()
