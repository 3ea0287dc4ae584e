"""Preparation: why a city takes part, what it needs, how it stands, and who is around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import modelform_factory
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from cities.editing.seen import CellsForm, same
from cities.models import City, Dimension, Organisation, OrganisationKind
from initiatives.forms.fields import LinkField, WordsField, long_text
from initiatives.forms.section_rows import SectionRow, rows_of
from initiatives.models import PriorityAxis, Roadmap

TEXTS = {
    "title": gettext_lazy("What the roadmap is called. Example: Roadmap of the city for 2025"),
    "introduction": gettext_lazy("Why the city takes part, and along which axes."),
    "openness": gettext_lazy("With whom in the country and abroad you want to work."),
    "needs": gettext_lazy("What the city lacks, in a few sentences. How it stands comes next."),
    "vision": gettext_lazy("What the city wants to become, in one or two sentences."),
    "governance": gettext_lazy("Which bodies and people steer the roadmap, and how they meet."),
    "impact_summary": gettext_lazy("At the end: what changed, in a few sentences."),
}


def texts_form(*names: str) -> type[VersionedForm]:
    """Return a form on some texts of a roadmap; without any it still guards the roadmap's rows."""
    long_ones = [name for name in names if name != "title"]
    return modelform_factory(
        Roadmap,
        form=VersionedForm,
        fields=list(names),
        field_classes=dict.fromkeys(long_ones, WordsField),
        widgets={name: long_text(5) for name in long_ones},
        help_texts={name: TEXTS[name] for name in names},
    )


FROM_WHERE = gettext_lazy("A document, a page or a person. Example: master plan 2020, page 12")


class PriorityAxisForm(SectionRow):
    """A direction of the programme that the city chose."""

    class Meta:
        model = PriorityAxis
        fields = ["name", "theme"]
        labels = {"name": gettext_lazy("Priority"), "theme": gettext_lazy("Theme")}

    def __init__(self, *args: Any, themes: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        """Offer the themes of the edition, read once for all rows."""
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = themes


PriorityAxes = rows_of(
    PriorityAxis,
    PriorityAxisForm,
    heading=gettext_lazy("Priorities"),
    row_label=gettext_lazy("Priority"),
    hint=gettext_lazy("The directions of the programme you work on, the most important first."),
    anchor="priorities",
)


def needs_form(data: Any, cities: Iterable[City], saved: dict[int, str], **more: Any) -> CellsForm:
    """Return a form with a box for what each member city of a consortium needs."""
    cells: dict[str, forms.Field] = {
        f"need-{city.pk}": WordsField(label=city.name, required=False, widget=long_text(3))
        for city in cities
    }
    texts = {name: saved.get(int(name.split("-")[1]), "") for name in cells}
    return CellsForm(data, cells=cells, saved=texts, **more)


class StateForm(CellsForm):
    """The answers to all dimensions; of each dimension there is one answer a day."""

    def __init__(self, data: Any, *, days: Mapping[int, set[date | None]], **more: Any) -> None:
        """Take as of which days each dimension is answered already."""
        super().__init__(data, **more)
        self.days = days

    def clean(self) -> dict[str, Any]:
        """Give a new answer a day, and want another than those of earlier ones."""
        cleaned = super().clean()
        for key, days in self.days.items():
            at = f"dimension-{key}-"
            if f"{at}as_of" not in cleaned:
                continue
            if cleaned.get(f"{at}again"):
                self._take_again(at, cleaned)
            day, seen = cleaned[f"{at}as_of"], self.saved[f"{at}as_of"]
            if day in (days if cleaned.get(f"{at}again") else days - {seen}) - {None}:
                said = date_format(day, "DATE_FORMAT")
                words = _("There is an answer as of %s already: choose another day.")
                self.add_error(f"{at}as_of", words % said)
        return cleaned

    def _take_again(self, at: str, cleaned: dict[str, Any]) -> None:
        said = [name for name in cleaned if name.startswith(at) and name != f"{at}again"]
        if all(same(cleaned[name], self.saved.get(name)) for name in said):
            # Received twice, or nothing new is told.
            cleaned[f"{at}again"] = None
        elif cleaned[f"{at}as_of"] is None:
            cleaned[f"{at}as_of"] = timezone.localdate()


def state_form(
    data: Any,
    dimensions: Sequence[Dimension],
    answers: dict[int, Any],
    days: Mapping[int, set[date | None]],
) -> StateForm:
    """Return a form with the answer to each dimension: words, level, as of when, from where.

    `days` are those as of which each dimension is answered already.
    """
    cells: dict[str, forms.Field] = {}
    saved: dict[str, Any] = {}
    for dimension in dimensions:
        answer = answers.get(dimension.pk)
        for name, field in _of_dimension(dimension, answer is not None).items():
            at = f"dimension-{dimension.pk}-{name}"
            cells[at] = field
            saved[at] = getattr(answer, name, None) if answer else None
    return StateForm(data, cells=cells, saved=saved, days=days)


def _of_dimension(dimension: Dimension, is_answered: bool) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "text": WordsField(label=_("How it stands"), required=False, widget=long_text(4))
    }
    highest = dimension.instrument.highest_level
    if highest:
        fields["level"] = forms.IntegerField(
            label=_("Level, 1 to %d") % highest, required=False, min_value=1, max_value=highest
        )
    fields["as_of"] = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    fields["where_from"] = WordsField(
        label=_("Where that comes from"),
        required=False,
        max_length=300,
        help_text=FROM_WHERE,
    )
    if is_answered:
        fields["again"] = forms.BooleanField(
            label=_("This is a new answer: keep the earlier one as well"),
            required=False,
            help_text=_("Without a day it holds as of today."),
        )
    return fields


