"""What a city says about a solution it wants, tries or uses: one form, and the owner's answer."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from marketplace.ledger import BY_THE_OWNER, DETAILS, Action, open_actions
from marketplace.models import Deployment


class AmountField(forms.DecimalField):
    """An amount that may be grouped by thousands, the reader's way or with spaces."""

    def to_python(self, value: Any) -> Any:
        """Take the groups away; what is not grouped by three is left to be refused."""
        if isinstance(value, str):
            group, point = map(
                re.escape, (get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR"))
            )
            told = re.fullmatch(
                rf"(\d{{1,3}}(?:(?:{group}|[\s'’])\d{{3}})+)((?:{point}\d+)?)", value.strip()
            )
            if told:
                value = re.sub(r"\D", "", told[1]) + told[2]
        return super().to_python(value)


def amount_field(label: Any) -> forms.DecimalField:
    """An amount of money, to the cent, written the reader's way."""
    return AmountField(
        label=label,
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        localize=True,
        help_text=gettext_lazy("To the cent if you know it. Example: 35000 or 35,000.00"),
    )


def currency_field() -> forms.RegexField:
    """A currency by its three letters."""
    return forms.RegexField(
        label=gettext_lazy("Currency"),
        regex=r"^[A-Z]{3}$",
        initial="EUR",
        help_text=gettext_lazy("Three capital letters, such as EUR."),
        error_messages={"invalid": gettext_lazy("Write three capital letters, such as EUR.")},
    )


def day_input() -> forms.DateInput:
    """A field for a day, with the browser's calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class StepField(forms.TypedChoiceField):
    """Shows the steps that are open, and takes any: what is no longer open is refused in words."""

    def valid_value(self, value: Any) -> bool:
        """Take every step of a city."""
        return value in Action.values and value not in BY_THE_OWNER


class ReuseForm(VersionedForm):
    """One step of a city with a solution, and what goes with it.

    `step` stays open where nothing but the details changed. A row that somebody else made while
    this page was open is merged as any other change: a new page carries version 0.
    """

    step = StepField(
        label=gettext_lazy("How far is your city?"),
        coerce=Action,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Once you are interested, your city counts in the demand for this solution, until you "
            "use it or stop. Cities that want it too see yours; the public sees sums."
        ),
    )
    on = forms.DateField(
        label=gettext_lazy("Since when"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("The day from which this holds. Left empty: today."),
    )
    words = forms.CharField(
        label=gettext_lazy("If you stopped: why"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Public, and often the most useful part for the next city."),
    )
    cost = amount_field(gettext_lazy("What it cost your city so far"))
    currency = currency_field()

    class Meta:
        model = Deployment
        fields = DETAILS
        labels = {
            "note": gettext_lazy("What others should know"),
            "private_note": gettext_lazy("Words for the owner only"),
            "is_named": gettext_lazy("Show our city by name also before we try it out"),
        }
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "private_note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "note": gettext_lazy("Public once your city is shown. What you changed, what it took."),
            "private_note": gettext_lazy("Read by the two cities and the programme, nobody else."),
            "is_named": gettext_lazy(
                "While you are only interested or adapting it, the public sees a number. "
                "A pilot, and use, are public with the city's name."
            ),
        }

    field_order = ["step", "on", "words", *DETAILS, "version"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the steps that are open; a first one must be chosen."""
        super().__init__(*args, **kwargs)
        row = self.instance if self.instance.pk else None
        choices = [(each.value, each.label) for each in open_actions(row)]
        if row is None:
            self.fields["version"].initial = 0
            self.fields["step"].required = True
            if self.instance.is_own:
                choices = [one for one in choices if one[0] in {Action.PILOT, Action.USE}]
        else:
            unchanged = _("No change: {status}").format(status=row.get_status_display())
            choices.insert(0, ("", unchanged))
        self.fields["step"].choices = choices

    def clean_on(self) -> Any:
        """Refuse days that have not come."""
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("That day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask why when it was stopped."""
        cleaned = super().clean()
        if cleaned.get("step") == Action.STOP and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say why, in a sentence others can learn from."))
        return cleaned


class AnswerForm(forms.Form):
    """What the owner of an entry says to a city that reports to run it."""

    answer = forms.TypedChoiceField(
        label=gettext_lazy("Does this city run your solution?"),
        choices=[(each.value, each.label) for each in (Action.CONFIRM, Action.DOUBT)],
        coerce=Action,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("If you doubt it: what is not right"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Read by the two cities and the programme. The public sees a mark."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words of a doubt."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == Action.DOUBT and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say what is not right, so that they can mend it."))
        return cleaned
