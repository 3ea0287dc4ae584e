"""A no to a collaboration, with its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from events.models import WITH_REASON, CollaborationAct
from events.services import collaborations
from initiatives.forms.fields import WordsField, long_text


class NoForm(forms.Form):
    """Why a city declines or leaves, in its own words; the other city and staff read them."""

    # Which no was open when the page was opened: another one is not said by it.
    act = forms.ChoiceField(choices=CollaborationAct.choices, widget=forms.HiddenInput)
    reason = WordsField(
        label=gettext_lazy("Why"),
        max_length=1000,
        widget=long_text(4),
        help_text=gettext_lazy("The team of the other city gets this by mail; staff read it too."),
    )

    def __init__(self, data: Any, *, act: str | None, open_no: CollaborationAct | None) -> None:
        """Ask for a reason where somebody waits for one. `open_no` is what can be said now."""
        super().__init__(data, initial={"act": act})
        self.open_no = open_no
        self.fields["reason"].required = act in WITH_REASON

    def clean(self) -> dict[str, Any]:
        """See that the same no is open still: a no to a question must end nothing that runs."""
        cleaned = super().clean()
        if cleaned.get("act") != self.open_no:
            raise forms.ValidationError(collaborations.MOVED_ON)
        return cleaned
