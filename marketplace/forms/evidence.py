"""The rows of a draft: figures as people report them, and the words of pictures and documents.

They merge with what others saved meanwhile as the rows of a charter do.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import dates
from initiatives.forms.fields import LinkField, PartialDateField
from initiatives.forms.rows import RowForm
from initiatives.values import Reading, Reported, ValueRefused, echo, read
from marketplace import values
from marketplace.models import Attachment, AttachmentKind, ResultFigure, Revision
from marketplace.services import MOST_ATTACHMENTS, MOST_FIGURES


class FigureForm(RowForm):
    """A result that was counted, dated or said in a word.

    The first time a value leaves a doubt, the row comes back with `reading`: what it may mean.
    The answer holds for exactly those words (`asked_about`).
    """

    as_reported = forms.CharField(
        label=gettext_lazy("Value as you report it"),
        max_length=300,
        help_text=gettext_lazy(
            "A number, a date, yes or no, “in progress” or words. Examples: 121 · over 200 · "
            "−12 % against 2015"
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
        help_text=gettext_lazy("The day or period it holds for: 31/08/2022, August 2022, 2021."),
    )
    source_url = LinkField(
        label=gettext_lazy("Where it can be seen"),
        help_text=gettext_lazy("A page or file that shows it: https://data.example.org"),
    )
    understood: Reported | None = None

    field_order = ["label", "as_reported", "reading", "unit", "before_as_reported", "as_of"]

    class Meta:
        model = ResultFigure
        fields = ["label", "as_reported", "unit", "before_as_reported", "source_url", "note"]
        help_texts = {
            "label": gettext_lazy("For example: Registered users"),
            "unit": gettext_lazy("For example %, tonnes, days; may stay empty."),
            "before_as_reported": gettext_lazy(
                "If you know it: then the page shows both side by side. For example: 35"
            ),
            "note": gettext_lazy("What a reader must know: “counted by hand in May”."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Write the date back as it can be typed again."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["as_of"] = dates.read_as_of(self.instance)
        # Which readings there are is known once the value was read.
        self.fields["reading"].choices = [(str(number), "") for number in range(10)]

    def clean_as_of(self) -> dates.PartialDate | None:
        """See that the date has a place on the calendar and an end."""
        as_of: dates.PartialDate | None = self.cleaned_data["as_of"]
        if as_of is not None and (as_of.starts_on is None or as_of.ends_on is None):
            raise forms.ValidationError(
                _("Write a day or a period of the calendar that has an end: August 2022.")
            )
        return as_of

    def clean(self) -> dict[str, Any]:
        """Read the value, and what it was before; ask when it may mean more than one thing."""
        cleaned = super().clean()
        if "as_reported" in cleaned and self._is_new_value(cleaned):
            self._read(cleaned["as_reported"], cleaned.get("unit", ""))
        try:
            self._before = values.before_columns(
                cleaned.get("before_as_reported", ""), cleaned.get("unit", "")
            )
        except ValueRefused as why:
            self.add_error("before_as_reported", str(why))
        return cleaned

    def save(self, commit: bool = True) -> ResultFigure:
        """Save the row with the columns of its value."""
        found = dict(self._before)
        if self.understood is not None:
            found |= values.columns(self.understood)
        if "as_of" in self.changed_data:
            found |= values.as_of_columns(self.cleaned_data["as_of"])
        for name, value in found.items():
            setattr(self.instance, name, value)
        row: ResultFigure = super().save(commit=commit)
        return row

    def _is_new_value(self, cleaned: dict[str, Any]) -> bool:
        row = self.instance
        if row.pk is None:
            return True
        saved = ResultFigure.objects.filter(pk=row.pk).values_list("as_reported", "unit").first()
        return saved != (cleaned["as_reported"], cleaned.get("unit", ""))

    def _read(self, typed: str, unit: str) -> None:
        try:
            found = read(typed, unit=unit)
        except ValueRefused as why:
            self.add_error("as_reported", str(why))
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
        field.choices = [(str(at), echo(reading)) for at, reading in enumerate(found.readings)]
        shown = self.data.copy()
        shown[self.add_prefix("reading")] = "0"
        shown[self.add_prefix("asked_about")] = typed
        self.data = shown
        self.add_error("reading", _("Is this what you mean? Check it, then save again."))


class AttachmentForm(RowForm):
    """The words of a picture or document; the file itself stays as it is."""

    class Meta:
        model = Attachment
        fields = ["alt", "caption", "credit"]
        labels = {"alt": gettext_lazy("What the picture shows")}
        help_texts = {
            "alt": gettext_lazy(
                "For people who do not see it; needed before you submit. “A bus stop with a small "
                "screen at eye height.”"
            ),
            "caption": gettext_lazy("What a reader should know: “The stop at the town hall.”"),
            "credit": gettext_lazy("Who made it, and its licence: “A. Nyman, CC BY 4.0”."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for words for the eye of pictures alone."""
        super().__init__(*args, **kwargs)
        if self.instance.kind == AttachmentKind.DOCUMENT:
            del self.fields["alt"]


