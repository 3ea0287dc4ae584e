"""The rows of a charter: risks, dependencies, stakeholders, budget lines.

Rows carry no version. Each field sends along what its reader saw, so that two people may edit the
same rows: what only one of them changed is kept, and what both changed is asked for again.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Organisation
from initiatives.forms.fields import long_text
from initiatives.models import (
    BudgetLine,
    Dependency,
    DependencyKind,
    Initiative,
    Risk,
    Stakeholder,
)

MOST_ROWS = 200
NOTHING = ("", "---------")


class RowForm(forms.ModelForm):
    """One row; merges with what others saved while it was being written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let every field of a saved row send along what its reader saw."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Take over what somebody else changed; say so where both changed the same."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is None or not self.is_bound:
            return cleaned
        for name in [field for field in self._meta.fields or [] if field in cleaned]:
            theirs = getattr(self.instance, name)
            if name not in self.changed_data:
                cleaned[name] = theirs
            elif not self._saw(name, theirs) and theirs != cleaned[name]:
                self._ask_again(name, theirs)
        return cleaned

    def _saw(self, name: str, saved: Any) -> bool:
        """Say whether the reader saw what is saved now."""
        field = self.fields[name]
        at = self[name].html_initial_name
        seen = field.hidden_widget().value_from_datadict(self.data, self.files, at)
        return not field.has_changed(field.prepare_value(_key(saved)), seen)

    def _ask_again(self, name: str, theirs: Any) -> None:
        field = self.fields[name]
        shown = self.data.copy()
        value = field.prepare_value(_key(theirs))
        shown[self[name].html_initial_name] = "" if value is None else str(value)
        self.data = shown
        self.add_error(
            name,
            _("Somebody else saved “%s” here meanwhile. Save again to replace it with yours.")
            % theirs,
        )


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


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

    def __init__(
        self, *args: Any, known: Any, initiatives: Any, organisations: Any, **kwargs: Any
    ) -> None:
        """Offer the initiatives this person may know of, and organisations."""
        super().__init__(*args, **kwargs)
        self.fields["on_initiative"].queryset = known
        self.fields["on_initiative"].label = _("Initiative")
        self.fields["on_organisation"].label = _("Organisation")
        # One list for all rows: each row would read it anew.
        self.fields["on_initiative"].choices = initiatives
        self.fields["on_organisation"].choices = organisations

    def clean(self) -> dict[str, Any]:
        """Ask for something: a row that says nothing is none."""
        cleaned = super().clean()
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


class BudgetLineForm(RowForm):
    """An amount of money, to the cent."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        localize=True,
        help_text=gettext_lazy("To the cent if you know it. Example: 350000 or 350,000.00"),
    )
    currency = forms.RegexField(
        label=gettext_lazy("Currency"),
        regex=r"^[A-Z]{3}$",
        initial="EUR",
        help_text=gettext_lazy("Three capital letters, such as EUR."),
        error_messages={"invalid": gettext_lazy("Write three capital letters, such as EUR.")},
    )

    class Meta:
        model = BudgetLine
        fields = [
            "label", "amount", "currency", "year", "level", "funding_source", "is_secured",
        ]  # fmt: skip


class RowFormSet(BaseInlineFormSet):
    """The rows of one kind. An added row may stay empty."""

    row_label = ""
    heading = ""
    hint = ""
    anchor = ""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Put an added row last."""
        form.instance.position = self.model._default_manager.filter(
            initiative=self.instance
        ).count()
        form.instance.position += 1
        return super().save_new(form, commit=commit)

    @cached_property
    def is_internal(self) -> bool:
        """Whether the rows are hidden from the public."""
        return self.model in (Risk, BudgetLine)


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
    "budget": _row_formset(
        BudgetLine,
        BudgetLineForm,
        heading=gettext_lazy("Budget"),
        row_label=gettext_lazy("Budget line"),
        hint=gettext_lazy("Seen by your team, your experts and staff only."),
    ),
}


def row_formsets(
    initiative: Initiative, user: Any, data: Any = None, *, more: str = ""
) -> dict[str, RowFormSet]:
    """Return the formsets of a charter by name; `more` names the one that gets an empty row."""
    known = Initiative.objects.visible_to(user).exclude(pk=initiative.pk)
    names = known.values_list("pk", "name", "roadmap__title")
    initiatives = [NOTHING, *((pk, f"{name} ({roadmap})") for pk, name, roadmap in names)]
    organisations = [NOTHING, *Organisation.objects.values_list("pk", "name")]
    wanted: dict[str, dict[str, Any]] = {
        "dependencies": {
            "known": known,
            "initiatives": initiatives,
            "organisations": organisations,
        },
        "stakeholders": {"organisations": organisations},
    }
    made = {}
    for name, formset in ROWS.items():
        made[name] = formset(
            data, instance=initiative, prefix=name, form_kwargs=wanted.get(name, {})
        )
        made[name].extra = int(name == more)
        made[name].anchor = name
    return made
