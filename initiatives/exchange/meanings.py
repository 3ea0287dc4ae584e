"""What a reported value means, in words that tell one meaning from every other.

    12 · over 200 · 9000 “downloads since launch” · -12 % against 2015 · 2022-09-01 · yes · no ·
    in progress · words · words “of another kind”

They do not depend on anybody's language, so that a sheet can pass through many hands.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from cities.tables.cells import CellFault
from initiatives import values
from initiatives.models import Measurement, Qualifier, ValueKind
from initiatives.values import Reported, ValueRefused

WORDS, YES, NO, IN_PROGRESS = "words", "yes", "no", "in progress"


def written(value: Reported | Measurement) -> str:
    """Return what a value means, without loss."""
    if value.number is not None and value.kind in {ValueKind.NUMBER, ValueKind.CHANGE}:
        said = f"{value.qualifier} " if value.qualifier else ""
        against = f" % against {value.base_year}" if value.kind == ValueKind.CHANGE else ""
        behind = f" “{value.text}”" if value.text else ""
        return f"{said}{plain(value.number)}{against}{behind}"
    if value.kind == ValueKind.DATE and value.date is not None:
        return value.date.isoformat()
    if value.kind == ValueKind.YES_NO:
        return YES if value.yes else NO
    if value.kind == ValueKind.IN_PROGRESS:
        return IN_PROGRESS
    return WORDS if value.text == value.as_reported else f"{WORDS} “{value.text}”"


def plain(number: Decimal) -> str:
    """Return a number digit by digit, without noughts that say nothing."""
    told = format(number, "f")
    return told.rstrip("0").rstrip(".") if "." in told else told


def understood(typed: str, meaning: str, unit: str) -> Reported:
    """Return the value that was typed, as its meaning says, or as it leaves no other.

    Raises CellFault for what can be no value, and for what may mean more than one thing.
    """
    try:
        read = values.read(typed, unit=unit)
    except ValueRefused as why:
        raise CellFault(str(why)) from why
    told = {written(one): one for one in read.readings}
    if meaning in told:
        return told[meaning]
    if meaning == WORDS:
        return Reported(ValueKind.TEXT, typed, text=typed)
    if meaning:
        raise CellFault(
            _("“%(value)s” does not mean that. Write one of these under “Understood as”: %(known)s")
            % {"value": typed[:60], "known": " · ".join(told)}
        )
    # Keeping the words is always possible, and raises no doubt.
    if len([one for one in read.readings if one.kind != ValueKind.TEXT]) > 1:
        raise CellFault(
            _("It may mean more than one thing. Write one of these under “Understood as”: %s")
            % " · ".join(told)
        )
    return read.best


def of_a_number(cell: object) -> dict[str, str]:
    """Return what a cell means that holds a number and no text: that number, however written."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return {}
    return {"means": plain(Decimal(str(cell)))}


def of(value: Measurement) -> Reported:
    """Return the value that a row holds already."""
    return Reported(
        ValueKind(value.kind),
        value.as_reported,
        value.number,
        Qualifier(value.qualifier),
        value.base_year,
        value.text,
        value.date,
        value.yes,
    )
