"""Events and sessions have no version: their pages carry when what they show was last saved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, time_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from events.agenda import zone_words


class SeenForm(forms.ModelForm):
    """A form that is refused once when somebody saved the row after its page was opened.

    The page comes back with everything typed, and stands on what is saved now: the words say
    which fields differ, and saving again is meant. Validate and save it in one transaction.
    """

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Note when the row was last saved."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_at"].initial = self.instance.changed_at.isoformat()

    def clean(self) -> dict[str, Any]:
        """Refuse what was written on an older row."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = cleaned.get("seen_at")
        if not self.instance.pk or not seen:
            return cleaned
        rows = type(self.instance)._base_manager.select_for_update(no_key=True)
        saved: datetime = rows.values_list("changed_at", flat=True).get(pk=self.instance.pk)
        if seen != saved.isoformat():
            self.data = self.data.copy()
            self.data[self.add_prefix("seen_at")] = saved.isoformat()
            self.add_error(None, self._refusal(saved))
        return cleaned

    def _refusal(self, saved: datetime) -> ValidationError:
        changed = [name for name in self.changed_data if name != "seen_at"]
        words = {
            "name": self._meta.model._meta.verbose_name,
            "moment": _moment(saved),
            "fields": ", ".join(str(self[name].label) for name in changed),
        }
        if not changed:
            return ValidationError(
                _(
                    "Somebody saved this %(name)s at %(moment)s while you were writing; your words "
                    "are still in the form. Look at the rows below, then save again."
                )
                % words
            )
        return ValidationError(
            _(
                "Somebody saved this %(name)s at %(moment)s while you were writing; your words are "
                "still in the form. They differ from what is saved in: %(fields)s. Open the page "
                "anew beside this one to compare; saving again puts yours in place."
            )
            % words
        )


def _moment(saved: datetime) -> str:
    """Return a clock time with its zone, with the date where that is another day."""
    local = localtime(saved)
    day: date = local.date()
    before = "" if day == localdate() else f"{date_format(day, 'SHORT_DATE_FORMAT')}, "
    return f"{before}{time_format(local, 'H:i')} {zone_words(local)}"
