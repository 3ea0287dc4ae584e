"""What somebody may write to the owner of an entry."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

AGREED = _(
    "The city that offers this entry and the programme team may read my name, my address and what "
    "I write, and answer me. It is deleted after 24 months."
)


class ContactForm(forms.Form):
    """Who writes, where to answer, and what they ask."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = forms.EmailField(
        label=_("Your email address"),
        help_text=_("The answer goes there. It is shown to nobody else."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    words = forms.CharField(
        label=_("What would you like to know?"),
        min_length=10,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    agreed = forms.BooleanField(label=_("I agree"), help_text=AGREED)

    def clean_name(self) -> str:
        """Refuse what could end a line: a name stands in a mail."""
        name = self.cleaned_data["name"]
        if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in name):
            raise forms.ValidationError(_("Write your name in one line."))
        return name