class DraftRows(BaseInlineFormSet):
    """Rows of a draft. Those beyond the limit are left out, and `left_out` says how many."""

    row_label: Any = ""
    heading: Any = ""
    hint: Any = ""
    grows = False
    """Whether rows are added by typing; files come in by themselves."""
    left_out = 0

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """Take as many rows as are kept; a page of ours never sends more."""
        if data is not None:
            prefix = kwargs.get("prefix") or self.get_default_prefix()
            total, saved = (
                _count(data.get(f"{prefix}-{name}")) for name in ("TOTAL_FORMS", "INITIAL_FORMS")
            )
            most = self.max_num if self.grows else saved
            if total > most:
                self.left_out = total - most
                data = data.copy()
                data[f"{prefix}-TOTAL_FORMS"] = str(most)
        super().__init__(data, *args, **kwargs)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Put an added row last."""
        there = self.model._default_manager.filter(revision=self.instance)
        form.instance.position = max(there.values_list("position", flat=True), default=0) + 1
        return super().save_new(form, commit=commit)

    @cached_property
    def may_add(self) -> bool:
        """Whether rows are added here, and there is room for one more."""
        return self.grows and self.initial_form_count() < self.max_num


def _count(sent: Any) -> int:
    """Read a number of rows as a page sent it; nonsense is left to the formset to refuse."""
    words = str(sent or "")
    return int(words[:6]) if words.isascii() and words.isdecimal() else 0


def _formset(model: Any, form: Any, most: int, **words: Any) -> type[DraftRows]:
    made = inlineformset_factory(
        Revision, model, form=form, formset=DraftRows, extra=0, max_num=most, absolute_max=most
    )
    for name, value in words.items():
        setattr(made, name, value)
    return made


FigureRows = _formset(
    ResultFigure,
    FigureForm,
    MOST_FIGURES,
    grows=True,
    row_label=gettext_lazy("Figure"),
    heading=gettext_lazy("Figures"),
    hint=gettext_lazy(
        "What was counted, as exactly as you know it. Nothing is rounded; words are welcome where "
        "there is no number."
    ),
)
AttachmentRows = _formset(
    Attachment,
    AttachmentForm,
    MOST_ATTACHMENTS,
    row_label=gettext_lazy("File"),
    heading=gettext_lazy("Files of this draft"),
)
# The steps that have rows, by the names of steps in forms/offering.py.
ROWS: dict[str, type[DraftRows]] = {"results": FigureRows, "files": AttachmentRows}


def rows_of(step: str, revision: Revision, data: Any = None, *, more: bool = False) -> Any:
    """Return the rows of a step, bound to data if there is any, or None; `more` adds an empty one.

    Rows are offered in their order, each with the fields its kind has.
    """
    kind = ROWS.get(step)
    if kind is None:
        return None
    rows = kind(data, instance=revision, prefix=step)
    rows.extra = int(more and rows.may_add)
    return rows
