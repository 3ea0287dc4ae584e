"""The rows of a draft: figures as people report them, and the words of pictures and documents.

They merge with what others saved meanwhile as the rows of a charter do.
"""

from __future__ import annotations

from typing import Any

from django.forms.models import inlineformset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from initiatives import dates
from initiatives.forms.merged_rows import LimitedRows, RowForm
from initiatives.forms.reported import ReportsValue, reported_field
from initiatives.values import ValueRefused
from marketplace import values
from marketplace.models import Attachment, AttachmentKind, ResultFigure, Revision
from marketplace.services import MOST_ATTACHMENTS, MOST_FIGURES


class FigureForm(ReportsValue, RowForm):
    """A result that was counted, dated or said in a word."""

    value_name = "as_reported"
    as_reported = reported_field(
        gettext_lazy(
            "A number, a date, yes or no, “in progress” or words. Examples: 121 · over 200 · "
            "−12 % against 2015"
        )
    )

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

    def clean(self) -> dict[str, Any]:
        """Read the value, and what it was before; ask when it may mean more than one thing."""
        cleaned = super().clean()
        if "as_reported" in cleaned and self._is_new_value(cleaned):
            self.read_value(cleaned["as_reported"], unit=cleaned.get("unit", ""))
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


class DraftRows(LimitedRows):
    """Rows of a draft; files come in by themselves."""

    row_label: Any = ""
    heading: Any = ""
    hint: Any = ""
    grows = False

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Put an added row last."""
        there = self.model._default_manager.filter(revision=self.instance)
        form.instance.position = max(there.values_list("position", flat=True), default=0) + 1
        return super().save_new(form, commit=commit)

    @cached_property
    def may_add(self) -> bool:
        """Whether rows are added here, and there is room for one more."""
        return self.grows and self.initial_form_count() < self.max_num


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
