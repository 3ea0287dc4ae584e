"""Looking back and ahead: lessons by kind, and commitments as a grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.forms.fields import WordsField, long_text
from initiatives.forms.pasting import GridForm
from initiatives.forms.section_rows import SectionRow, SectionRows, rows_of
from initiatives.forms.shared_choices import SharedChoices
from initiatives.forms.strategy import cell_name
from initiatives.models import CommitmentKind, Lesson, LessonKind

LESSON_HINTS = {
    LessonKind.WORKED: gettext_lazy("What went well over the period? One thing in each box."),
    LessonKind.WORKED_LESS: gettext_lazy("What went less well? Others learn most from this."),
    LessonKind.LEARNED: gettext_lazy("What can be learned from the period?"),
    LessonKind.KEY: gettext_lazy("What you would tell another city first, about five in all."),
}


class LessonForm(SectionRow):
    """An experience, with the roadmap as a whole, with one initiative, of one city."""

    class Meta:
        model = Lesson
        fields = ["heading", "text", "initiative", "city"]
        field_classes = {"text": WordsField}
        labels = {"text": gettext_lazy("In words"), "initiative": gettext_lazy("With which")}
        widgets = {"text": long_text(2)}

    def __init__(
        self, *args: Any, kind: str, initiatives: SharedChoices, cities: SharedChoices, **more: Any
    ) -> None:
        """Offer initiatives and cities, read once; ask for no more than there is to choose."""
        super().__init__(*args, **more)
        self._offer("initiative", initiatives)
        self._offer("city", cities)
        if kind != LessonKind.KEY:
            del self.fields["heading"]
        else:
            self.fields["heading"].help_text = _("Empty: it stands under the heading before it.")

    def _offer(self, name: str, choices: SharedChoices) -> None:
        if choices.offered:
            field = self.fields[name]
            field.queryset = field.queryset.filter(pk__in=[key for key, _name in choices.offered])
            choices.put_into(field)
        else:
            del self.fields[name]

    def saved_values(self) -> dict[str, Any]:
        """Return what the fields of this row hold now."""
        return {
            name: value for name, value in super().saved_values().items() if name in self.fields
        }


class LessonRows(SectionRows):
    """Lessons of one kind."""

    kind = LessonKind.WORKED

    def siblings(self) -> Any:
        """Return the lessons of this kind."""
        return super().siblings().filter(kind=self.kind)

    def prepare(self, row: Any) -> None:
        """Give a new lesson its kind; without a heading a key lesson stands under the last one."""
        row.kind = self.kind
        super().prepare(row)
        if self.kind == LessonKind.KEY and not row.heading:
            last = self.siblings().order_by("-position").first()
            row.heading = last.heading if last else ""


LESSONS: dict[str, type[SectionRows]] = {
    kind.value: rows_of(
        Lesson,
        LessonForm,
        formset=LessonRows,
        kind=kind,
        heading=kind.label,
        row_label=gettext_lazy("Lesson"),
        hint=LESSON_HINTS[kind],
        anchor=kind.value.replace("_", "-"),
    )
    for kind in LessonKind
}


class CommitmentsForm(GridForm):
    """The grid of initiatives and kinds of commitments."""

    prefix_of_grid = "commitments"


def commitments_form(
    data: Any, initiatives: Sequence[Any], commitments: Iterable[Any]
) -> CommitmentsForm:
    """Return the grid of initiatives and kinds; what stands in a cell is parted by an empty line.

    The row 0 is for the roadmap as a whole.
    """
    texts: dict[str, list[str]] = {}
    for one in commitments:
        texts.setdefault(cell_name(one.initiative_id or 0, one.kind), []).append(one.text)
    cells: dict[str, forms.Field] = {}
    for key, label in [*((one.pk, one.name) for one in initiatives), (0, _("Roadmap"))]:
        for kind in CommitmentKind:
            cells[cell_name(key, kind.value)] = WordsField(
                label=f"{kind.label}: {label}", required=False, widget=long_text(3)
            )
    saved = {name: "\n\n".join(texts.get(name, [])) for name in cells}
    heads = [*((one.pk, one.name) for one in initiatives), (0, _("The roadmap as a whole"))]
    rows = [(head, [cell_name(key, kind.value) for kind in CommitmentKind]) for key, head in heads]
    columns = [str(kind.label) for kind in CommitmentKind]
    return CommitmentsForm(data, columns=columns, rows=rows, cells=cells, saved=saved)
