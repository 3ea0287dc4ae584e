"""Asking about a number that was written in one unit and would be kept in another."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _


def in_another_unit(before: str, now: str) -> str:
    """Return what is said to somebody whose page still showed the unit of before."""
    return _(
        "Since you opened this page, this KPI counts in “%(now)s”, no longer in “%(before)s”. See "
        "whether the number holds in the new unit, then save again."
    ) % {"now": now or _("no unit"), "before": before or _("no unit")}


class InUnit(forms.Form):
    """Mix into a form with a number of a KPI: `show_unit` where it begins, `ask_unit` in clean."""

    unit_shown = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def show_unit(self, unit: str) -> None:
        """Keep the unit that the page shows."""
        self.fields["unit_shown"].initial = unit

    def ask_unit(self, name: str, now: str) -> None:
        """Refuse the number in a field when the unit is another by now; saved again, it holds."""
        key = self.add_prefix("unit_shown")
        before = self.data.get(key)
        if before is None or before == now:
            return
        shown = self.data.copy()
        shown[key] = now
        self.data = shown
        self.add_error(name, in_another_unit(before, now))
