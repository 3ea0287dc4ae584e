"""What a city needs, and what it says to buying together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from cities.models import City
from marketplace.forms.drafting import ThemesField
from marketplace.forms.reuse import amount_field, currency_field, day_input
from marketplace.models import Need

YEARS_BACK, YEARS_AHEAD = 1, 15


class NeedForm(VersionedForm):
    """A need of a city: one that is there, or (as StateForm) a new one."""

    budget = amount_field(gettext_lazy("Budget, if there is an amount"))
    currency = currency_field()
    budget_year = forms.IntegerField(
        label=gettext_lazy("Budget year"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("The year in which the money can be spent. Example: 2027"),
    )
    themes = ThemesField(label=gettext_lazy("Themes"), required=False)

    class Meta:
        model = Need
        fields = [
            *("title", "words", "themes", "budget", "currency", "budget_band", "budget_year"),
            *("wanted_from", "wanted_until", "urgency", "is_named"),
        ]
        widgets = {
            "words": forms.Textarea(attrs={"rows": 4}),
            "wanted_from": day_input(),
            "wanted_until": day_input(),
            "urgency": forms.RadioSelect,
        }
        labels = {"budget_band": gettext_lazy("Budget, roughly")}
        help_texts = {
            "title": gettext_lazy("In a few words, as a colleague would look for it."),
            "words": gettext_lazy("What should be different, for whom, and what you know already."),
            "budget_band": gettext_lazy("If there is no amount yet."),
            "wanted_from": gettext_lazy("When you mean to buy; as well as you know it today."),
            "is_named": gettext_lazy(
                "Without it, the public sees sums only. Cities that want the same always see yours."
            ),
        }

    def clean_budget_year(self) -> int | None:
        """Refuse years that are surely mistyped."""
        year = self.cleaned_data["budget_year"]
        now = timezone.localdate().year
        if year is not None and not now - YEARS_BACK <= year <= now + YEARS_AHEAD:
            raise forms.ValidationError(
                _("Write a year from {first} to {last}.").format(
                    first=now - YEARS_BACK, last=now + YEARS_AHEAD
                )
            )
        return year

    def clean(self) -> dict[str, Any]:
        """Ask for a window in order, also where only one of its days was changed."""
        cleaned = super().clean()
        first, last = cleaned.get("wanted_from"), cleaned.get("wanted_until")
        if first and last and last < first:
            self.add_error("wanted_until", _("The window cannot end before it begins."))
        return cleaned


class StateForm(NeedForm):
    """A new need, of one of the cities this person writes for."""

    city = forms.ModelChoiceField(
        label=gettext_lazy("City"), queryset=City.objects.none(), empty_label=None
    )
    field_order = ["city", "title", "words"]

    def __init__(self, *args: Any, cities: Any, **kwargs: Any) -> None:
        """Offer the cities; a single one goes without saying."""
        super().__init__(*args, **kwargs)
        _offer(self.fields["city"], cities)
        # While somebody types, the page shows who wants the same.
        self.fields["title"].widget.attrs |= {
            "autocomplete": "off",
            "hx-get": reverse("marketplace:demand-similar"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#similar",
            "hx-swap": "outerHTML",
            "hx-sync": "this:replace",
        }


class ConsentForm(forms.Form):
    """Whether a city takes part in a joint procurement."""

    city = forms.ModelChoiceField(
        label=gettext_lazy("City"), queryset=City.objects.none(), empty_label=None
    )
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("Does your city take part?"),
        choices=[("yes", gettext_lazy("Yes, we take part")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Words to the programme"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Conditions, or why not. The public does not see it."),
    )

    def __init__(self, *args: Any, cities: Any, **kwargs: Any) -> None:
        """Offer the cities that were asked and that this person speaks for."""
        super().__init__(*args, **kwargs)
        _offer(self.fields["city"], cities)


def _offer(field: forms.ModelChoiceField, cities: Any) -> None:
    """Offer cities to choose from; a single one goes without saying."""
    field.queryset = cities
    if len(cities) == 1:
        field.widget = forms.HiddenInput()
        field.initial = cities[0]
