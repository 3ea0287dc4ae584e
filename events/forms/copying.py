"""What staff say of an event that is made from another."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Edition
from events.models import Event

TAKEN = gettext_lazy("An event has this address already.")


class CopyForm(forms.Form):
    """How it is called, when it begins, and in which edition."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    slug = forms.SlugField(label=gettext_lazy("Short address"), max_length=80)
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    edition = forms.ModelChoiceField(
        Edition.objects.all(),
        label=gettext_lazy("Edition"),
        required=False,
        help_text=gettext_lazy("Its roles say whom sessions are for."),
    )

    def clean_slug(self) -> str:
        """Refuse an address that is taken: a form sent twice makes one event."""
        slug: str = self.cleaned_data["slug"]
        if Event.objects.filter(slug=slug).exists():
            raise forms.ValidationError(TAKEN)
        return slug

    def clean_starts_on(self) -> date:
        """Refuse days that no calendar of ours reaches."""
        day: date = self.cleaned_data["starts_on"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))
        return day
