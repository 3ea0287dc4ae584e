"""Rows and cells of large grids, written without a template each: there may be hundreds."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cities.escaping import escaped
from initiatives.forms.grid import Row

register = template.Library()

# In place of the name of a cell and of what stands in it; no text of anybody is asked for these.
NAME, WORDS = "\ue000", "\ue001"


# ── grids to write in ───────────────────────────────────────────────────────────────────────────
@register.simple_tag
def grid_rows(grid: Sequence[Mapping[str, Any]]) -> SafeString:
    """Rows of a grid: id, head, and its cells, each with the words of its column."""
    boxes = _Boxes()
    told = []
    for row in grid:
        cells = "".join(_cell(column, field, boxes) for column, field in row["cells"])
        head = f'<th scope="row">{escaped(row["head"])}</th>'
        told.append(f'<tr id="{escaped(row["id"])}">{head}{cells}</tr>\n')
    # Every part is escaped where it is put in.
    return SafeString("".join(told))


def _cell(column: Any, field: BoundField, boxes: _Boxes) -> str:
    """Draw a cell: its box with a label for who cannot see the table."""
    errors = field.errors
    faulty, told = (" has-error", str(errors)) if errors else ("", "")
    return (
        f'<td data-label="{escaped(column)}"><div class="field{faulty}">'
        f'<label class="ds-sr-only" for="{field.id_for_label}">{escaped(field.label)}</label>'
        f"{told}{boxes.draw(field)}</div></td>"
    )


class _Boxes:
    """Boxes of a grid. Those that differ in name and words alone are drawn after one of them."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[Any, ...], str] = {}

    def draw(self, field: BoundField) -> str:
        """Return what the field itself would draw."""
        widget = field.field.widget
        if field.form.is_bound or type(widget) is not forms.Textarea:
            # Once something was typed, or is wrong, a box may stand for itself.
            return str(field)
        value = field.value() or ""
        own = (type(field.field), bool(value), field.field.required)
        key = (*own, field.field.show_hidden_initial, *widget.attrs.items())
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = _shape(field, WORDS if value else "")
        return shape.replace(NAME, field.name).replace(WORDS, escaped(str(value)))


def _shape(field: BoundField, words: str) -> str:
    """Draw a field of the same kind, with marks for its name and what stands in it."""
    form = field.form
    probe = forms.Form(initial={NAME: words}, prefix=form.prefix, renderer=form.renderer)
    probe.fields[NAME] = copy.copy(field.field)
    return str(probe[NAME])


# ── the grid of values ──────────────────────────────────────────────────────────────────────────
@register.simple_tag
def value_rows(rows: list[Row]) -> SafeString:
    """Rows of the grid of values: KPI, last value, then boxes for a value, its date and a note."""
    words = {
        "value": escaped(_("Value")),
        "as_of": escaped(_("As of")),
        "note": escaped(_("Note")),
        "last": escaped(_("Last value")),
        "copy": escaped(_("Copy it")),
    }
    # Every part is escaped where it is put in.
    return SafeString("".join(_value_row(row, words) for row in rows))


def _value_row(row: Row, words: dict[str, str]) -> str:
    id_, kpi = row.prefix, row.kpi
    name = escaped(kpi.name)
    unit = f' <span class="quiet">{escaped(kpi.unit)}</span>' if kpi.unit else ""
    faulty, errors, invalid = "", "", ""
    if row.errors:
        faulty = ' class="has-error"'
        told = "".join(f"<li>{escaped(error)}</li>" for error in row.errors)
        errors = f'<ul class="errorlist" id="{id_}-errors">{told}</ul>'
        invalid = f' aria-invalid="true" aria-describedby="{id_}-errors"'
    return (
        f'<tr{faulty}><th scope="row" id="{id_}-name">{name}{unit}</th>'
        f"{_last(row, name, words)}"
        f'<td data-label="{words["value"]}">{errors}<input class="ds-input" type="text" '
        f'id="{id_}-value" name="{id_}-value" value="{escaped(row.value)}" maxlength="300" '
        f'autocomplete="off" aria-labelledby="grid-value {id_}-name"{invalid} data-cell>'
        f'{_readings(row)}<input type="hidden" name="{id_}-seen" value="{escaped(row.seen)}">'
        f'<input type="hidden" name="{id_}-unit" value="{escaped(row.unit)}"></td>'
        f'<td data-label="{words["as_of"]}"><input class="ds-input" type="text" '
        f'name="{id_}-as_of" value="{escaped(row.as_of)}" maxlength="100" autocomplete="off" '
        f'aria-labelledby="grid-as-of {id_}-name"></td>'
        f'<td data-label="{words["note"]}"><input class="ds-input" type="text" '
        f'name="{id_}-note" value="{escaped(row.note)}" maxlength="4000" '
        f'aria-labelledby="grid-note {id_}-name"></td></tr>\n'
    )


def _last(row: Row, name: str, words: dict[str, str]) -> str:
    if row.last is None:
        return f'<td data-label="{words["last"]}" class="blank"></td>'
    if not row.can_copy:
        return f'<td data-label="{words["last"]}"><span>{escaped(row.last_words)}</span></td>'
    return (
        f'<td data-label="{words["last"]}"><span>{escaped(row.last_words)}</span> '
        '<button class="ds-button" data-variant="tertiary" data-size="sm" type="submit" '
        f'name="copy" value="{row.kpi.pk}" data-copy="{escaped(row.last.as_reported)}" '
        f'data-into="{row.prefix}-value">{words["copy"]}'
        f'<span class="ds-sr-only">: {name}</span></button></td>'
    )


def _readings(row: Row) -> str:
    if not row.readings:
        return ""
    told = "".join(
        f'<label><input class="ds-input" type="radio" name="{row.prefix}-reading" '
        f'value="{escaped(choice)}"{" checked" if choice == row.reading else ""}> '
        f"{escaped(label)}</label>"
        for choice, label in row.readings
    )
    return (
        f'<fieldset class="readings"><legend>{escaped(_("What it means"))}</legend>{told}'
        f'</fieldset><input type="hidden" name="{row.prefix}-asked_about" '
        f'value="{escaped(row.asked_about)}">'
    )
