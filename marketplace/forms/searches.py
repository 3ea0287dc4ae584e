"""What a saved search is called, how often it may write, and for visitors where."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import SavedSearch


class SavedSearchForm(forms.ModelForm):
    """A search saved with an account."""

    class Meta:
        model = SavedSearch
        fields = ["name", "rhythm"]
        widgets = {"rhythm": forms.RadioSelect}


class AddressSearchForm(SavedSearchForm):
    """A search saved for an address without an account."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We first send one mail with a link: nothing comes before you confirm it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["email", "name", "rhythm"]
