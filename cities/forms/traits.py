"""What a city's officers say of where it lies and what it lives from."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City, CityTrait, TraitKind


class CityTraitsForm(forms.Form):
    """A list to tick for each kind of trait.

    What was ticked when the page was opened comes back in `before`. Only what this person changed
    is written, so that two people who tick different things both have their way.
    """

    before = forms.ModelMultipleChoiceField(
        queryset=CityTrait.objects.all(), required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args, city: City, **kwargs):
        """Offer all traits, with the city's own ticked."""
        self.city = city
        own = list(city.traits.all())
        super().__init__(*args, initial={"before": own}, **kwargs)
        for kind in TraitKind:
            self.fields[kind.value] = forms.ModelMultipleChoiceField(
                label=kind.label,
                queryset=CityTrait.objects.filter(kind=kind),
                required=False,
                initial=[trait for trait in own if trait.kind == kind],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("True of the city as a whole.") if kind == TraitKind.PLACE else "",
            )

    @property
    def changes(self) -> tuple[set[CityTrait], set[CityTrait]]:
        """What was ticked, and what was unticked, since the page was opened."""
        before = set(self.cleaned_data["before"])
        now = {trait for kind in TraitKind for trait in self.cleaned_data[kind.value]}
        return now - before, before - now
