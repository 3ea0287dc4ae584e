"""The first and the last step of an offer: its start, and its withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from marketplace.models import EntryKind
from marketplace.search.words import language_names


class OfferForm(forms.Form):
    """The start of an entry: for which city, of which kind, and what it is called."""

    city = forms.ModelChoiceField(
        label=gettext_lazy("City"), queryset=City.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you want to offer?"),
        choices=[
            (EntryKind.SOLUTION, gettext_lazy("A solution: something your city has tried")),
            (EntryKind.CITY_PROFILE, gettext_lazy("The profile of your city (one for each city)")),
        ],
        widget=forms.RadioSelect,
        initial=EntryKind.SOLUTION,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=160,
        help_text=gettext_lazy(
            "What it is, in a few words: “Open data portal”. You can change it later."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language you will write in"), choices=language_names, initial="en"
    )

    def __init__(self, *args: Any, cities: QuerySet[City], **kwargs: Any) -> None:
        """Offer the cities this person writes for; a single one is not asked about."""
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = cities
        found = list(cities[:2])
        if len(found) == 1:
            self.fields["city"].initial = found[0]
            self.fields["city"].widget = forms.HiddenInput()


class WishForm(forms.Form):
    """What a city wants to change in what is under review."""

    words = forms.CharField(
        label=gettext_lazy("What shall change"),
        help_text=gettext_lazy("For example: “The number of users is 1,210, not 121.”"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawForm(forms.Form):
    """Taking back what was sent or published, and why."""

    note = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_public: bool, **kwargs: Any) -> None:
        """Require a reason for what the public knows."""
        super().__init__(*args, **kwargs)
        self.fields["note"].required = is_public
        self.fields["note"].help_text = (
            _("Readers who have the address will see it: “Replaced by our new service.”")
            if is_public
            else _("For the history; may stay empty.")
        )
