"""Dates as precise as they are known: read from what people type, written back in words.

A partial date is a span of days with the precision at which it is known: "third quarter of 2021"
is 2021-07-01 to 2021-09-30, precision quarter. Days come before months ("08/02/2021" is the
eighth of February). Nothing is guessed: a date without a year is refused with examples.
"""

from initiatives.dates.ahead import refuse_ahead
from initiatives.dates.partial import (
    Measured,
    PartialDate,
    by_columns,
    ends,
    in_order_only,
    last_unit,
    of_day,
    read,
    read_as_of,
    read_by,
    unit_from,
)
from initiatives.dates.reading import (
    BY_WHEN,
    EXAMPLES,
    LONGEST_TEXT,
    DateNotUnderstood,
    compact,
    parse,
    told,
)
from initiatives.dates.writing import words

__all__ = [
    "BY_WHEN",
    "EXAMPLES",
    "LONGEST_TEXT",
    "DateNotUnderstood",
    "Measured",
    "PartialDate",
    "by_columns",
    "compact",
    "ends",
    "in_order_only",
    "last_unit",
    "of_day",
    "parse",
    "read",
    "read_as_of",
    "read_by",
    "refuse_ahead",
    "told",
    "unit_from",
    "words",
]
