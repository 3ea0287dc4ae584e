"""What a person may send about an event."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City, User


class RegistrationForm(forms.Form):
    """For which city somebody comes, and what the organisers should know."""

    city = forms.ModelChoiceField(
        City.objects.none(), label=_("For which city"), required=False, empty_label=_("No city")
    )
    note = forms.CharField(
        label=_("What we should know"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example whether you need a place close to the screen."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Offer the cities this person acts for; the first one stands chosen."""
        super().__init__(*args, **kwargs)
        cities = City.objects.acted_for_by(user)
        field: forms.ModelChoiceField = self.fields["city"]  # type: ignore[assignment]
        field.queryset = cities
        self.initial.setdefault("city", cities.first())
