"""Leaving a city's team: to whom the role goes, and from when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import CityMembership, User
from initiatives.forms.fields import WordsField, long_text


class LeavingForm(forms.Form):
    """Who takes over: somebody of the team, or somebody else with an account."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("Who of the team takes over"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Somebody else, by address below"),
    )
    address = forms.EmailField(
        label=gettext_lazy("Or the e-mail address of somebody else"),
        required=False,
        help_text=gettext_lazy("Staff confirm people who are not in the team yet."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Your last day"),
        initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("Until then you can write as before."),
    )
    note = WordsField(
        label=gettext_lazy("What the other must know"),
        required=False,
        max_length=4000,
        widget=long_text(5),
        help_text=gettext_lazy("What is under way, whom to call, where things lie."),
    )

    def __init__(self, data: Any, *, membership: CityMembership) -> None:
        """Offer the others of the team."""
        super().__init__(data)
        self.membership = membership
        team = CityMembership.objects.running().filter(city=membership.city_id)
        others = User.objects.filter(pk__in=team.order_by().values("user"), is_active=True)
        self.fields["to"].queryset = others.exclude(pk=membership.user_id).order_by("name")

    def clean_last_day(self) -> Any:
        """See that the last day is not over."""
        day = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        """Find who takes over."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        address = cleaned.get("address")
        if cleaned.get("to") or self.errors:
            return cleaned
        if not address:
            self.add_error("to", _("Choose who takes over, or write an address below."))
            return cleaned
        person = User.objects.filter(email__iexact=address, is_active=True).first()
        if person is None or person.pk == self.membership.user_id:
            self.add_error(
                "address",
                _("Nobody else has an account with this address. Ask staff to open one first."),
            )
        cleaned["to"] = person
        return cleaned
