"""Values in the reader's way of writing."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from initiatives.models import ValueKind
from initiatives.values.reported import Reported


def number_words(number: Decimal) -> str:
    """Return a number in the reader's way, grouped, with all its decimals and no more."""
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    decimals = len(plain.partition(".")[2])
    return str(number_format(Decimal(plain), decimal_pos=decimals, force_grouping=True))


def echo(value: Reported) -> str:
    """Return how a report was understood, for the person who typed it."""
    if value.kind in {ValueKind.NUMBER, ValueKind.CHANGE}:
        return _echo_number(value)
    if value.date is not None:
        return _("The date %s") % date_format(value.date, "DATE_FORMAT")
    if value.kind == ValueKind.YES_NO:
        return _("Yes") if value.yes else _("No")
    if value.kind == ValueKind.IN_PROGRESS:
        return _("Still in progress, no value yet")
    return _("The words “%s”: shown as they are, not plotted") % value.text


def _echo_number(value: Reported) -> str:
    number = number_words(value.number or Decimal(0))
    if value.qualifier:
        number = f"{value.qualifier.label} {number}"
    if value.kind == ValueKind.CHANGE:
        return _("A change of %(number)s per cent against %(year)d") % {
            "number": number,
            "year": value.base_year,
        }
    if value.text:
        return _("The number %(number)s, with the words “%(words)s”") % {
            "number": number,
            "words": value.text,
        }
    return _("The number %s") % number
