"""What somebody sends who takes a place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City, CityMembership, User
from events.models import Event


class NeedsForm(forms.Form):
    """What somebody needs on site, said by themselves."""

    access = forms.CharField(
        label=_("Access needs"),
        required=False,
        max_length=500,
        help_text=_("For example step-free access or sign language."),
    )
    diet = forms.CharField(
        label=_("Diet"),
        required=False,
        max_length=200,
        help_text=_("Only those who prepare the event see both; they are deleted a week after it."),
    )


class RegistrationForm(NeedsForm):
    """For which city somebody comes, and what the organisers should know."""

    field_order = ["city", "note"]

    city = forms.ModelChoiceField(
        City.objects.none(), label=_("For which city"), required=False, empty_label=_("No city")
    )
    note = forms.CharField(
        label=_("What we should know"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example what you hope to find out. What you need on site belongs below."),
    )

    def __init__(self, *args: Any, user: User, event: Event, **kwargs: Any) -> None:
        """Offer the cities this person acts for; the first one stands chosen.

        Where cities share the places, one of them is to be named.
        """
        super().__init__(*args, **kwargs)
        cities = City.objects.acted_for_by(user)
        field: forms.ModelChoiceField = self.fields["city"]  # type: ignore[assignment]
        field.queryset = cities
        first = cities.first()
        self.initial.setdefault("city", first)
        field.required = event.places_per_city is not None and first is not None
        if field.required:
            field.empty_label = None


class DelegationForm(forms.Form):
    """Who of a city's team comes: those who have no place yet."""

    city = forms.CharField(widget=forms.HiddenInput)
    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("People"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, event: Event, city: City, **kwargs: Any) -> None:
        """Offer the team of the city, but for those who are registered."""
        super().__init__(*args, **kwargs)
        registered = event.registrations.open().values("user")
        team = CityMembership.objects.running().filter(city=city).values("user")
        people = User.objects.filter(pk__in=team, is_active=True).exclude(pk__in=registered)
        field: forms.ModelMultipleChoiceField = self.fields["people"]  # type: ignore[assignment]
        field.queryset = people.order_by("name")
        self.has_people = people.exists()
        self.initial["city"] = city.slug
