"""How somebody wants their mails, kind by kind."""

from __future__ import annotations

from django import forms

from cities import mails
from cities.models import Delivery, User


class MailSettingsForm(forms.Form):
    """A choice for each kind of mail that may be switched off and concerns this person."""

    def __init__(self, *args, user: User, **kwargs):
        """Offer the person's kinds; the others come at once and are only told."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.kinds = {}
        self.always = []
        for kind, delivery in mails.preferences(user):
            if not kind.may_be_off:
                self.always.append(kind)
                continue
            self.kinds[kind.code] = kind
            self.fields[kind.code] = forms.ChoiceField(
                label=kind.label,
                help_text=kind.about,
                choices=[(choice.value, choice.label) for choice in kind.choices],
                initial=delivery.value,
                required=False,
                widget=forms.RadioSelect,
            )

    def save(self) -> None:
        """Keep what was chosen differently from before; a kind left out stays as it is."""
        for code in self.changed_data:
            if self.cleaned_data[code]:
                chosen = Delivery(self.cleaned_data[code])
                mails.set_preference(self.user, self.kinds[code], chosen)
