"""Figures of results in words, and from what people type to the columns of a figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from initiatives import dates, values
from initiatives.dates import Measured, PartialDate
from initiatives.models import Qualifier, ValueKind
from initiatives.values import Reported, ValueRefused
from marketplace.models import DeploymentValue, ResultFigure


def value_words(figure: ResultFigure) -> str:
    """Return the value as it was read, in the reader's way of writing, with its unit."""
    if figure.number is not None and figure.kind == ValueKind.CHANGE:
        return _("{number} % against {year}").format(
            number=_signed(figure.number), year=figure.base_year
        )
    if figure.number is not None:
        number = values.number_words(figure.number).replace("-", "−")
        qualifier = str(figure.get_qualifier_display()) if figure.qualifier else ""
        return " ".join(word for word in (qualifier, number, figure.unit, figure.text) if word)
    if figure.date is not None:
        return date_format(figure.date, "DATE_FORMAT")
    if figure.kind == ValueKind.YES_NO:
        return _("Yes") if figure.yes else _("No")
    if figure.kind == ValueKind.IN_PROGRESS:
        return _("Still in progress")
    return figure.text


def before_words(figure: ResultFigure) -> str:
    """Return what it was before: the number with its unit, or the words of the report."""
    if figure.before_number is None:
        return figure.before_as_reported
    return f"{values.number_words(figure.before_number)} {figure.unit}".strip()


def as_of_words(figure: Measured) -> str:
    """Return the day or period the value holds for, no more precise than it is known."""
    found = dates.read_as_of(figure)
    return dates.words(found) if found else ""


def number_cell(figure: ResultFigure | DeploymentValue) -> str:
    """Return the number for a file, without grouping and with a point, or nothing."""
    return "" if figure.number is None else format(figure.number.normalize(), "f")


def as_of_cell(figure: Measured) -> str:
    """Return a day as 2026-01-31 and a period in English: files do not change with their reader."""
    found = dates.read_as_of(figure)
    if found is None:
        return ""
    if found.starts_on and found.starts_on == found.ends_on:
        return found.starts_on.isoformat()
    with translation.override("en"):
        return dates.words(found)


def line(figure: ResultFigure) -> str:
    """Return a figure with all that goes with it, in one line."""
    said = [f"{figure.label}: {value_words(figure)}"]
    if figure.before_as_reported:
        said.append(_("before: {value}").format(value=before_words(figure)))
    if when := as_of_words(figure):
        said.append(_("as of {when}").format(when=when))
    return "; ".join([*said, *filter(None, [figure.source_url, figure.note])])


def columns(value: Reported) -> dict[str, Any]:
    """Return the columns of a figure that hold a reported value."""
    return {
        "kind": value.kind,
        "as_reported": value.as_reported,
        "number": value.number,
        "qualifier": value.qualifier,
        "base_year": value.base_year,
        "text": value.text,
        "date": value.date,
        "yes": value.yes,
    }


def reported(value: DeploymentValue) -> Reported:
    """Return what somebody confirmed a value to mean, from its columns."""
    return Reported(
        kind=ValueKind(value.kind),
        as_reported=value.as_reported,
        number=value.number,
        qualifier=Qualifier(value.qualifier),
        base_year=value.base_year,
        text=value.text,
        date=value.date,
        yes=value.yes,
    )


def before_columns(typed: str, unit: str) -> dict[str, Any]:
    """Return the columns for what it was before: its words, and its number if it is surely one.

    Raises ValueRefused for what can be no value.
    """
    number = None
    if typed.strip():
        read = values.read(typed, unit=unit)
        if read.is_certain and read.best.kind == ValueKind.NUMBER and not read.best.qualifier:
            number = read.best.number
    return {"before_as_reported": typed.strip(), "before_number": number}


def as_of_columns(as_of: PartialDate | None) -> dict[str, Any]:
    """Return the columns for the day or period a value holds for."""
    if as_of is None or as_of.starts_on is None:
        return {"as_of": None, "period_starts_on": None}
    last = dates.last_unit(as_of)
    return {
        "as_of": last,
        "as_of_precision": as_of.precision,
        "period_starts_on": as_of.starts_on if last != as_of.starts_on else None,
    }


def _signed(number: Decimal) -> str:
    words = values.number_words(abs(number))
    return f"−{words}" if number < 0 else f"+{words}"


__all__ = [
    "ValueRefused",
    "as_of_cell",
    "as_of_columns",
    "as_of_words",
    "before_columns",
    "before_words",
    "columns",
    "line",
    "number_cell",
    "reported",
    "value_words",
]
