"""Two people may edit the same thing: what each changed is kept, and what both changed is asked.

A form based on `VersionedForm` carries the version its reader saw. If somebody saved in between,
it is a three-way merge: fields only one of the two changed are taken from whoever changed them;
fields both changed become `form.conflicts`, shown side by side, and nothing is saved until the
reader chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Conflict:
    """A field two people changed: its name, its label, and both values in words."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def choice_name(self) -> str:
        """Return the name of the field in which the reader says which to keep."""
        return f"keep-{self.name}"


class VersionedForm(forms.ModelForm):
    """A form on a model with a `version`. Validate and save it inside one transaction."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.conflicts: list[Conflict] = []
        self._current: Any = None
        self._merged: Any = None
        for name in self._lists():
            # History has no lists: the page sends along which its reader saw.
            self.fields[name].show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Merge with what others saved since this page was opened."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is None:
            return cleaned
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("A VersionedForm is validated inside the transaction that saves it.")
        current: Any = (
            type(self.instance)._base_manager.select_for_update().get(pk=self.instance.pk)
        )
        self._current = current
        if cleaned.get("version") == current.version:
            self._take_choices(cleaned, current)
        else:
            self._merge(cleaned, current)
        if self.conflicts:
            self.add_error(
                None,
                _(
                    "Somebody else saved this page while you were writing. Nothing you typed is "
                    "lost: choose below, for each field you both changed, which words to keep."
                ),
            )
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Save as the next version; columns that are not on the form stay as they are now."""
        if self._current is not None:
            on_form = set(self.fields)
            for column in self.instance._meta.concrete_fields:
                if column.name not in on_form:
                    setattr(self.instance, column.attname, getattr(self._current, column.attname))
            self.instance.version = self._current.version + 1
        return super().save(commit=commit)

    def _names(self) -> list[str]:
        """Name the fields of this form that are fields of the model."""
        ours = {column.name for column in self.instance._meta.get_fields()}
        return [name for name in self.fields if name in ours and name != "version"]

    def _lists(self) -> list[str]:
        """Name the fields of a saved row that hold several rows, such as themes."""
        many = {column.name for column in self.instance._meta.many_to_many}
        return [name for name in self.fields if name in many] if self.instance.pk else []

    def _take_choices(self, cleaned: dict[str, Any], current: models.Model) -> None:
        for name in self._names():
            if self.data.get(self.add_prefix(f"keep-{name}")) == "theirs":
                cleaned[name] = _value(current, name)

    def _merge(self, cleaned: dict[str, Any], current: Any) -> None:
        seen = _as_seen(current, cleaned.get("version"))
        shown: Any = QueryDict(mutable=True)
        shown.update(self.data)
        for name in self._names():
            if name not in cleaned:
                continue
            mine, theirs = cleaned[name], _value(current, name)
            if _plain(mine) == _plain(theirs):
                continue
            before = self._before(seen, name)
            if before is not _UNKNOWN and _plain(mine) == before:
                cleaned[name] = theirs
                _set(shown, self.add_prefix(name), self.fields[name].prepare_value(theirs))
            elif before is _UNKNOWN or _plain(theirs) != before:
                label = str(self.fields[name].label or name)
                self.conflicts.append(
                    Conflict(self.add_prefix(name), label, words_of(mine), words_of(theirs))
                )
        self._merged = shown
        if self.conflicts or self.errors:
            self.stand_on_now()

    def stand_on_now(self) -> None:
        """Let the form, shown again, stand on what is saved now, with all that others changed."""
        _set(self._merged, self.add_prefix("version"), self._current.version)
        self.data = self._merged

    def _before(self, seen: Any | None, name: str) -> Any:
        """Return what the reader saw in a field: from its history, of a list from the page."""
        if name not in self._lists():
            return _UNKNOWN if seen is None else _value_in_history(seen, name)
        at, widget = self[name].html_initial_name, self.fields[name].hidden_widget()
        keys = widget.value_from_datadict(self.data, self.files, at) or []
        return frozenset(int(key) for key in keys if key.isascii() and key.isdecimal())


_UNKNOWN = object()


def _as_seen(current: models.Model, version: int | None) -> Any | None:
    """Find the row as it was at a version, where the model keeps history."""
    history = getattr(current, "history", None)
    if history is None or version is None:
        return None
    return history.filter(version=version).order_by("-history_date", "-history_id").first()


def _value(row: models.Model, name: str) -> Any:
    column = row._meta.get_field(name)
    if column.many_to_many:
        return list(getattr(row, name).all())
    return getattr(row, name)


def _value_in_history(seen: Any, name: str) -> Any:
    try:
        column = seen._meta.get_field(name)
    except FieldDoesNotExist:
        return _UNKNOWN
    return _plain(getattr(seen, column.attname))


def _plain(value: Any) -> Any:
    """Reduce a value to what can be compared: keys for rows, text without carriage returns."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple | set):
        return frozenset(_plain(item) for item in value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def words_of(value: Any) -> str:
    """Return the value of a field as people read it."""
    if isinstance(value, models.QuerySet | list | tuple | set):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _set(data: Any, name: str, value: Any) -> None:
    if isinstance(value, list | tuple):
        data.setlist(name, [str(getattr(item, "pk", item)) for item in value])
    else:
        data[name] = "" if value is None else str(value)
