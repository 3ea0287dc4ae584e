"""Rows of values before and after, each with its date, its source and a note."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import dates, values
from initiatives.dates import PartialDate
from initiatives.forms.fields import LinkField, PartialDateField
from initiatives.values import Reported, ValueRefused
from marketplace import values as kept_values
from marketplace.ledger import ToldValue
from marketplace.models import Deployment, DeploymentValue, Moment

MOST_VALUES = 6
BESIDE = ("as_of", "source", "note")


def _report_field(label: Promise) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=300)


def _as_of_field(label: Promise) -> PartialDateField:
    return PartialDateField(
        label=label,
        required=False,
        help_text=gettext_lazy("The day or period it holds for: 31/08/2022, August 2022, 2021."),
    )


def _source_field(label: Promise) -> LinkField:
    return LinkField(label=label)


def _note_field(label: Promise) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=500)


def _reading_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("What it means"), required=False, widget=forms.HiddenInput
    )


def _asked_field() -> forms.CharField:
    return forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class ValueRowForm(forms.Form):
    """Something that was measured before and after, as the city reports it.

    A value that can be read in several ways comes back with a question; the answer holds for
    exactly the words it was asked about, and for as long as they stay.
    """

    template_name = "marketplace/forms/value_row.html"

    label = forms.CharField(
        label=gettext_lazy("What was measured"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("With its unit. Example: waiting time in minutes"),
    )
    before = _report_field(gettext_lazy("Before"))
    before_reading = _reading_field()
    before_asked = _asked_field()
    before_as_of = _as_of_field(gettext_lazy("Before: as of"))
    before_source = _source_field(gettext_lazy("Before: where it can be seen"))
    before_note = _note_field(gettext_lazy("Before: note"))
    after = _report_field(gettext_lazy("After"))
    after_reading = _reading_field()
    after_asked = _asked_field()
    after_as_of = _as_of_field(gettext_lazy("After: as of"))
    after_source = _source_field(gettext_lazy("After: where it can be seen"))
    after_note = _note_field(gettext_lazy("After: note"))

    def __init__(
        self, *args: Any, saved: dict[tuple[str, str], DeploymentValue], **kwargs: Any
    ) -> None:
        """Take any answer for now; which there are shows when the value is read."""
        super().__init__(*args, **kwargs)
        self.saved = saved
        self.understood: dict[Moment, Reported] = {}
        for moment in Moment:
            self.fields[f"{moment}_reading"].validators = []
            self.fields[f"{moment}_reading"].validate = lambda _value: None

    @property
    def columns(self) -> list[list[BoundField]]:
        """Return what stands side by side: value, question and date, before and after."""
        return [
            [self[moment], self[f"{moment}_reading"], self[f"{moment}_as_of"]] for moment in Moment
        ]

    @property
    def sources(self) -> list[BoundField]:
        """Return what is folded away until it is wanted."""
        return [self[f"{moment}_{name}"] for moment in Moment for name in ("source", "note")]

    @property
    def opens(self) -> bool:
        """Say whether the fold holds something, or something to mend."""
        return any(field.value() or field.errors for field in self.sources)

    def has_changed(self) -> bool:
        """Read rows that are saved also where they say the same, whatever the page counted."""
        return bool(self.initial) or super().has_changed()

    def clean_before_as_of(self) -> PartialDate | None:
        """See that the date before is one of the calendar."""
        return self._day_or_period("before_as_of")

    def clean_after_as_of(self) -> PartialDate | None:
        """See that the date after is one of the calendar."""
        return self._day_or_period("after_as_of")

    def clean(self) -> dict[str, Any]:
        """Read both values, and see that nothing is said of a value that is not there."""
        cleaned = super().clean() or self.cleaned_data
        for moment in Moment:
            if cleaned.get(moment):
                self._read(moment, cleaned)
            elif moment not in self.errors:
                self._refuse_without_value(moment, cleaned)
        told = [moment for moment in Moment if cleaned.get(moment)]
        if told and not cleaned.get("label"):
            self.add_error("label", _("Say what was measured."))
        if cleaned.get("label") and not told and not self.errors:
            self.add_error("after", _("Say how much, before or after, or empty the row."))
        before, after = cleaned.get("before_as_of"), cleaned.get("after_as_of")
        if before and after and before.starts_on > after.ends_on:
            self.add_error("after_as_of", _("This lies before the date of the value before."))
        return cleaned

    def found(self) -> list[ToldValue]:
        """Return the values of this row."""
        cleaned = self.cleaned_data
        return [
            ToldValue(
                label=cleaned["label"],
                moment=moment,
                value=value,
                as_of=cleaned.get(f"{moment}_as_of"),
                source_url=cleaned.get(f"{moment}_source") or "",
                note=cleaned.get(f"{moment}_note") or "",
            )
            for moment, value in self.understood.items()
        ]

    def _day_or_period(self, name: str) -> PartialDate | None:
        as_of: PartialDate | None = self.cleaned_data[name]
        if as_of is None:
            return None
        if as_of.starts_on is None or as_of.ends_on is None:
            raise forms.ValidationError(
                _("Write a day or a period of the calendar that has an end: August 2022.")
            )
        if ahead := dates.refuse_ahead(as_of, timezone.localdate()):
            raise forms.ValidationError(ahead, code="ahead")
        return as_of

    def _refuse_without_value(self, moment: Moment, cleaned: dict[str, Any]) -> None:
        if any(cleaned.get(f"{moment}_{name}") for name in BESIDE):
            self.add_error(
                moment, _("Say how much it was, or empty the date, the source and the note of it.")
            )

    def _read(self, moment: Moment, cleaned: dict[str, Any]) -> None:
        typed = cleaned[moment]
        there = self.saved.get((cleaned.get("label", ""), moment))
        if there is not None and there.as_reported == typed:
            # It was asked about when it was saved; nobody is asked twice.
            self.understood[moment] = kept_values.reported(there)
            return
        try:
            read = values.read(typed)
        except ValueRefused as why:
            self.add_error(moment, str(why))
            return
        answer = cleaned.get(f"{moment}_reading") or ""
        is_answered = cleaned.get(f"{moment}_asked") == typed
        offered = {str(number): reading for number, reading in enumerate(read.readings)}
        if read.is_certain:
            self.understood[moment] = read.best
        elif is_answered and answer in offered:
            self.understood[moment] = offered[answer]
        else:
            self._ask(moment, read, typed)

    def _ask(self, moment: Moment, read: values.Reading, typed: str) -> None:
        name = f"{moment}_reading"
        self.fields[name].widget = forms.RadioSelect()
        self.fields[name].choices = [
            (str(number), values.echo(reading)) for number, reading in enumerate(read.readings)
        ]
        shown = self.data.copy()
        shown[self.add_prefix(name)] = "0"
        shown[self.add_prefix(f"{moment}_asked")] = typed
        self.data = shown
        self.add_error(name, _("Is this what you mean? Check it, then save again."))


class ValueRows(forms.BaseFormSet):
    """Values before and after; changed by two people at once, the second is asked to look again."""

    row_label = gettext_lazy("Value")

    def __init__(self, data: Any = None, *, row: Deployment | None, **kwargs: Any) -> None:
        """Start from what is saved, with empty rows below."""
        self.saved = list(row.values.all()) if row else []
        by_place = {(value.label, value.moment): value for value in self.saved}
        found: dict[str, dict[str, Any]] = {}
        for value in self.saved:
            one = found.setdefault(value.label, {"label": value.label})
            one |= {
                value.moment: value.as_reported,
                f"{value.moment}_as_of": dates.read_as_of(value),
                f"{value.moment}_source": value.source_url,
                f"{value.moment}_note": value.note,
            }
        super().__init__(
            data,
            prefix="values",
            initial=list(found.values()),
            form_kwargs={"saved": by_place},
            **kwargs,
        )

    @property
    def seen(self) -> str:
        """Return a short sign of what is saved now."""
        told = repr(
            [
                (
                    *(one.label, one.moment, one.as_reported, one.as_of, one.as_of_precision),
                    *(one.period_starts_on, one.source_url, one.note),
                )
                for one in self.saved
            ]
        )
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def clean(self) -> None:
        """Refuse the same thing twice, and changes upon what nobody has seen."""
        told = [form.cleaned_data.get("label") for form in self.forms]
        labels = [label for label in told if label]
        if len(set(labels)) < len(labels):
            raise forms.ValidationError(_("Name each thing that was measured once."))
        if self.changes and self.data.get("values-seen", self.seen) != self.seen:
            shown = self.data.copy()
            shown["values-seen"] = self.seen
            self.data = shown
            saved = "; ".join(str(value) for value in self.saved) or _("none")
            raise forms.ValidationError(
                _(
                    "Somebody else saved values meanwhile: {values}. Save again to replace them."
                ).format(values=saved)
            )

    @property
    def changes(self) -> bool:
        """Say whether the rows differ from what is saved."""
        kept = {(one.label, one.moment): one for one in self.saved}
        said = {(told.label, told.moment): told.columns() for told in self.found()}
        return kept.keys() != said.keys() or any(
            getattr(kept[place], name) != each
            for place, columns in said.items()
            for name, each in columns.items()
        )

    def found(self) -> list[ToldValue]:
        """Return what was typed, row by row."""
        return [
            told for form in self.forms if form.cleaned_data.get("label") for told in form.found()
        ]


def value_rows(row: Deployment | None, data: Any = None) -> ValueRows:
    """Return the rows of values of a row of the ledger: what is saved, and two empty ones."""
    made = forms.formset_factory(
        ValueRowForm, formset=ValueRows, extra=2, max_num=MOST_VALUES, absolute_max=MOST_VALUES + 2
    )
    return made(data, row=row)
