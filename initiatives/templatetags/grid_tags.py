"""Rows and cells of large grids, written without a template each: there may be hundreds."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from initiatives.forms.grid import Row

register = template.Library()

ROW = (
    '<tr{faulty}><th scope="row" id="{id}-name">{name}{unit}</th>{last}'
    '<td data-label="{value_label}">{errors}<input class="ds-input" type="text" id="{id}-value" '
    'name="{id}-value" value="{value}" maxlength="300" autocomplete="off" '
    'aria-labelledby="grid-value {id}-name"{invalid} data-cell>{readings}'
    '<input type="hidden" name="{id}-seen" value="{seen}"></td>'
    '<td data-label="{as_of_label}"><input class="ds-input" type="text" name="{id}-as_of" '
    'value="{as_of}" maxlength="100" autocomplete="off" '
    'aria-labelledby="grid-as-of {id}-name"></td>'
    '<td data-label="{note_label}"><input class="ds-input" type="text" name="{id}-note" '
    'value="{note}" maxlength="4000" aria-labelledby="grid-note {id}-name"></td></tr>\n'
)
LAST = (
    '<td data-label="{label}"><span>{words}</span> <button class="ds-button" '
    'data-variant="tertiary" data-size="sm" type="submit" name="copy" value="{pk}" '
    'data-copy="{reported}" data-into="{id}-value">{copy}<span class="ds-sr-only">: {name}</span>'
    "</button></td>"
)
READINGS = (
    '<fieldset class="readings"><legend>{}</legend>{}</fieldset>'
    '<input type="hidden" name="{}-asked_about" value="{}">'
)
READING = '<label><input class="ds-input" type="radio" name="{}-reading" value="{}"{}> {}</label>'
CELL = (
    '<td data-label="{}"><div class="field{}"><label class="ds-sr-only" for="{}">{}</label>'
    "{}{}</div></td>"
)
NOTHING = SafeString("")


@register.simple_tag
def value_rows(rows: list[Row]) -> SafeString:
    """Rows of the grid of values: KPI, last value, then boxes for a value, its date and a note."""
    words = {
        "value_label": _("Value"),
        "as_of_label": _("As of"),
        "note_label": _("Note"),
        "last_label": _("Last value"),
        "copy": _("Copy it"),
    }
    return SafeString("".join(_value_row(row, words) for row in rows))


@register.simple_tag
def grid_cell(column: str, field: BoundField) -> SafeString:
    """A cell of a grid to write in: its box with a label for who cannot see the table."""
    errors = field.errors
    faulty = " has-error" if errors else ""
    label = field.label
    return format_html(CELL, column, faulty, field.id_for_label, label, errors or NOTHING, field)


def _value_row(row: Row, words: dict[str, Any]) -> SafeString:
    id_, kpi = row.prefix, row.kpi
    shown = {"id": id_, "name": kpi.name, **words}
    return format_html(
        ROW,
        **shown,
        unit=format_html(' <span class="quiet">{}</span>', kpi.unit) if kpi.unit else NOTHING,
        last=_last(row, shown),
        faulty=SafeString(' class="has-error"') if row.errors else NOTHING,
        errors=_errors(row),
        invalid=format_html(' aria-invalid="true" aria-describedby="{}-errors"', id_)
        if row.errors
        else NOTHING,
        readings=_readings(row),
        value=row.value,
        seen=row.seen,
        as_of=row.as_of,
        note=row.note,
    )


def _last(row: Row, shown: dict[str, Any]) -> SafeString:
    if row.last is None:
        return format_html('<td data-label="{}" class="blank"></td>', shown["last_label"])
    reported, words = row.last.as_reported, row.last_words
    return format_html(
        LAST, **shown, label=shown["last_label"], words=words, pk=row.kpi.pk, reported=reported
    )


def _errors(row: Row) -> SafeString:
    if not row.errors:
        return NOTHING
    told = format_html_join("", "<li>{}</li>", ((error,) for error in row.errors))
    return format_html('<ul class="errorlist" id="{}-errors">{}</ul>', row.prefix, told)


def _readings(row: Row) -> SafeString:
    if not row.readings:
        return NOTHING
    chosen = SafeString(" checked")
    choices = (
        (row.prefix, choice, chosen if choice == row.reading else NOTHING, label)
        for choice, label in row.readings
    )
    told = format_html_join("", READING, choices)
    return format_html(READINGS, _("What it means"), told, row.prefix, row.asked_about)
