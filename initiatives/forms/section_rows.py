"""Rows of a section of the roadmap: typed in any number, ordered, taken away and brought back.

A saved row is merged with what others saved meanwhile (cities.editing.seen). A new row carries a
key, so that a form received twice adds it once. A row that somebody took away while it was being
written comes back with what was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import F
from django.forms.models import BaseInlineFormSet, inlineformset_factory

from cities.editing.seen import SeenFields
from cities.models import User
from initiatives.forms.pasting import TakesRows
from initiatives.forms.row_keys import NothingTyped, key_field, received, remember
from initiatives.models import Roadmap

MOST_ROWS = 60
BLANK, BLANK_AT_FIRST = 2, 3


class SectionRow(SeenFields, forms.ModelForm):
    """One row of a section."""

    is_gone = False
    """Whether somebody took it away while it was being written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts = []
        if self.instance.pk:
            self.send_what_is_seen()

    def clean(self) -> dict[str, Any]:
        """Merge a saved row with what is saved now."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is not None and self.is_bound:
            self.merge(cleaned, self.saved_values())
        return cleaned

    def saved_values(self) -> dict[str, Any]:
        """Return what the row holds now, by field."""
        return self.values_of(self.instance)

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return what a row, or a record of one, holds, by field."""
        return {name: getattr(row, name, None) for name in self._meta.fields or []}

    def differs(self) -> bool:
        """Say whether the row as it will be is other than the one that is saved."""
        now = type(self.instance)._default_manager.get(pk=self.instance.pk)
        return self.values_of(now) != self.values_of(self.instance)


class SectionRows(TakesRows, BaseInlineFormSet):
    """The rows of one kind in a roadmap, with blank ones to go on writing."""

    heading: Any = ""
    hint: Any = ""
    row_label: Any = ""
    anchor = ""
    compact = False
    """Whether a row is one line of fields."""

    def __init__(
        self, data: Any = None, *, person: User, rows: Iterable[Any] | None = None, **more: Any
    ) -> None:
        """Take who writes, and the rows where they have been read already."""
        super().__init__(data, **more)
        self.person = person
        if rows is not None:
            self._queryset = list(rows)
        self.extra = BLANK if self.get_queryset() else BLANK_AT_FIRST

    # ── building the rows ───────────────────────────────────────────────────────────────────────
    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        before = self._received_before(i)
        if before is not None:
            kwargs["instance"] = before
        form = super()._construct_form(i, **kwargs)
        if before is not None:
            first = before.history.filter(history_type="+").order_by("history_date").first()
            form.first_saved = form.values_of(first)
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the key of a new row; let a row that is gone be told from a forged one."""
        super().add_fields(form, index)
        is_new = index is None or index >= self.initial_form_count()
        if is_new:
            form.fields["key"] = key_field()
            form.fields.pop("ORDER", None)
            form.fields.pop("DELETE", None)
        elif self.is_bound and form.instance.pk is None:
            form.is_gone = True
            form.fields[self._pk_field.name] = NothingTyped(required=False)
            form.empty_permitted, form.use_required_attribute = True, False
            for name in set(form._meta.fields) & set(form.fields):
                form.fields[name].show_hidden_initial = True

    def _received_before(self, i: int) -> Any:
        """Return the row that this new row was saved as when this form was received before."""
        if not self.is_bound or i < self.initial_form_count():
            return None
        sent = self.data.get(f"{self.add_prefix(i)}-key", "")
        rows = self.model._default_manager.filter(**{self.fk.name: self.instance})
        return received(sent, self.person, rows)

    # ── what pages ask ──────────────────────────────────────────────────────────────────────────
    @property
    def conflicts(self) -> list[Any]:
        """Return what two people changed, of all rows."""
        return [conflict for form in self.forms for conflict in form.conflicts]

    # ── saving ──────────────────────────────────────────────────────────────────────────────────
    def save(self, commit: bool = True) -> list[Any]:
        """Save what changed, take away what is ticked, and put all in the order asked for."""
        self.taken_away: list[Any] = []
        kept: list[tuple[float, int, Any]] = []
        for index, form in enumerate(self.forms):
            row = self._save_row(form)
            if row is not None:
                kept.append((self._place(form, index), index, row))
        place_in_order(self._all_rows([row for *_place, row in sorted(kept, key=_by_place)]))
        return [row for *_place, row in kept]

    def _save_row(self, form: Any) -> Any:
        is_saved = form.instance.pk is not None
        if is_saved and form.cleaned_data.get("DELETE"):
            self.taken_away.append(str(form.instance))
            form.instance.delete()
            return None
        if not is_saved and (not form.has_changed() or form.cleaned_data.get("DELETE")):
            return None
        if is_saved and not form.has_changed() and form.first_saved is None:
            return form.instance
        if not is_saved:
            setattr(form.instance, self.fk.name, self.instance)
            self.prepare(form.instance)
        if is_saved and not form.differs():
            return form.instance
        form.save()
        if not is_saved:
            url = f"{self.instance.get_absolute_url()}#{self.prefix}"
            remember(form.cleaned_data.get("key", ""), self.person, url, form.instance)
        return form.instance

    def prepare(self, row: Any) -> None:
        """Give a new row what its fields do not say; it stands last at first."""
        row.position = self._free_position()

    def _free_position(self) -> int:
        last = self.siblings().order_by("-position").values_list("position", flat=True).first()
        return 0 if last is None else last + 1

    def siblings(self) -> Any:
        """Return all rows among which these are ordered."""
        return self.model._default_manager.filter(**{self.fk.name: self.instance})

    def _place(self, form: Any, index: int) -> float:
        order = form.cleaned_data.get("ORDER")
        # A row moved to place 2 stands before the one that is second now.
        moved = order is not None and "ORDER" in form.changed_data
        if order is None:
            return index + 1
        came_from = index + 1
        return order - 0.5 if moved and order < came_from else order + (0.5 if moved else 0)

    def _all_rows(self, ordered: list[Any]) -> list[Any]:
        """Return these rows and those others added meanwhile, which stand at the end."""
        known = {row.pk for row in ordered}
        return [*ordered, *self.siblings().exclude(pk__in=known).order_by("position", "pk")]


def _by_place(entry: tuple[float, int, Any]) -> tuple[float, int]:
    return entry[0], entry[1]


FAR = 10_000


def place_in_order(rows: list[Any]) -> None:
    """Number rows from nought in this order; those that stay where they are are not written."""
    moved = [(place, row) for place, row in enumerate(rows) if row.position != place]
    if not moved:
        return
    model = type(rows[0])
    # No two rows may share a place, not even in between.
    keys = [row.pk for _place, row in moved]
    model._default_manager.filter(pk__in=keys).update(position=F("position") + FAR)
    for place, row in moved:
        row.position = place
        # Where a row stands is no words: its history does not tell of it.
        model._default_manager.filter(pk=row.pk).update(position=place)


def rows_of(
    model: Any, form: type[SectionRow], *, parent: Any = Roadmap, fk: str = "roadmap", **words: Any
) -> type[SectionRows]:
    """Return the formset of a kind of rows of a roadmap, or of another parent, with its words."""
    made = inlineformset_factory(
        parent,
        model,
        form=form,
        formset=words.pop("formset", SectionRows),
        fk_name=fk,
        can_order=True,
        can_delete=True,
        max_num=MOST_ROWS,
        validate_max=True,
    )
    for name, value in words.items():
        setattr(made, name, value)
    return made
