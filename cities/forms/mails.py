"""How somebody wants their mails, kind by kind."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import Delivery, User

NEVER_OFF = _("{} It always comes: it says what you cannot afford to miss.")


class MailSettingsForm(forms.Form):
    """A choice for each kind of mail that comes in several ways and concerns this person."""

    def __init__(self, *args, user: User, **kwargs):
        """Offer the person's kinds; those that always come at once are only told."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.kinds = {}
        self.always = []
        for kind, delivery in mails.preferences(user):
            if len(kind.choices) == 1:
                self.always.append(kind)
                continue
            self.kinds[kind.code] = kind
            self.fields[kind.code] = forms.ChoiceField(
                label=kind.label,
                help_text=kind.about if kind.may_be_off else format_lazy(NEVER_OFF, kind.about),
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
