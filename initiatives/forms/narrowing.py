"""How a plan is narrowed: by level, theme and status, in the address of the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from initiatives.models import MOST_LEVELS, InitiativeStatus


class PlanForm(forms.Form):
    """What of a plan is shown. A value that is not offered is ignored, and said so."""

    level = forms.TypedChoiceField(
        label=_("Down to level"), coerce=int, empty_value=None, required=False
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *InitiativeStatus.choices],
    )
    branch = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the themes that the roadmap's initiatives have."""
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", _("All")), *themes]
        self.fields["level"].choices = [
            ("", _("As fits")),
            *((level, str(level)) for level in range(1, MOST_LEVELS + 1)),
        ]

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and can be used."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
