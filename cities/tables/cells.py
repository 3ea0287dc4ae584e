"""The text of one cell: cleaned on the way in, harmless to spreadsheets on the way out."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

# What makes a spreadsheet take text for a formula, with the full-width forms of the signs.
FORMULA = re.compile(r"^'*[=+\-@\t\r\n＝＋－＠]")
GUARDED = re.compile(r"^''*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"^[-+]?[0-9]+([.,][0-9]+)?$")
# Control characters that no text needs; a vertical tab is how Word breaks a line.
USELESS = re.compile(r"[\x01-\x08\x0c\x0e-\x1f\x7f\ufeff]")

Cell = str | int


class CellFault(Exception):
    """What stands in a cell cannot be taken; the words say what is expected."""


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would compute; numbers stay numbers."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


def unguard(text: str) -> str:
    """Take away exactly what `guard` added."""
    return text[1:] if GUARDED.match(text) else text


def clean(text: str) -> str:
    """Return text as it is kept: plain line ends, nothing invisible; NUL raises CellFault."""
    if "\0" in text:
        raise CellFault(_("It holds a character that no text has (NUL)."))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    return USELESS.sub("", text).strip()


def as_text(value: object) -> str:
    """Return what a cell of a workbook says, as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        at_midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if at_midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
