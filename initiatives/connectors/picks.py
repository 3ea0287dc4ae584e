"""Which value of a source: offered for choosing, and found again at every visit.

A pick is text: "count", "sum:column", "first:column", "last:column", or "path:" and the way into a
JSON document as a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from initiatives.connectors.reading import Rows, Scalar, scalar
from initiatives.connectors.troubles import SourceTrouble, Trouble
from initiatives.models import ValueKind
from initiatives.values import number_words

MOST_CHOICES, DEEPEST, MOST_OF_A_LIST, LONGEST_NAME, LONGEST_PICK = 60, 8, 5, 60, 500

Choice = dict[str, str]


def said(value: Scalar) -> str:
    """Return a value in words."""
    if value.kind == ValueKind.YES_NO:
        return _("Yes") if value.yes else _("No")
    if value.date is not None:
        return date_format(value.date, "DATE_FORMAT")
    return number_words(value.number or Decimal(0))


# ── offering ────────────────────────────────────────────────────────────────────────────────────
def offered_rows(table: Rows) -> list[Choice]:
    """Return what can be chosen of a table of which some rows were read."""
    choices = [_choice("count", _("Number of rows"), number_words(Decimal(table.total)))]
    for column in table.columns:
        first = _readable(table.rows[0].get(column), table) if table.rows else None
        if first is None:
            continue
        name = _name(column)
        choices.append(_choice(f"first:{column}", _("%s in the first row") % name, said(first)))
        is_whole = len(table.rows) == table.total
        last = _readable(table.rows[-1].get(column), table) if is_whole else None
        in_last = _("%s in the last row") % name
        choices.append(_choice(f"last:{column}", in_last, said(last) if last else ""))
        if first.kind == ValueKind.NUMBER:
            choices.append(_choice(f"sum:{column}", _("Sum of %s over all rows") % name, ""))
    return [one for one in choices if len(one["pick"]) <= LONGEST_PICK][:MOST_CHOICES]


def offered_paths(document: Any) -> list[Choice]:
    """Return the values in a JSON document that can be chosen, each by the way to it."""
    choices = []
    for way, value in _leaves(document, ()):
        pick = f"path:{json.dumps(way)}"
        if len(pick) <= LONGEST_PICK:
            label = " › ".join(
                _name(str(step + 1 if isinstance(step, int) else step)) for step in way
            )
            choices.append(_choice(pick, label or _("The whole answer"), said(value)))
        if len(choices) == MOST_CHOICES:
            break
    return choices


def _leaves(
    value: Any, way: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Scalar]]:
    if len(way) > DEEPEST:
        return
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(below, (*way, name))
    elif isinstance(value, list):
        for place, below in enumerate(value[:MOST_OF_A_LIST]):
            yield from _leaves(below, (*way, place))
    else:
        found = _quietly(value)
        if found is not None:
            yield way, found


def _readable(value: Any, table: Rows) -> Scalar | None:
    return _quietly(value, has_comma=table.has_comma)


def _quietly(value: Any, *, has_comma: bool = False) -> Scalar | None:
    try:
        return scalar(value, has_comma=has_comma)
    except SourceTrouble:
        return None


def _choice(pick: str, label: str, value: str) -> Choice:
    return {"pick": pick, "label": label, "value": value}


def _name(text: str) -> str:
    """Return the name of a field as it may be shown: short, without signs that are not seen."""
    seen = "".join(sign for sign in text if sign.isprintable())
    return seen if len(seen) <= LONGEST_NAME else f"{seen[:LONGEST_NAME]}…"


# ── finding again ───────────────────────────────────────────────────────────────────────────────
def at_path(document: Any, pick: str) -> Scalar:
    """Return the value a path leads to; raise SourceTrouble when it leads nowhere any more."""
    for step in json.loads(pick.removeprefix("path:")):
        # A word has places too, but none that somebody chose.
        if not isinstance(document, dict if isinstance(step, str) else list):
            raise SourceTrouble(Trouble.CHANGED)
        try:
            document = document[step]
        except (KeyError, IndexError) as gone:
            raise SourceTrouble(Trouble.CHANGED) from gone
    return _needed(scalar(document))


def in_row(row: dict[str, Any], column: str, table: Rows) -> Scalar:
    """Return the value of a column in a row; raise SourceTrouble when there is none."""
    if column not in row:
        raise SourceTrouble(Trouble.CHANGED)
    return _needed(scalar(row[column], has_comma=table.has_comma))


def add_up(rows: list[dict[str, Any]], column: str, table: Rows) -> Decimal:
    """Add a column up exactly; empty cells count nothing, words are trouble."""
    total = Decimal(0)
    with localcontext(prec=60):
        for row in rows:
            if column not in row:
                raise SourceTrouble(Trouble.CHANGED)
            if row[column] in (None, ""):
                continue
            value = in_row(row, column, table)
            if value.number is None:
                raise SourceTrouble(Trouble.NO_NUMBER)
            total += value.number
    return total


def _needed(value: Scalar | None) -> Scalar:
    if value is None:
        raise SourceTrouble(Trouble.NO_NUMBER)
    return value
