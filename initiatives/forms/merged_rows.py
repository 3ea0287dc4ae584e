"""A row that two people may edit at once: what only one of them changed is kept.

Rows carry no version. Each field sends along what its reader saw; what both changed is asked for
again.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NOTHING = ("", "---------")


class RowForm(forms.ModelForm):
    """One row; merges with what others saved while it was being written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let every field of a saved row send along what its reader saw."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Take over what somebody else changed; say so where both changed the same."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is None or not self.is_bound:
            return cleaned
        for name in [field for field in self._meta.fields or [] if field in cleaned]:
            theirs = getattr(self.instance, name)
            if name not in self.changed_data:
                cleaned[name] = theirs
            elif not self._saw(name, theirs) and theirs != cleaned[name]:
                self._ask_again(name, theirs)
        return cleaned

    def _saw(self, name: str, saved: Any) -> bool:
        """Say whether the reader saw what is saved now."""
        field = self.fields[name]
        at = self[name].html_initial_name
        seen = field.hidden_widget().value_from_datadict(self.data, self.files, at)
        return not field.has_changed(field.prepare_value(_key(saved)), seen)

    def _ask_again(self, name: str, theirs: Any) -> None:
        field = self.fields[name]
        shown = self.data.copy()
        value = field.prepare_value(_key(theirs))
        shown[self[name].html_initial_name] = "" if value is None else str(value)
        self.data = shown
        self.add_error(
            name,
            _("Somebody else saved “%s” here meanwhile. Save again to replace it with yours.")
            % self.words_of(name, theirs),
        )

    def words_of(self, name: str, value: Any) -> str:
        """Return what a field holds as a reader may be told."""
        return str(value)


class LimitedRows(BaseInlineFormSet):
    """Rows of something. Those beyond the limit are left out, and `left_out` says how many."""

    grows = True
    """Whether rows are added by typing."""
    left_out = 0

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """Take as many rows as are kept; a page of ours never sends more."""
        if data is not None:
            prefix = kwargs.get("prefix") or self.get_default_prefix()
            total, saved = (
                _count(data.get(f"{prefix}-{name}")) for name in ("TOTAL_FORMS", "INITIAL_FORMS")
            )
            most = max(self.max_num, saved) if self.grows else saved
            if total > most:
                self.left_out = total - most
                data = data.copy()
                data[f"{prefix}-TOTAL_FORMS"] = str(most)
        super().__init__(data, *args, **kwargs)


def left_out_words(left_out: int) -> str:
    """Say how many rows were left out."""
    words = ngettext(
        "{count} row was too many and was left out; the others are saved.",
        "{count} rows were too many and were left out; the others are saved.",
        left_out,
    )
    return words.format(count=left_out)


def _count(sent: Any) -> int:
    """Read a number of rows as a page sent it; nonsense is left to the formset to refuse."""
    words = str(sent or "")
    return int(words[:6]) if words.isascii() and words.isdecimal() else 0


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
