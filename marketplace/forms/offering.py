"""What a city writes: the draft of a solution or of its profile, step by step."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from cities.models import Goal
from marketplace.forms.drafting import FILES, OVERVIEW, DraftForm, Step
from marketplace.models import EntryKind, Funding, Revision, Standard, Technology


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProfileForm(DraftForm):
    """The draft of a city's profile."""

    STEPS = (
        OVERVIEW,
        Step(
            "text",
            gettext_lazy("In your own words"),
            gettext_lazy("Readers are people of other cities. Write as you would tell them."),
            ("story", "strategy", "ambitions"),
        ),
        Step("links", gettext_lazy("Who and where"), "", ("website", "partners")),
        FILES,
    )

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
            "summary": gettext_lazy(
                "Up to 300 characters; shown on the card. “A port of 90,000 people that heats half "
                "its homes with sea water.”"
            ),
            "story": gettext_lazy(
                "Where you come from and what moves you. For example: “A port that lost its "
                "shipyards and turned its docks into …”"
            ),
            "strategy": gettext_lazy(
                "What you do about it, with whom and until when. “Until 2028, with the "
                "university: …”"
            ),
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
        help_text=gettext_lazy(
            "What it is made with: sensors and a digital twin, for example. One to three are best."
        ),
    )
    goals = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sustainable Development Goals"),
        queryset=Goal.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Only those it truly helps: a cycle path helps 11, and 13 if car trips went down."
        ),
    )
    is_open_source = forms.NullBooleanField(
        label=gettext_lazy("Is it open source?"),
        required=False,
        widget=forms.NullBooleanSelect,
        help_text=gettext_lazy(
            "Yes if others may use and change its code, under EUPL-1.2 or MIT for example."
        ),
    )
    evidence_url = forms.URLField(
        label=gettext_lazy("Where the results can be seen"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy(
            "A report, a dashboard, an article: https://data.example.org/trees/report"
        ),
    )
    repository_url = forms.URLField(
        label=gettext_lazy("Source code"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("For example https://code.example.org/city/portal"),
    )

    fundings = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Where the money came from"),
        queryset=Funding.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Other cities look for what was paid as they could pay: from the city's own budget, "
            "for example."
        ),
    )
    standards = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Standards it keeps to"),
        queryset=Standard.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Only those you could show, such as OASC MIMs; most solutions keep to one or two."
        ),
    )

    STEPS = (
        OVERVIEW,
        Step(
            "text",
            gettext_lazy("What you did"),
            gettext_lazy("Readers are people of other cities who wonder whether it fits them."),
            ("problem", "approach", "did_not_work"),
        ),
        Step(
            "results",
            gettext_lazy("What came of it"),
            gettext_lazy("A figure that can be checked convinces more than a page of praise."),
            ("results", "evidence_url"),
        ),
        Step(
            "cost",
            gettext_lazy("What it takes"),
            "",
            ("maturity", "cost_band", "yearly_cost", "fundings", "months_to_deploy", "needs"),
        ),
        Step(
            "technical",
            gettext_lazy("Technology and licence"),
            "",
            (
                *("technologies", "standards", "is_open_source", "licence", "software_version"),
                *("released_on", "repository_url", "website"),
            ),
        ),
        Step("others", gettext_lazy("Goals and partners"), "", ("goals", "partners")),
        FILES,
    )

    class Meta:
        model = Revision
        fields = [
            *("title", "summary", "language", "themes", "problem", "approach", "results"),
            *("evidence_url", "needs", "did_not_work", "maturity", "cost_band", "yearly_cost"),
            *("fundings", "months_to_deploy", "technologies", "standards", "is_open_source"),
            *("licence", "software_version", "released_on", "repository_url", "website"),
            *("goals", "partners"),
        ]
        labels = {"approach": gettext_lazy("Solution")}
        widgets = {
            "summary": _text(2),
            "problem": _text(5),
            "approach": _text(8),
            "results": _text(6),
            "needs": _text(4),
            "did_not_work": _text(5),
            "released_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
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
            "approach": gettext_lazy(
                "What you built or changed, step by step. “First we counted for a month; then …”"
            ),
            "results": gettext_lazy(
                "With figures where you have them: “9 consultations, 121 people registered.”"
            ),
            "did_not_work": gettext_lazy(
                "What you would not do again. Readers value this most: “The first supplier …”"
            ),
            "needs": gettext_lazy(
                "Staff, skills, agreements, hardware: “Two half posts and a data officer.”"
            ),
            "maturity": gettext_lazy(
                "A trial in one street is a pilot. Things that failed are welcome: choose “Did not "
                "work”."
            ),
            "cost_band": gettext_lazy(
                "For a city of your size, without yearly costs: the sensors and setting them up."
            ),
            "yearly_cost": gettext_lazy("Licences, hosting, maintenance; not your own staff."),
            "software_version": gettext_lazy("If it is software, for example 2.3.0"),
            "released_on": gettext_lazy(
                "The day this version came out, for example 31 March 2026."
            ),
            "months_to_deploy": gettext_lazy("From the decision to daily use, for example 6."),
            "licence": gettext_lazy("As its code says: EUPL-1.2, MIT, proprietary."),
        }


def form_for(kind: str) -> type[DraftForm]:
    """Return the form of a kind of entry."""
    return ProfileForm if kind == EntryKind.CITY_PROFILE else SolutionForm
