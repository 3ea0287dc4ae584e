"""Rows with one date, typed in one line as precisely as it is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from initiatives import dates
from initiatives.dates import PartialDate
from initiatives.forms.fields import PartialDateField
from initiatives.forms.section_rows import SectionRow
from initiatives.models import PartlyDated


class DatedRow(SectionRow):
    """A row with `when`; words that are no date may be kept as they are."""

    when = PartialDateField(label=gettext_lazy("When"), required=False)
    keep_words = forms.BooleanField(
        label=gettext_lazy("Keep these words: the date is not known better"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the date as it was typed."""
        super().__init__(*args, **kwargs)
        self.fields["when"].initial = _shown(_of(self.instance))
        self.fields["keep_words"].show_hidden_initial = False

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return what a row holds, with its date; records of its history have the same columns."""
        values = super().values_of(row)
        return values | {"when": _of(row)} if "when" in self.fields else values

    def _clean_fields(self) -> None:
        super()._clean_fields()
        typed = str(self["when"].data or "").strip()
        if "when" not in self.errors:
            return
        is_as_before = bool(typed) and typed == self.instance.date_text
        if (self.cleaned_data.get("keep_words") or is_as_before) and fits(typed):
            del self._errors["when"]
            self.cleaned_data["when"] = dates.in_order_only(typed)
        self.fields["keep_words"].widget = forms.CheckboxInput()

    def _ask(self, name: str, mine: Any, theirs: Any) -> None:
        super()._ask(name, mine, theirs)
        if name == "when":
            told = self.conflicts.pop()
            self.conflicts.append(replace(told, mine=_told(mine), theirs=_told(theirs)))

    def _post_clean(self) -> None:
        """Put the date into its columns before the row is looked at as a whole."""
        if "when" in self.cleaned_data:
            put_date(self.instance, self.cleaned_data["when"])
        super()._post_clean()


def fits(text: str) -> bool:
    """Say whether words can be kept instead of a date."""
    return len(text) <= dates.LONGEST_TEXT


def put_date(row: PartlyDated, when: PartialDate | None) -> None:
    """Write a date, or that there is none, into the columns of a row. Not saved."""
    when = when or dates.in_order_only()
    row.precision = when.precision
    row.starts_on, row.ends_on = when.starts_on, when.ends_on
    row.project_month, row.date_text = when.project_month, when.text


def _of(row: Any) -> PartialDate | None:
    found = dates.read(row)
    return None if found.same_as(dates.in_order_only()) and not found.text else found


def _shown(when: PartialDate | None) -> str:
    return dates.compact(when) if when else ""


def _told(when: PartialDate | None) -> str:
    return dates.told(when) if when else ""
