"""Bar charts, upright and lying."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.pictures.scales import Number, Tick, axis, shortened, words


@dataclass(frozen=True)
class Bar:
    """One value with its name; None is a value that is not known, shown as a gap in words."""

    label: str
    value: Number | None
    note: str = ""


@dataclass(frozen=True)
class DrawnBar:
    """A bar in its place, with the place of its name and of its number."""

    x: float
    y: float
    width: float
    height: float
    label: str
    label_x: float
    label_y: float
    value: str
    value_x: float
    value_y: float
    title: str


@dataclass(frozen=True)
class BarChart:
    """Bars, ticks and the line of zero."""

    id: str
    title: str
    description: str
    width: int
    height: int
    bars: tuple[DrawnBar, ...]
    ticks: tuple[Tick, ...]
    zero: float
    start: float
    end: float
    template: str
    narrow: "BarChart | None" = None


def bar_chart(
    id: str, title: str, bars: Sequence[Bar], *, unit: str = "", counted: bool = False
) -> BarChart:
    """Upright bars, for up to about a dozen short names; values share one unit, or are counts."""
    width, height, left, right, top, bottom = 640, 320, 56, 628, 24, 272
    known = [bar.value for bar in bars if bar.value is not None]
    scale, ticks = axis(known, bottom, top, counted=counted)
    zero = scale(0)
    slot = (right - left) / max(1, len(bars))
    thickness = min(64.0, slot * 0.62)
    drawn = []
    for place, bar in enumerate(bars):
        middle = round(left + slot * (place + 0.5), 1)
        end = zero if bar.value is None else scale(bar.value)
        below = bar.value is not None and bar.value < 0
        drawn.append(
            DrawnBar(
                x=round(middle - thickness / 2, 1),
                y=min(zero, end),
                width=round(thickness, 1),
                height=round(abs(end - zero), 1),
                label=shortened(bar.label, max(4, int(slot / 7))),
                label_x=middle,
                label_y=bottom + 24,
                value=_value(bar, unit),
                value_x=middle,
                value_y=round(end + (16 if below else -7), 1),
                title=f"{bar.label}: {_value(bar, unit)}",
            )
        )
    return BarChart(
        id=id,
        title=title,
        description=_description(bars, unit),
        width=width,
        height=height,
        bars=tuple(drawn),
        ticks=ticks,
        zero=zero,
        start=left,
        end=right,
        template="components/pictures/bar_chart.svg.html",
    )


def horizontal_bars(id: str, title: str, bars: Sequence[Bar], *, unit: str = "") -> BarChart:
    """Lying bars, each below its name and number: for long names and many values."""
    narrow = _lying(f"{id}-narrow", title, bars, unit, 340)
    return _lying(id, title, bars, unit, 640, narrow)


def _lying(
    id: str, title: str, bars: Sequence[Bar], unit: str, width: int, narrow: BarChart | None = None
) -> BarChart:
    left, right, row, head = 4, width - 8, 46, 6
    known = [bar.value for bar in bars if bar.value is not None]
    scale, ticks = axis(known, left, right)
    zero = scale(0)
    drawn = []
    for place, bar in enumerate(bars):
        top = head + place * row
        end = zero if bar.value is None else scale(bar.value)
        value = _value(bar, unit)
        drawn.append(
            DrawnBar(
                x=min(zero, end),
                y=top + 20,
                width=round(abs(end - zero), 1),
                height=16,
                label=shortened(bar.label, max(12, int((width - 16) / 7.2) - len(value))),
                label_x=left,
                label_y=top + 13,
                value=value,
                value_x=right,
                value_y=top + 13,
                title=f"{bar.label}: {value}",
            )
        )
    return BarChart(
        id=id,
        title=title,
        description=_description(bars, unit),
        width=width,
        height=head + row * max(1, len(bars)) + 6,
        bars=tuple(drawn),
        ticks=ticks,
        zero=zero,
        start=head,
        end=head + row * max(1, len(bars)),
        template="components/pictures/horizontal_bars.svg.html",
        narrow=narrow,
    )


def _value(bar: Bar, unit: str) -> str:
    if bar.note:
        return bar.note
    return _("not known") if bar.value is None else words(bar.value, unit)


def _description(bars: Sequence[Bar], unit: str) -> str:
    known = [bar for bar in bars if bar.value is not None]
    if not known:
        return _("No values yet.")
    least = min(known, key=lambda bar: float(bar.value or 0))
    most = max(known, key=lambda bar: float(bar.value or 0))
    counted = ngettext("One bar.", "%(count)d bars.", len(bars)) % {"count": len(bars)}
    if least is most:
        return f"{counted} {most.label}: {_value(most, unit)}."
    return _("%(counted)s Lowest: %(low)s (%(low_value)s). Highest: %(high)s (%(high_value)s).") % {
        "counted": counted,
        "low": least.label,
        "low_value": _value(least, unit),
        "high": most.label,
        "high_value": _value(most, unit),
    }
