"""What a city writes: the draft of a solution or of its profile.

Drafts are saved incomplete: no field is required here, `checks.missing` says what a submission
needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from cities.models import Organisation, Theme
from marketplace.models import EntryKind, Goal, Revision, RevisionState, Technology
from marketplace.search.words import language_names


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together, for components/fieldset.html."""

    id: str
    legend: str
    hint: str
    names: tuple[str, ...]
    fields: list[BoundField]
    two: bool = False


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


class DraftForm(VersionedForm):
    """What solutions and profiles have in common."""

    GROUPS: list[tuple[str, Any, Any, tuple[str, ...]]] = []

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"),
        choices=language_names,
        help_text=gettext_lazy("Search uses it, and screen readers speak in it."),
    )
    themes = ThemesField(
        label=gettext_lazy("Themes"),
        required=False,
        help_text=gettext_lazy("Those a reader would look under; one to three are best."),
    )
    partners = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Partners"),
        queryset=Organisation.objects.all(),
        required=False,
        help_text=gettext_lazy(
            "Organisations that worked with you. Hold Ctrl or Cmd to choose several."
        ),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("For example https://data.example.org"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse when the draft was submitted while this page was open."""
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

    def groups(self) -> list[FieldGroup]:
        """Return the fields in their fieldsets."""
        return [
            FieldGroup(name, legend, hint, names, [self[each] for each in names])
            for name, legend, hint, names in self.GROUPS
        ]


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProfileForm(DraftForm):
    """The draft of a city's profile."""

    GROUPS = [
        ("overview", gettext_lazy("In short"), "", ("title", "summary", "language", "themes")),
        (
            "text",
            gettext_lazy("In your own words"),
            gettext_lazy("Readers are people of other cities. Write as you would tell them."),
            ("story", "strategy", "ambitions"),
        ),
        ("links", gettext_lazy("Who and where"), "", ("website", "partners")),
    ]

    class Meta:
        model = Revision
        fields = [
            *("title", "summary", "language", "themes", "story", "strategy", "ambitions"),
            *("website", "partners"),
        ]
        widgets = {
            "summary": _text(2),
            "story": _text(8),
            "strategy": _text(8),
            "ambitions": _text(6),
        }
        help_texts = {
            "title": gettext_lazy("The city and a strapline: “Example City, a harbour of data”."),
            "summary": gettext_lazy("Up to 300 characters; shown on the card."),
            "story": gettext_lazy(
                "Where you come from and what moves you. For example: “A port that lost its "
                "shipyards and turned its docks into …”"
            ),
            "strategy": gettext_lazy("What you do about it, with whom and until when."),
            "ambitions": gettext_lazy(
                "What shall be different, as measurable as you can: “By 2030 half of all trips …”"
            ),
        }


class SolutionForm(DraftForm):
    """The draft of a solution."""

    technologies = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Technologies"),
        queryset=Technology.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    goals = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sustainable Development Goals"),
        queryset=Goal.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only those it truly helps."),
    )
    is_open_source = forms.NullBooleanField(
        label=gettext_lazy("Is it open source?"),
        required=False,
        widget=forms.NullBooleanSelect,
    )
    evidence_url = forms.URLField(
        label=gettext_lazy("Where the results can be seen"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("A report, a dashboard, an article."),
    )
    repository_url = forms.URLField(
        label=gettext_lazy("Source code"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("For example https://code.example.org/city/portal"),
    )

    GROUPS = [
        ("overview", gettext_lazy("In short"), "", ("title", "summary", "language", "themes")),
        (
            "text",
            gettext_lazy("What you did"),
            gettext_lazy("Readers are people of other cities who wonder whether it fits them."),
            ("problem", "approach", "results", "evidence_url", "did_not_work"),
        ),
        (
            "cost",
            gettext_lazy("What it takes"),
            "",
            ("maturity", "cost_band", "months_to_deploy", "needs"),
        ),
        (
            "technical",
            gettext_lazy("Technology and licence"),
            "",
            ("technologies", "is_open_source", "licence", "repository_url", "website"),
        ),
        ("others", gettext_lazy("Goals and partners"), "", ("goals", "partners")),
    ]

    class Meta:
        model = Revision
        fields = [
            *("title", "summary", "language", "themes", "problem", "approach", "results"),
            *("evidence_url", "needs", "did_not_work", "maturity", "cost_band"),
            *("months_to_deploy", "technologies", "is_open_source", "licence", "repository_url"),
            *("website", "goals", "partners"),
        ]
        labels = {"approach": gettext_lazy("Solution")}
        widgets = {
            "summary": _text(2),
            "problem": _text(5),
            "approach": _text(8),
            "results": _text(6),
            "needs": _text(4),
            "did_not_work": _text(5),
        }
        help_texts = {
            "title": gettext_lazy("What it is, in a few words: “Open data portal”."),
            "summary": gettext_lazy(
                "Up to 300 characters; shown on the card. “One place for 136 data sets, used by "
                "schools and shops.”"
            ),
            "problem": gettext_lazy(
                "What was wrong, for whom, and how much. “Citizens waited three weeks for …”"
            ),
            "approach": gettext_lazy("What you built or changed, step by step."),
            "results": gettext_lazy(
                "With figures where you have them: “9 consultations, 121 people registered.”"
            ),
            "did_not_work": gettext_lazy(
                "What you would not do again. Readers value this most: “The first supplier …”"
            ),
            "needs": gettext_lazy(
                "Staff, skills, agreements, hardware: “Two half posts and a data officer.”"
            ),
            "maturity": gettext_lazy("Things that failed are welcome: choose “Did not work”."),
            "cost_band": gettext_lazy("For a city of your size, without yearly costs."),
            "months_to_deploy": gettext_lazy("From the decision to daily use, for example 6."),
            "licence": gettext_lazy("As its code says: EUPL-1.2, MIT, proprietary."),
        }


def form_for(kind: str) -> type[DraftForm]:
    """Return the form of a kind of entry."""
    return ProfileForm if kind == EntryKind.CITY_PROFILE else SolutionForm
