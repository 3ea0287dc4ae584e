"""What the forms of all drafts have in common: their steps, and how two people share one.

Drafts are saved incomplete: no field is required here, `checks.missing` says what a submission
needs. The form comes in steps, one page each, in any order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from cities.models import Organisation, Theme
from marketplace.models import Revision, RevisionState
from marketplace.search.words import language_names


@dataclass(frozen=True)
class Step:
    """A page of the form: its name in the address, what it is called, a hint, its fields."""

    name: str
    label: Any
    hint: Any
    fields: tuple[str, ...]


class ThemesField(forms.ModelMultipleChoiceField):
    """Themes with the edition they belong to: two editions may call theirs alike."""

    def __init__(self, **kwargs: Any) -> None:
        themes = Theme.objects.select_related("kind__edition").order_by(
            "-kind__edition__starts_on", "kind__position", "position", "name"
        )
        super().__init__(queryset=themes, widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: Theme) -> str:
        """Name the theme and its edition."""
        return f"{obj.name} ({obj.kind.edition.short_name})"


OVERVIEW = Step(
    "overview", gettext_lazy("In short"), "", ("title", "summary", "language", "themes")
)
FILES = Step(
    "files",
    gettext_lazy("Pictures and documents"),
    gettext_lazy("A picture of it at work, and the report in which results can be checked."),
    (),
)


class DraftForm(VersionedForm):
    """What solutions and profiles have in common."""

    STEPS: tuple[Step, ...] = ()

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"),
        choices=language_names,
        help_text=gettext_lazy(
            "The one you write in: French for a French text. Search uses it, and screen readers "
            "speak in it."
        ),
    )
    themes = ThemesField(
        label=gettext_lazy("Themes"),
        required=False,
        help_text=gettext_lazy(
            "Those a reader would look under: mobility for a cycle path. One to three are best."
        ),
    )
    partners = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Partners"),
        queryset=Organisation.objects.all(),
        required=False,
        help_text=gettext_lazy(
            "Organisations that worked with you, such as a university. Hold Ctrl or Cmd to choose "
            "several."
        ),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("For example https://data.example.org"),
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, step: str = "", **kwargs: Any) -> None:
        """Keep the fields of one step, or of all when none is named."""
        super().__init__(*args, **kwargs)
        if step:
            kept = {"version", "seen", *step_of(type(self), step).fields}
            self.fields = {name: field for name, field in self.fields.items() if name in kept}
        if self.instance.pk and not self.is_bound:
            self.fields["seen"].initial = self.as_seen(self.instance)

    def as_seen(self, revision: Revision) -> str:
        """Return a fingerprint of what this form's fields hold in a revision."""
        names = [name for name in self._meta.fields or [] if name in self.fields]
        return fingerprint(revision, names)

    def clean(self) -> dict[str, Any]:
        """Merge with what others saved; refuse when the draft was submitted meanwhile.

        Whoever saved another step in between changed nothing that this page shows.
        """
        if self.instance.pk and (seen := self.cleaned_data.get("seen")):
            current = Revision.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
            if seen == self.as_seen(current):
                self.cleaned_data["version"] = current.version
        cleaned = super().clean()
        if self._current is not None and self._current.state != RevisionState.DRAFT:
            self.add_error(
                None,
                _(
                    "This draft was submitted in the meantime, and its words no longer change. "
                    "Copy what you want to keep; after the decision you can revise it."
                ),
            )
        return cleaned


def fingerprint(revision: Revision, names: list[str]) -> str:
    """Return a short text that differs when one of these fields of a revision differs."""
    held: list[Any] = []
    for name in names:
        if Revision._meta.get_field(name).many_to_many:
            rows = getattr(revision, name).order_by().values_list("pk", flat=True)
            held.append(sorted(rows))
        else:
            held.append(str(getattr(revision, name)))
    return hashlib.sha256(repr(held).encode()).hexdigest()[:32]


def step_of(form: type[DraftForm], name: str) -> Step:
    """Return a step of a form; raises KeyError for a name that is none of its steps."""
    return {step.name: step for step in form.STEPS}[name]
