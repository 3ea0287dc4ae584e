"""The rows of a charter: risks, dependencies, stakeholders, support needed, budget lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q, Subquery, Value
from django.forms.models import inlineformset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import User
from initiatives.forms.fields import long_text
from initiatives.forms.merged_rows import NOTHING, LimitedRows, RowForm
from initiatives.forms.money_rows import BudgetLineForm, SupportNeedForm
from initiatives.forms.pasting import TakesRows
from initiatives.forms.row_keys import key_field, received, remember
from initiatives.models import (
    BudgetLine,
    Dependency,
    DependencyKind,
    Initiative,
    Risk,
    Stakeholder,
    SupportNeed,
)

MOST_ROWS = 200
# Beyond so many, other cities' initiatives are named by their address instead of chosen.
MOST_CHOICES = 150


class RiskForm(RowForm):
    """What may go wrong."""

    class Meta:
        model = Risk
        fields = ["text", "likelihood", "impact", "mitigation", "owner"]
        widgets = {"text": long_text(2), "mitigation": long_text(2)}
        help_texts = {"text": gettext_lazy("What may go wrong, in a sentence.")}


class DependencyForm(RowForm):
    """Something the initiative cannot do without."""

    class Meta:
        model = Dependency
        fields = ["kind", "on_initiative", "on_organisation", "text"]
        widgets = {"text": long_text(2)}
        help_texts = {"text": gettext_lazy("On what does it depend? Choose above, or say it here.")}

    elsewhere = forms.CharField(
        label=gettext_lazy("Another city's initiative"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "The address of its page, if it is not in the list above. "
            "Example: https://portal.example.org/initiatives/clean-air-in-lyon/"
        ),
    )
    field_order = ["kind", "on_initiative", "elsewhere", "on_organisation", "text"]

    def __init__(
        self,
        *args: Any,
        known: Any,
        saved: Any,
        initiatives: Any,
        organisations: Any,
        **kwargs: Any,
    ) -> None:
        """Offer the initiatives this person may know of, those saved here, and organisations."""
        super().__init__(*args, **kwargs)
        self.known = known
        # What is saved stays, also once its city has hidden it from everybody else.
        self.fields["on_initiative"].queryset = Initiative.objects.filter(
            Q(pk__in=known.order_by().values("pk")) | Q(pk__in=saved)
        )
        self.fields["on_initiative"].label = _("Initiative")
        self.fields["on_organisation"].label = _("Organisation")
        # One list for all rows: each row would read it anew.
        self.fields["on_initiative"].choices = initiatives
        self.fields["on_organisation"].choices = organisations

    def clean(self) -> dict[str, Any]:
        """Ask for something: a row that says nothing is none."""
        cleaned = super().clean()
        self._find_elsewhere(cleaned)
        names = ("on_initiative", "on_organisation", "text")
        if not self.errors and not any(cleaned.get(name) for name in names):
            self.add_error("text", _("Say on what it depends, or take the row away."))
        if cleaned.get("on_initiative") and self.instance.initiative_id == getattr(
            cleaned["on_initiative"], "pk", None
        ):
            self.add_error("on_initiative", _("An initiative cannot depend on itself."))
        if cleaned.get("on_initiative") and not self.errors:
            cleaned["kind"] = DependencyKind.INITIATIVE
        return cleaned

    def words_of(self, name: str, value: Any) -> str:
        """Name no initiative that this person may not know of."""
        if name == "on_initiative" and value is not None:
            return dict(self.fields[name].choices).get(value.pk, str(hidden_words()))
        return super().words_of(name, value)

    def _find_elsewhere(self, cleaned: dict[str, Any]) -> None:
        """Take an initiative named by its address, if this person may know of it."""
        address = cleaned.get("elsewhere", "").partition("?")[0].partition("#")[0]
        if not address:
            return
        found = self.known.filter(slug=address.rstrip("/").rpartition("/")[2]).first()
        if found is None:
            self.add_error("elsewhere", _("There is no initiative at this address."))
        else:
            cleaned["on_initiative"] = found


class StakeholderForm(RowForm):
    """Whom the team must talk to."""

    class Meta:
        model = Stakeholder
        fields = ["name", "organisation", "role", "rhythm", "influence", "interest"]
        help_texts = {
            "rhythm": gettext_lazy("How often you talk. Example: every two months"),
            "role": gettext_lazy("What they do for it, or decide about it."),
        }

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        """Offer organisations."""
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisations


class RowFormSet(TakesRows, LimitedRows):
    """The rows of one kind. An added row may stay empty."""

    row_label = ""
    heading = ""
    hint = ""
    anchor = ""
    person: User
    """Who writes."""

    def get_queryset(self) -> Any:
        """Take the rows as they were gathered with the initiative."""
        return getattr(self.instance, self.fk.remote_field.accessor_name).all()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Take who writes."""
        self.person = person
        super().__init__(*args, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the key of a new row."""
        super().add_fields(form, index)
        if index is None or index >= self.initial_form_count():
            form.fields["key"] = key_field()

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        if self.is_bound and i >= self.initial_form_count():
            sent = self.data.get(f"{self.add_prefix(i)}-key", "")
            before = received(sent, self.person, self._rows())
            if before is not None:
                kwargs["instance"] = before
        return super()._construct_form(i, **kwargs)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Put an added row last; one that was received before is that row."""
        is_new = form.instance.pk is None
        if is_new:
            form.instance.position = self._rows().count() + 1
        row = super().save_new(form, commit=commit)
        if is_new:
            remember(form.cleaned_data.get("key", ""), self.person, f"#{self.prefix}", row)
        return row

    def _rows(self) -> Any:
        return self.model._default_manager.filter(initiative=self.instance)

    @cached_property
    def is_internal(self) -> bool:
        """Whether the rows are hidden from the public."""
        return self.model in (Risk, BudgetLine, SupportNeed)


def _row_formset(model: Any, form: Any, **words: Any) -> type[RowFormSet]:
    made = inlineformset_factory(
        Initiative,
        model,
        fk_name="initiative",
        form=form,
        formset=RowFormSet,
        extra=0,
        max_num=MOST_ROWS,
    )
    for name, value in words.items():
        setattr(made, name, value)
    return made


ROWS: dict[str, type[RowFormSet]] = {
    "dependencies": _row_formset(
        Dependency,
        DependencyForm,
        heading=gettext_lazy("Dependencies"),
        row_label=gettext_lazy("Dependency"),
        hint=gettext_lazy("On which other initiatives, bodies or decisions does it depend?"),
    ),
    "stakeholders": _row_formset(
        Stakeholder,
        StakeholderForm,
        heading=gettext_lazy("Key stakeholders"),
        row_label=gettext_lazy("Stakeholder"),
        hint=gettext_lazy("Influence and interest: 1 is low, 5 is high."),
    ),
    "risks": _row_formset(
        Risk,
        RiskForm,
        heading=gettext_lazy("Risks"),
        row_label=gettext_lazy("Risk"),
        hint=gettext_lazy("Seen by your team, your experts and staff only."),
    ),
    "support": _row_formset(
        SupportNeed,
        SupportNeedForm,
        heading=gettext_lazy("Support needed, item by item"),
        row_label=gettext_lazy("Need"),
        hint=gettext_lazy("Seen by your team, your experts and staff only."),
    ),
    "budget": _row_formset(
        BudgetLine,
        BudgetLineForm,
        heading=gettext_lazy("Budget"),
        row_label=gettext_lazy("Budget line"),
        hint=gettext_lazy("Seen by your team, your experts and staff only."),
    ),
}

# The relations of an initiative that hold them.
WRITTEN_ROWS = [rows.fk.remote_field.accessor_name for rows in ROWS.values()]


def row_formsets(
    initiative: Initiative,
    user: Any,
    data: Any = None,
    *,
    organisations: list[tuple[int, str]],
    cities: list[tuple[int, str]],
    more: str = "",
) -> dict[str, RowFormSet]:
    """Return the formsets of a charter by name; `more` names the one that gets an empty row.

    Takes an initiative with its rows gathered.
    """
    known = Initiative.objects.visible_to(user).exclude(pk=initiative.pk)
    saved = {one.on_initiative_id for one in initiative.dependencies.all()} - {None}
    initiatives = _initiative_choices(initiative, known, saved)
    offered = [NOTHING, *organisations]
    wanted: dict[str, dict[str, Any]] = {
        "dependencies": {
            "known": known,
            "saved": saved,
            "initiatives": initiatives,
            "organisations": offered,
        },
        "stakeholders": {"organisations": offered},
        "budget": {"cities": cities},
    }
    made = {}
    for name, formset in ROWS.items():
        made[name] = formset(
            data, instance=initiative, prefix=name, form_kwargs=wanted.get(name, {}), person=user
        )
        made[name].extra = int(name == more)
        made[name].anchor = name
    return made


def _initiative_choices(initiative: Initiative, known: Any, saved: set[Any]) -> list[Any]:
    """Return what can be chosen; of very many, those of the own roadmap and those saved before."""
    all_known = known.order_by().annotate(all=Value("")).values("all")
    names = (
        known.annotate(known=Subquery(all_known.annotate(n=Count("pk")).values("n")))
        .filter(Q(roadmap=initiative.roadmap_id) | Q(pk__in=saved) | Q(known__lte=MOST_CHOICES))
        .values_list("pk", "name", "roadmap__title")
    )
    offered = [(pk, f"{name} ({roadmap})") for pk, name, roadmap in names]
    hidden = sorted(saved - {pk for pk, _name in offered})
    return [NOTHING, *offered, *((pk, hidden_words()) for pk in hidden)]


def hidden_words() -> str:
    """Return what stands for an initiative that a person may not know of."""
    return _("An initiative that is not public")
