"""Which numbers the database keeps as they are: what it would round is refused at every way in."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

# What the columns of values and targets hold: 20 digits, 6 of them after the decimal mark.
MOST_WHOLE, MOST_DECIMALS = 14, 6
# SQLite keeps decimals as floating numbers, which are exact to so many digits.
DIGITS_OF_A_FLOAT = 15


def is_kept(number: Decimal) -> bool:
    """Say whether a number comes back from the database digit by digit as it went there."""
    if not number.is_finite() or (number and number.adjusted() >= MOST_WHOLE):
        return False
    _sign, digits, exponent = number.as_tuple()
    told = "".join(map(str, digits)).lstrip("0")
    without_noughts = told.rstrip("0")
    last = len(told) - len(without_noughts) + int(exponent)
    return not told or (last >= -MOST_DECIMALS and len(without_noughts) <= most_digits())


def most_digits() -> int:
    """Return how many digits the database keeps."""
    return DIGITS_OF_A_FLOAT if connection.vendor == "sqlite" else MOST_WHOLE + MOST_DECIMALS


def refusal(words: str) -> str:
    """Return why a number is not taken, and what to do."""
    return _(
        "“%(value)s” cannot be kept exactly: at most %(whole)d digits before the decimal mark, "
        "%(decimals)d after it and %(digits)d in all. Use a larger unit, or write it in words."
    ) % {
        "value": words,
        "whole": MOST_WHOLE,
        "decimals": MOST_DECIMALS,
        "digits": most_digits(),
    }


def check(name: str, number: Decimal | None) -> None:
    """Raise ValidationError for the field of that name when its number would be rounded."""
    if number is not None and not is_kept(number):
        raise ValidationError({name: ValidationError(refusal(format(number, "f")), code="exact")})
