"""Strategy, governance and the way ahead: ambitions, axes, their matrix, bodies, steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.forms.fields import LinesField, WordsField, long_text
from initiatives.forms.pasting import GridForm
from initiatives.forms.section_rows import SectionRow, SectionRows, rows_of
from initiatives.models import Ambition, Axis, GovernanceBody, Horizon

LONGEST_ENTRY = 300
NOTHING = ("", "---------")


class AmbitionForm(SectionRow):
    """What the city wants to become."""

    class Meta:
        model = Ambition
        fields = ["statement"]
        field_classes = {"statement": WordsField}
        labels = {"statement": gettext_lazy("Ambition")}
        widgets = {"statement": long_text(2)}


class AxisForm(SectionRow):
    """A way of working that serves several ambitions."""

    class Meta:
        model = Axis
        fields = ["name"]
        labels = {"name": gettext_lazy("Axis")}


class AmbitionRows(SectionRows):
    """Ambitions of one horizon."""

    horizon = Horizon.VISION

    def siblings(self) -> Any:
        """Return the ambitions of this horizon."""
        return super().siblings().filter(horizon=self.horizon)

    def prepare(self, row: Any) -> None:
        """Give a new ambition its horizon."""
        row.horizon = self.horizon
        super().prepare(row)


Ambitions = rows_of(
    Ambition,
    AmbitionForm,
    formset=AmbitionRows,
    heading=gettext_lazy("Ambitions"),
    row_label=gettext_lazy("Ambition"),
    hint=gettext_lazy("The rows of the matrix. Example: Towards a more inclusive metropolis"),
    anchor="ambitions",
)
Axes = rows_of(
    Axis,
    AxisForm,
    heading=gettext_lazy("Axes"),
    row_label=gettext_lazy("Axis"),
    hint=gettext_lazy("The columns: ways of working that serve several ambitions."),
    anchor="axes",
)


class MatrixForm(GridForm):
    """The grid of ambitions and axes."""

    prefix_of_grid = "matrix"


def matrix_form(
    data: Any, ambitions: Sequence[Ambition], axes: Sequence[Axis], entries: Any
) -> MatrixForm:
    """Return the grid of ambitions and axes; each cell holds its entries one a line."""
    texts: dict[str, list[str]] = {}
    for entry in entries:
        texts.setdefault(cell_name(entry.ambition_id, entry.axis_id), []).append(entry.text)
    cells: dict[str, forms.Field] = {}
    for ambition in ambitions:
        for axis in axes:
            label = _("%(axis)s, for “%(ambition)s”") % {"axis": axis, "ambition": ambition}
            cells[cell_name(ambition.pk, axis.pk)] = LinesField(longest=LONGEST_ENTRY, label=label)
    saved = {name: "\n".join(texts.get(name, [])) for name in cells}
    rows = [(one.statement, [cell_name(one.pk, axis.pk) for axis in axes]) for one in ambitions]
    columns = [axis.name for axis in axes]
    return MatrixForm(data, columns=columns, rows=rows, cells=cells, saved=saved)


def cell_name(row: int, column: int | str) -> str:
    """Return the name of a cell of a grid."""
    return f"cell-{row}-{column}"


class GovernanceBodyForm(SectionRow):
    """A body or role that steers the roadmap."""

    class Meta:
        model = GovernanceBody
        fields = ["name", "role", "rhythm", "above"]
        field_classes = {"role": WordsField}
        labels = {
            "name": gettext_lazy("Body or role"),
            "role": gettext_lazy("What it does"),
            "above": gettext_lazy("Reports to"),
        }
        widgets = {"role": long_text(2)}

    def __init__(self, *args: Any, bodies: Sequence[Any], **kwargs: Any) -> None:
        """Offer the other bodies, read once for all rows."""
        super().__init__(*args, **kwargs)
        others = [(one.pk, one.name) for one in bodies if one.pk != self.instance.pk]
        self.fields["above"].choices = [NOTHING, *others]


class GovernanceRows(SectionRows):
    """Bodies and roles."""

    def clean(self) -> None:
        """See that no body stands above itself by a detour."""
        super().clean()
        above = {form.instance.pk: self._above(form) for form in self.forms if form.instance.pk}
        for form in self.forms:
            seen, key = set(), form.instance.pk
            while key is not None and key not in seen:
                seen.add(key)
                key = above.get(key)
            if key is not None and key == form.instance.pk:
                form.add_error("above", _("Then it would report to itself by a detour."))

    def _above(self, form: Any) -> int | None:
        chosen = getattr(form, "cleaned_data", {}).get("above")
        return chosen.pk if chosen else None


Bodies = rows_of(
    GovernanceBody,
    GovernanceBodyForm,
    formset=GovernanceRows,
    heading=gettext_lazy("Bodies and roles"),
    row_label=gettext_lazy("Body or role"),
    hint=gettext_lazy("Save new ones first; then you can say which reports to which."),
    anchor="bodies",
)


class AheadForm(SectionRow):
    """What the city wants to have done in three years, and the steps on the way."""

    steps = LinesField(
        longest=LONGEST_ENTRY,
        rows=4,
        label=gettext_lazy("Steps on the way"),
        help_text=gettext_lazy("One a line."),
    )

    class Meta:
        model = Ambition
        fields = ["statement"]
        field_classes = {"statement": WordsField}
        labels = {"statement": gettext_lazy("In three years")}
        widgets = {"statement": long_text(2)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the steps that are saved."""
        super().__init__(*args, **kwargs)
        self.initial["steps"] = self.saved_steps

    @cached_property
    def saved_steps(self) -> str:
        """Return the steps that are saved, one a line."""
        if self.instance.pk is None:
            return ""
        return "\n".join(step.text for step in self.instance.steps.all())

    def saved_values(self) -> dict[str, Any]:
        """Return what the row holds now, its steps included."""
        return super().saved_values() | {"steps": self.saved_steps}


class AheadRows(AmbitionRows):
    """Ambitions for three years with their steps."""

    horizon = Horizon.THREE_YEARS


Ahead = rows_of(
    Ambition,
    AheadForm,
    formset=AheadRows,
    heading=gettext_lazy("Ambitions for three years"),
    row_label=gettext_lazy("Ambition"),
    hint=gettext_lazy("What will the city have achieved, building on the programme?"),
    anchor="ambitions",
)
