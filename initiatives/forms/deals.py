"""Local Green Deals: the list of them, and one with its signatories and actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Organisation, OrganisationKind, Theme
from initiatives.forms.dated_rows import DatedRow
from initiatives.forms.fields import LinkField, WordsField, long_text
from initiatives.forms.merged_rows import NOTHING
from initiatives.forms.section_rows import SectionRow, SectionRows, rows_of
from initiatives.forms.shared_choices import SharedChoices
from initiatives.models import KPI, DealAction, DealSignatory, LocalGreenDeal, Roadmap

Choices = Sequence[tuple[Any, str]]


SIGNED_ON = gettext_lazy("Empty while it has not signed. Example: 08/02/2021")


class DealTitleForm(SectionRow):
    """A deal in the list of the section: enough to begin it."""

    class Meta:
        model = LocalGreenDeal
        fields = ["title", "stage"]


Deals = rows_of(
    LocalGreenDeal,
    DealTitleForm,
    heading=gettext_lazy("Deals"),
    row_label=gettext_lazy("Deal"),
    hint=gettext_lazy("A title is enough to begin. Example: Green deal for the harbour quarter"),
    anchor="deals",
)


class DealForm(DatedRow):
    """One deal: what it aims at, which goals it serves, how it is steered."""

    class Meta:
        model = LocalGreenDeal
        fields = ["title", "stage", "theme", "aim", "goals", "governance", "url"]
        field_classes = dict.fromkeys(["aim", "goals", "governance"], WordsField) | {
            "url": LinkField
        }
        widgets = {name: long_text(3) for name in ("aim", "goals", "governance")}
        help_texts = {
            "aim": gettext_lazy("What the city and its partners want to reach together."),
            "goals": gettext_lazy("Which goals, strategies and plans of the city it serves."),
            "governance": gettext_lazy("Who steers it, and how you see whether it is kept."),
        }

    field_order = [
        *("title", "stage", "when", "keep_words", "theme", "aim", "goals", "governance", "url"),
    ]

    def __init__(self, *args: Any, themes: Choices, **kwargs: Any) -> None:
        """Offer the themes of the edition."""
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [NOTHING, *themes]
        self.fields["when"].label = _("When it runs")


class SignatoryForm(DatedRow):
    """Who signs: from the directory, or named here."""

    class Meta:
        model = DealSignatory
        fields = ["organisation", "name", "kind", "pledge"]
        field_classes = {"name": WordsField, "pledge": WordsField}
        widgets = {"pledge": long_text(2)}

    field_order = ["organisation", "name", "kind", "pledge", "when", "keep_words"]

    def __init__(
        self, *args: Any, organisations: SharedChoices, kinds: SharedChoices, **kwargs: Any
    ) -> None:
        """Offer the directory, read once for all rows."""
        super().__init__(*args, **kwargs)
        organisations.put_into(self.fields["organisation"])
        kinds.put_into(self.fields["kind"])
        self.fields["when"].label = _("Signed on")
        self.fields["when"].help_text = SIGNED_ON

    def clean(self) -> dict[str, Any]:
        """Ask who it is; a name of the directory stands for itself."""
        cleaned = super().clean()
        name = cleaned.get("name")
        if not self.errors and not name and not cleaned.get("organisation"):
            self.add_error("name", _("Choose who signs above, or write the name here."))
        if name and cleaned.get("organisation"):
            self.add_error("name", _("Choose above or write a name here, not both."))
        return cleaned


class ActionForm(DatedRow):
    """What is done under a deal, by whom and by when."""

    class Meta:
        model = DealAction
        fields = ["text", "signatory", "responsible", "status", "initiative", "kpi"]
        field_classes = {"text": WordsField, "responsible": WordsField}
        widgets = {"text": long_text(2)}

    field_order = [
        *("text", "signatory", "responsible", "when", "keep_words", "status", "initiative", "kpi"),
    ]

    def __init__(
        self,
        *args: Any,
        signatories: SharedChoices,
        initiatives: SharedChoices,
        kpis: SharedChoices,
        **kwargs: Any,
    ) -> None:
        """Offer what the deal and its roadmap have, read once for all rows."""
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("signatory", signatories), ("initiative", initiatives), ("kpi", kpis),
        ):  # fmt: skip
            self._offer(name, choices)
        self.fields["when"].label = _("Due")

    def _offer(self, name: str, choices: SharedChoices) -> None:
        """Offer these and nothing else; without any, do not ask."""
        field = self.fields[name]
        if not choices.offered:
            del self.fields[name]
            return
        if self.is_bound:
            field.queryset = field.queryset.filter(pk__in=[key for key, _name in choices.offered])
        choices.put_into(field)

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return what is asked for of a row."""
        return {
            name: value for name, value in super().values_of(row).items() if name in self.fields
        }

    def clean(self) -> dict[str, Any]:
        """See that a KPI goes with its initiative."""
        cleaned = super().clean()
        kpi, initiative = cleaned.get("kpi"), cleaned.get("initiative")
        if kpi and initiative and kpi.initiative_id != initiative.pk:
            self.add_error("kpi", _("This KPI belongs to another initiative."))
        return cleaned


class SignatoryRows(SectionRows):
    """Who signs one deal."""

    def clean(self) -> None:
        """Let an organisation stand among the signatories once."""
        super().clean()
        seen: set[int] = set()
        for form in self.forms:
            one = getattr(form, "cleaned_data", {}).get("organisation")
            if one is None or form.cleaned_data.get("DELETE"):
                continue
            if one.pk in seen:
                form.add_error(
                    "organisation", _("This organisation is among the signatories already.")
                )
            seen.add(one.pk)


Signatories = rows_of(
    DealSignatory,
    SignatoryForm,
    parent=LocalGreenDeal,
    fk="deal",
    formset=SignatoryRows,
    heading=gettext_lazy("Signatories"),
    row_label=gettext_lazy("Signatory"),
    hint=gettext_lazy("Firms, associations and others who sign with the city, and their pledges."),
    anchor="signatories",
)
Actions = rows_of(
    DealAction,
    ActionForm,
    parent=LocalGreenDeal,
    fk="deal",
    heading=gettext_lazy("Actions"),
    row_label=gettext_lazy("Action"),
    hint=gettext_lazy("What is done under the deal. Save new signatories before you choose them."),
    anchor="actions",
)


def choices_of(roadmap: Roadmap) -> dict[str, list[tuple[Any, str]]]:
    """Return what the rows of a deal may choose among, by kind: one query."""
    edition = roadmap.participation.edition_id
    known = {
        "organisations": Organisation.objects.all(),
        "kinds": OrganisationKind.objects.all(),
        "themes": Theme.objects.filter(kind__edition=edition),
        "initiatives": roadmap.initiatives.all(),
        "kpis": KPI.objects.filter(initiative__roadmap=roadmap),
    }
    words: dict[str, Any] = {
        "themes": "short_name",
        "kpis": Concat("name", Value(" ("), "initiative__name", Value(")")),
    }
    parts = [
        rows.order_by()
        .annotate(
            choice_of=Value(name, output_field=CharField()),
            choice_words=Cast(words.get(name, "name"), CharField()),
        )
        .values_list("choice_of", "pk", "choice_words")
        for name, rows in known.items()
    ]
    found: dict[str, list[tuple[Any, str]]] = {name: [] for name in known}
    for name, key, label in parts[0].union(*parts[1:], all=True).order_by("choice_words"):
        found[name].append((key, label))
    return found
