"""Lines copied from a spreadsheet, put into the rows or cells of a form for somebody to look at.

Nothing is saved by it: the form is shown again with what was pasted, and what is wrong with it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.editing.seen import CellsForm
from initiatives.forms.row_keys import new_key

BOX = "paste-"
MOST_DOUBTS = 5
NOT_PASTED = {"DELETE", "ORDER", "key"}


@dataclass
class Pasted:
    """What became of pasted lines."""

    placed: int = 0
    left_over: int = 0
    unknown: list[str] = field(default_factory=list)
    """Words that are none of the choices of their field."""

    def told(self) -> str:
        """Say what was put where it belongs."""
        return ngettext(
            "%d line is put into the form. Look at it, then save: nothing is saved yet.",
            "%d lines are put into the form. Look at them, then save: nothing is saved yet.",
            self.placed,
        ) % self.placed  # fmt: skip

    def doubts(self) -> Iterator[str]:
        """Say what was not."""
        if self.left_over:
            yield ngettext(
                "%d line was left over: there is no room for it.",
                "%d lines were left over: there is no room for them.",
                self.left_over,
            ) % self.left_over  # fmt: skip
        unknown = list(dict.fromkeys(self.unknown))
        yield from unknown[:MOST_DOUBTS]
        more = len(unknown) - MOST_DOUBTS
        if more > 0:
            yield ngettext(
                "And %d more word is none of the choices of its field.",
                "And %d more words are none of the choices of their fields.",
                more,
            ) % more  # fmt: skip


def table(text: str) -> list[list[str]]:
    """Return the cells of lines copied from a spreadsheet; a cell may hold several lines."""
    try:
        read = list(csv.reader(io.StringIO(text), delimiter="\t"))
    except csv.Error:
        read = [line.split("\t") for line in text.splitlines()]
    lines = [[cell.strip() for cell in cells] for cells in read]
    return [cells for cells in lines if any(cells)]


# ── rows ────────────────────────────────────────────────────────────────────────────────────────
class TakesRows:
    """Mix in before a formset: lines become rows of it."""

    @property
    def paste_columns(self: Any) -> dict[str, forms.Field]:
        """Return the fields that a line fills, in their order."""
        return {
            name: one
            for name, one in self.empty_form.fields.items()
            if name not in NOT_PASTED and not one.widget.is_hidden
        }

    @property
    def paste_words(self) -> str:
        """Return what these fields are called."""
        return ", ".join(str(one.label or name) for name, one in self.paste_columns.items())

    def put(self: Any, lines: list[list[str]], data: QueryDict) -> Pasted:
        """Put each line into a blank row, or into one more, of data that is shown again."""
        columns, done = self.paste_columns, Pasted()
        names, lines = _named(lines, {name: str(one.label) for name, one in columns.items()})
        first = self.initial_form_count()
        blank = [at for at, form in enumerate(self.forms) if at >= first and not form.has_changed()]
        total = self.total_form_count()
        usual = {name: str(self.empty_form[name].value() or "") for name in columns}
        usual = {name: value for name, value in usual.items() if value}
        for cells in lines:
            if not blank and total >= self.max_num:
                done.left_over += 1
                continue
            at = blank.pop(0) if blank else total
            total = max(total, at + 1)
            row = f"{self.prefix}-{at}"
            data[f"{row}-key"] = data.get(f"{row}-key") or new_key()
            for name, value in usual.items():
                data.setdefault(f"{row}-{name}", value)
            for name, cell in zip(names, cells, strict=False):
                if name and cell:
                    _put(data, f"{row}-{name}", columns[name], cell, done)
            done.placed += 1
        data[f"{self.prefix}-TOTAL_FORMS"] = str(total)
        return done


def _named(lines: list[list[str]], labels: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """Return which column is which: as the first line says where it has their names alone.

    Columns of one name are meant in their order.
    """
    waiting: dict[str, list[str]] = defaultdict(list)
    for name, label in labels.items():
        waiting[label.casefold()].append(name)
    heads = Counter(cell.casefold() for cell in lines[0] if cell) if lines else Counter[str]()
    if heads and all(len(waiting.get(head, [])) >= number for head, number in heads.items()):
        return [waiting[cell.casefold()].pop(0) if cell else "" for cell in lines[0]], lines[1:]
    return list(labels), lines


def _put(data: QueryDict, name: str, one: forms.Field, cell: str, done: Pasted) -> None:
    if isinstance(one, forms.BooleanField):
        if cell.casefold() in {"yes", "x", "1", "true", str(_("yes")).casefold()}:
            data[name] = "on"
        return
    if not isinstance(one, forms.ChoiceField):
        data[name] = cell
        return
    known = {str(value).casefold(): str(value) for value, _label in _flat(one.choices)}
    known |= {str(label).casefold(): str(value) for value, label in _flat(one.choices)}
    if cell.casefold() in known:
        data[name] = known[cell.casefold()]
    else:
        said = {"value": cell[:60], "field": one.label}
        done.unknown.append(_("“%(value)s” is none of the choices of “%(field)s”.") % said)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


# ── cells ───────────────────────────────────────────────────────────────────────────────────────
class GridForm(CellsForm):
    """A grid with heads above its columns and before its rows: a block of cells fits into it."""

    prefix_of_grid = ""

    def __init__(
        self, data: Any, *, columns: Sequence[str], rows: Sequence[tuple[str, list[str]]],
        **more: Any,
    ) -> None:  # fmt: skip
        """Take the words of the columns, and of each row its words and the names of its cells."""
        super().__init__(data, **more)
        self.columns, self.rows = columns, rows
        for one in self.fields.values():
            # Where there are scripts, a block can be pasted into a cell and goes on from there.
            one.widget.attrs["data-cell"] = ""

    def put(self, lines: list[list[str]], data: QueryDict) -> Pasted:
        """Put lines into the rows that they name, or else in their order."""
        done = Pasted()
        places, lines = _named(lines, {str(at): one for at, one in enumerate(self.columns)})
        # Above the heads of rows stands nothing; rows of one head are meant in their order.
        has_corner = not places[0] if places else False
        waiting: dict[str, list[list[str]]] = defaultdict(list)
        for head, names in self.rows:
            waiting[head.casefold()].append(names)
        for at, cells in enumerate(lines):
            own = waiting.get(cells[0].casefold()) if len(cells) > 1 else None
            has_head = has_corner or own is not None
            names = self._row(at, own)
            if names is None:
                done.left_over += 1
                continue
            order = places[1:] if has_corner else places
            for place, cell in zip(order, cells[1:] if has_head else cells, strict=False):
                if place and cell:
                    data[names[int(place)]] = cell
            done.placed += 1
        return done

    def _row(self, at: int, own: list[list[str]] | None) -> list[str] | None:
        """Return the names of the cells of a line: of the row it names, or of the row in order."""
        if own is not None:
            return own.pop(0) if own else None
        return self.rows[at][1] if at < len(self.rows) else None


def texts(data: QueryDict) -> dict[str, str]:
    """Return what stands in the boxes for pasted lines, by the rows or cells it is for."""
    found = {name: data.get(name, "") for name in data if name.startswith(BOX)}
    return {name.removeprefix(BOX): text for name, text in found.items() if text.strip()}


def takes(part: Any, name: str) -> bool:
    """Say whether a part of a form is the one of that name, and takes what is pasted."""
    own = part.prefix_of_grid if isinstance(part, GridForm) else getattr(part, "prefix", None)
    return isinstance(part, GridForm | TakesRows) and own == name
