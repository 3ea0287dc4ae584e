"""The charter of an initiative: its texts and its rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cities.editing.conflicts import VersionedForm
from cities.models import Theme
from initiatives.forms.fields import LinkField, long_text
from initiatives.models import MOST_LEVELS, Initiative, Roadmap
from initiatives.models.placing import Family
from initiatives.plan import levels, moving

HELP = {
    "name": _("What people will call it. Example: Smartphone app Ma Métropole dans la poche"),
    "summary": _("One sentence for somebody who has never heard of it."),
    "status": _("How far it has come, by your own account."),
    "parent": _("Initiatives can have parts, on up to four levels."),
    "goals": _("Those it serves most directly; two or three say more than ten."),
    "lead": _("One or more departments. Example: Communication department"),
    "working_team": _("Who works on it from week to week. One per line."),
    "contributors": _("Who adds to it from time to time. One per line."),
    "goal": _("What should be different in the end, and for whom. What is not part of it?"),
    "stakeholder_note": _("Whom must the team talk to, how often, and who decides?"),
    "impact_and_timing": _("When will a first effect be seen, and how will you notice?"),
    "support_needed": _(
        "People, money, decisions. Seen by your team, your experts and staff only."
    ),
    "results": _("What came of it, in words; figures belong to the KPIs."),
    "results_url": _("A page where anybody can see it. Example: https://data.example.org"),
    "partners": _("Organisations that work on it with you."),
}


class CharterForm(VersionedForm):
    """The texts of a charter. Only the name is required; everything else may wait."""

    results_url = LinkField(label=_("Where results can be seen"), help_text=HELP["results_url"])

    class Meta:
        model = Initiative
        fields = [
            "name", "parent", "summary", "status", "themes", "goals", "lead", "working_team",
            "contributors", "partners", "goal", "stakeholder_note", "impact_and_timing",
            "support_needed", "results", "results_url",
        ]  # fmt: skip
        help_texts = HELP
        widgets = {
            "summary": long_text(2),
            "themes": forms.CheckboxSelectMultiple,
            "goals": forms.CheckboxSelectMultiple,
            "lead": long_text(2),
            "working_team": long_text(3),
            "contributors": long_text(3),
            "goal": long_text(6),
            "stakeholder_note": long_text(3),
            "impact_and_timing": long_text(3),
            "support_needed": long_text(3),
            "results": long_text(4),
        }

    FIELDSETS = [
        ("overview", _("Overview"), ["name", "parent", "summary", "status", "themes", "goals",
                                     "lead", "working_team", "contributors", "partners"]),
        ("content", _("Content"), ["goal", "stakeholder_note"]),
        ("follow-up", _("Follow-up"), ["impact_and_timing", "support_needed", "results",
                                       "results_url"]),
    ]  # fmt: skip

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        """Offer the themes of the roadmap's edition, and organisations."""
        super().__init__(*args, **kwargs)
        edition = self.instance.roadmap.participation.edition
        self.fields["themes"].queryset = themes_of(edition)
        self.fields["parent"].queryset = Initiative.objects.filter(roadmap=self.instance.roadmap)
        self.fields["parent"].choices = parent_choices(self.instance)
        self.fields["partners"].choices = organisations
        self.fields["partners"].widget.attrs["size"] = 6

    def clean(self) -> dict[str, Any]:
        """See that the roadmap has no other initiative of that name."""
        if self.instance.pk:
            moving.lock(self.instance.roadmap_id)
        cleaned = super().clean()
        parent = cleaned.get("parent")
        refusal = Family.of(self.instance.roadmap_id).refusal(
            self.instance.pk, parent.pk if parent else None
        )
        if refusal:
            self.add_error("parent", refusal)
            # The model would say the same once more, beside no field.
            cleaned["parent"] = self._current.parent if self._current else None
        namesakes = Initiative.objects.filter(
            roadmap=self.instance.roadmap_id, name=cleaned.get("name")
        )
        if namesakes.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This roadmap has an initiative of that name already."))
        return cleaned

    def save(self, commit: bool = True) -> Initiative:
        """Save; what is part of it moves along to its level."""
        initiative: Initiative = super().save(commit=commit)
        if commit and "parent" in self.changed_data:
            moving.settle(initiative.roadmap_id)
        return initiative

    def fieldsets(self) -> list[dict[str, Any]]:
        """Return what components/fieldset.html takes, in the charter's three parts."""
        return [
            {"id": name, "legend": legend, "fields": [self[field] for field in fields]}
            for name, legend, fields in self.FIELDSETS
        ]


class NewInitiativeForm(forms.ModelForm):
    """What an initiative begins with: a name, and the roadmap it belongs to."""

    class Meta:
        model = Initiative
        fields = ["roadmap", "parent", "name", "summary"]
        help_texts = HELP
        widgets = {"summary": long_text(2)}

    def __init__(self, *args: Any, roadmaps: QuerySet[Roadmap], **kwargs: Any) -> None:
        """Offer the roadmaps that this person may write; one alone is taken."""
        super().__init__(*args, **kwargs)
        self.fields["roadmap"].queryset = roadmaps
        self.fields["roadmap"].empty_label = None
        known = Initiative.objects.filter(roadmap__in=roadmaps, level__lt=MOST_LEVELS)
        self.fields["parent"].queryset = known
        self.fields["parent"].choices = [NOT_A_PART, *_tree_by_tree(known)]


def themes_of(edition: Any) -> QuerySet[Theme]:
    """Return the themes of an edition, kind by kind."""
    return Theme.objects.filter(kind__edition=edition).select_related("kind")


NOT_A_PART = ("", _("Nothing: it stands on the first level"))


def parent_choices(initiative: Initiative) -> list[tuple[Any, Any]]:
    """Return what an initiative can be part of, in the order of the roadmap, numbered."""
    rows = Initiative.objects.filter(roadmap=initiative.roadmap_id).only(
        "pk", "parent", "position", "name", "status"
    )
    family = Family({row.pk: row.parent_id for row in rows})
    return [
        NOT_A_PART,
        *(
            (key, label)
            for key, label in _in_their_order(rows)
            if not family.refusal(initiative.pk, key)
        ),
    ]


def _in_their_order(rows: Any) -> list[tuple[Any, Any]]:
    return [
        (node.initiative.pk, f"{node.number} {node.initiative.name}")
        for node in levels.flat(levels.tree(rows))
    ]


def _tree_by_tree(known: QuerySet[Initiative]) -> list[tuple[Any, Any]]:
    """Return the initiatives of several roadmaps, each numbered and named by its own."""
    trees: dict[int, list[Initiative]] = {}
    above = ("roadmap__participation__edition",)
    for one in known.select_related(*above).order_by("roadmap", "position", "pk"):
        trees.setdefault(one.roadmap_id, []).append(one)
    if len(trees) < 2:
        return [choice for rows in trees.values() for choice in _in_their_order(rows)]
    return [(_name_of(rows[0].roadmap), _in_their_order(rows)) for rows in trees.values()]


def _name_of(roadmap: Roadmap) -> str:
    return f"{roadmap.title} ({roadmap.participation.edition.short_name})"
