"""Answering a yearly check-in: for each ambition and step, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.check_ins import Item
from initiatives.models import CheckInAnswer

LONGEST_NOTE = 500


PUBLIC = gettext_lazy("The public reads it. Example: the second phase began in May.")


class CheckInForm(forms.Form):
    """One choice for each item; an ambition takes a note as well."""

    def __init__(
        self, data: Any, *, items: Sequence[Item], chosen: Mapping[str, str] | None = None
    ) -> None:
        """Start from the answers a link chose, else from those given last."""
        super().__init__(data)
        self.items = items
        for item in items:
            known = item.last.answer if item.last else CheckInAnswer.ON_THE_WAY
            wanted = (chosen or {}).get(item.key, "")
            self.fields[item.key] = forms.ChoiceField(
                label=item.words if item.is_step else _("The ambition as a whole"),
                choices=CheckInAnswer.choices,
                widget=forms.RadioSelect,
                initial=wanted if wanted in CheckInAnswer.values else known,
            )
            if not item.is_step:
                self.fields[f"{item.key}-note"] = forms.CharField(
                    label=_("A word on it, if you like"),
                    required=False,
                    max_length=LONGEST_NOTE,
                    help_text=PUBLIC,
                )

    def answers(self) -> dict[str, tuple[str, str]]:
        """Return answer and note by the item's key."""
        said = self.cleaned_data
        return {item.key: (said[item.key], said.get(f"{item.key}-note", "")) for item in self.items}
