"""Putting somebody into a city's team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import CityRole, User


class TeamForm(forms.Form):
    """Whose address, and in which role."""

    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The one with which they sign in. Without an account: ask staff."),
    )
    role = forms.ModelChoiceField(label=gettext_lazy("Role"), queryset=CityRole.objects.none())

    def __init__(self, data: Any, *, roles: QuerySet[CityRole]) -> None:
        """Offer the roles that this person may hand out."""
        super().__init__(data)
        self.fields["role"].queryset = roles

    def clean(self) -> dict[str, Any]:
        """Find the person."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "address" in cleaned:
            found = User.objects.filter(email__iexact=cleaned["address"], is_active=True).first()
            if found is None:
                self.add_error(
                    "address",
                    _("Nobody has an account with this address. Ask staff to open one first."),
                )
            cleaned["person"] = found
        return cleaned
