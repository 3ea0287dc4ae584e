"""Scales and ticks: from values to places in a picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format

Number = int | float | Decimal


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is and what is written there."""

    at: float
    label: str


@dataclass(frozen=True)
class Scale:
    """A straight line from values (low to high) to places (start to end)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: Number) -> float:
        """The place of a value, to a tenth of a unit."""
        share = (float(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def words(value: Number, unit: str = "") -> str:
    """A number as people of the language write it: grouped, with no needless zeros."""
    number = Decimal(str(value))
    # Decimal.normalize would write 1000 as 1E+3, which no reader wants.
    number = number.to_integral_value() if number == number.to_integral_value() else number
    text = number_format(number, force_grouping=True)
    return f"{text} {unit}".strip()


def step_for(span: float, wanted: int = 5) -> float:
    """A round step (1, 2, 2.5 or 5 times a power of ten) that cuts a span into about `wanted`."""
    if span <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(span / wanted))
    return next(
        factor * power for factor in (1, 2, 2.5, 5, 10) if span / (factor * power) <= wanted
    )


def axis(
    values: Sequence[Number], start: float, end: float, *, wanted: int = 5, counted: bool = False
) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale that holds zero and all values, with its ticks; from 0 to 1 when there are none.

    Between two things `counted` there is none: their ticks are whole numbers.
    """
    numbers = [float(value) for value in values] or [0.0, 1.0]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    if low == high:
        high = 1.0
    step = step_for(high - low, wanted)
    if counted:
        step = float(max(1, math.ceil(step)))
    first, last = math.floor(low / step), math.ceil(high / step)
    scale = Scale(first * step, last * step, start, end)
    # Multiples are rounded, or 3 * 0.1 would be written 0.30000000000000004.
    marks = [round(count * step, 10) for count in range(first, last + 1)]
    return scale, tuple(Tick(scale(mark), words(mark)) for mark in marks)


def shortened(text: str, letters: int) -> str:
    """A label cut to a length, with an ellipsis; the table beside the picture has it whole."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"
