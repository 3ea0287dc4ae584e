"""Rows and cells without a version: each field sends along what its reader saw.

What only one of two people changed is taken from whoever changed it; where both changed the same,
both wordings are shown with a choice (`conflicts`), as for forms with a version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from cities.editing.conflicts import Conflict, words_of


class SeenFields:
    """Mix in before a form. `merge` is called from `clean` with what is saved now."""

    conflicts: list[Conflict]
    first_saved: Mapping[str, Any] | None = None
    """What this very form saved when it was received before; seen instead of what it sends."""

    def send_what_is_seen(self: Any) -> None:
        """Let every field send along what its reader saw."""
        for field in self.fields.values():
            field.show_hidden_initial = True

    def merge(self: Any, cleaned: dict[str, Any], saved: Mapping[str, Any]) -> None:
        """Take over what others changed; ask where both changed the same."""
        self.conflicts = []
        for name, theirs in saved.items():
            if name not in cleaned or same(cleaned[name], theirs):
                continue
            if self._left_alone(name, cleaned[name]):
                cleaned[name] = theirs
            elif not self._saw(name, theirs):
                self._ask(name, cleaned[name], theirs)
            elif self.data.get(f"keep-{self.add_prefix(name)}") == "theirs":
                cleaned[name] = theirs
        if self.conflicts:
            self.add_error(None, asked_words())

    def _left_alone(self: Any, name: str, mine: Any) -> bool:
        """Say whether the field still holds what its reader saw."""
        if self.first_saved is not None:
            return same(mine, self.first_saved.get(name))
        if name not in self.changed_data:
            return True
        widget = self.fields[name].widget
        typed = widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        seen = self._seen(name)
        return seen is not None and isinstance(typed, str) and _text(typed) == _text(seen)

    def _seen(self: Any, name: str) -> Any:
        """Return what the reader saw, as it was sent along; None when it was not."""
        at = self[name].html_initial_name
        return self.fields[name].hidden_widget().value_from_datadict(self.data, self.files, at)

    def _saw(self: Any, name: str, saved: Any) -> bool:
        """Say whether the reader saw what is saved now."""
        if self.first_saved is not None:
            return same(saved, self.first_saved.get(name))
        seen = self._seen(name)
        if seen is None:
            return False
        shown = self.fields[name].prepare_value(_key(saved))
        return _text(shown) == _text(seen)

    def _ask(self: Any, name: str, mine: Any, theirs: Any) -> None:
        label = str(self.fields[name].label or name)
        conflict = Conflict(self.add_prefix(name), label, words_of(mine), words_of(theirs))
        self.conflicts.append(conflict)
        # Shown again, the field stands on what is saved now.
        self.data = self.data.copy()
        shown = self.fields[name].prepare_value(_key(theirs))
        self.data[self[name].html_initial_name] = _text(shown)


def asked_words() -> str:
    """Say that two people changed the same."""
    return _(
        "Somebody else saved this page while you were writing. Nothing you typed is lost: choose "
        "below, for each field you both changed, which words to keep."
    )


def same(one: Any, other: Any) -> bool:
    """Say whether two values of a field mean the same: rows by key, text as it reads."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    value = _key(value)
    if value is None or isinstance(value, str):
        return _text(value)
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


class CellsForm(SeenFields, forms.Form):
    """Many fields of one kind, such as the cells of a grid, each with what is saved in it."""

    def __init__(
        self, data: Any, *, cells: Mapping[str, forms.Field], saved: Mapping[str, Any], **more: Any
    ) -> None:
        """Take a field for each cell, and what each holds now."""
        super().__init__(data, initial=dict(saved), **more)
        self.saved = saved
        self.fields.update(cells)
        self.conflicts = []
        self.send_what_is_seen()

    def clean(self) -> dict[str, Any]:
        """Merge with what others saved since the page was opened."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.merge(cleaned, {name: self.saved.get(name) for name in self.fields})
        return cleaned

    def changed_cells(self) -> list[str]:
        """Name the cells that hold something else than what is saved."""
        return [
            name
            for name, value in self.cleaned_data.items()
            if not same(value, self.saved.get(name))
        ]