class EcosystemForm(forms.Form):
    """The organisations around a city: keep, add from the directory, or write a new one."""

    keep = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Organisations in the roadmap"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Untick what no longer belongs here; it stays in the directory."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    add = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Found in the directory"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = WordsField(
        label=gettext_lazy("Search the directory"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Part of a name. Example: hub"),
    )
    name = WordsField(label=gettext_lazy("Name"), required=False, max_length=160)
    kind = forms.ModelChoiceField(
        label=gettext_lazy("What it is"), queryset=OrganisationKind.objects.none(), required=False
    )
    summary = WordsField(
        label=gettext_lazy("What it does"), required=False, widget=long_text(2), max_length=2000
    )
    website = LinkField(label=gettext_lazy("Website"), max_length=300)
    anyway = forms.BooleanField(
        label=gettext_lazy("It is another one of that name"),
        required=False,
        widget=forms.HiddenInput,
    )
    conflicts: Sequence[Any] = ()

    def __init__(
        self, data: Any, *, present: QuerySet[Organisation], found: QuerySet[Organisation]
    ) -> None:
        """Offer what is in the roadmap, and what was found."""
        here = list(present)
        keys = [one.pk for one in here]
        initial = {"keep": keys, "seen": " ".join(map(str, keys))}
        super().__init__(data, initial=initial)
        self.present = here
        self.fields["keep"].queryset = Organisation.objects.all()
        self.fields["keep"].choices = [(one.pk, one.name) for one in here]
        self.fields["add"].queryset = Organisation.objects.all()
        self.fields["add"].choices = [
            (one.pk, f"{one.name} ({one.kind})") for one in found if one.pk not in keys
        ]
        self.fields["kind"].queryset = OrganisationKind.objects.all()

    def clean(self) -> dict[str, Any]:
        """Ask what a new organisation is, and whether it is not in the directory already."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name = cleaned.get("name")
        if not name:
            if cleaned.get("summary") or cleaned.get("website"):
                self.add_error("name", _("Write its name as well."))
            return cleaned
        if not cleaned.get("kind"):
            self.add_error("kind", _("Choose what it is."))
        twin = Organisation.objects.filter(name__iexact=name).first()
        if twin is not None and not cleaned.get("anyway"):
            self.fields["anyway"].widget = forms.CheckboxInput()
            self.add_error(
                "name",
                _("“%s” is in the directory: search for it above, or tick the box below.") % twin,
            )
        return cleaned

    def unticked(self) -> list[Organisation]:
        """Return what the reader saw and unticked; what others added meanwhile stays."""
        seen = set(self.cleaned_data["seen"].split())
        kept = {one.pk for one in self.cleaned_data["keep"]}
        return [one for one in self.present if str(one.pk) in seen and one.pk not in kept]
