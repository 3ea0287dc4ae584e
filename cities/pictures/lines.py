"""Line charts of dated values, with the target they should reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.pictures.scales import Number, Scale, Tick, axis, words

MARKERS = ("circle", "square", "triangle", "diamond", "cross")
DASHES = ("none", "7 4", "2 4", "10 3 2 3", "4 4")
MOST_TICKS = 7


@dataclass(frozen=True)
class DatedValue:
    """A number with its as-of date; `words` is how it was reported ("over 9 000")."""

    on: date
    value: Number
    words: str = ""


@dataclass(frozen=True)
class Series:
    """Values over time under one name."""

    label: str
    values: Sequence[DatedValue]


@dataclass(frozen=True)
class Target:
    """What is to be reached: a number, in words, and by when if that is said."""

    value: Number
    label: str
    by: date | None = None


@dataclass(frozen=True)
class DrawnPoint:
    """A marker in its place; `title` is its date and value in words."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class DrawnSeries:
    """A line and its markers; number, marker and dash tell lines apart without colour."""

    label: str
    number: int
    marker: str
    dash: str
    path: str
    points: tuple[DrawnPoint, ...]
    last: str


@dataclass(frozen=True)
class DrawnTarget:
    """The line of a target, and the place of its flag."""

    y: float
    label: str
    label_y: float
    by_x: float | None


@dataclass(frozen=True)
class LineChart:
    """Lines, both axes, and the target."""

    id: str
    title: str
    description: str
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    zero: float
    series: tuple[DrawnSeries, ...]
    dates: tuple[Tick, ...]
    ticks: tuple[Tick, ...]
    target: DrawnTarget | None
    template: str = "components/pictures/line_chart.svg.html"


def line_chart(
    id: str,
    title: str,
    series: Sequence[Series],
    *,
    unit: str = "",
    target: Target | None = None,
) -> LineChart:
    """Dated values of up to five series; values that are no numbers belong in the table alone."""
    left, right, top, bottom = 60, 620, 30, 262
    values = [point for one in series for point in one.values]
    numbers = [point.value for point in values] + ([target.value] if target else [])
    scale, ticks = axis(numbers, bottom, top)
    days = [point.on for point in values] + ([target.by] if target and target.by else [])
    along, dates = _time_axis(days, left + 12, right - 12)
    return LineChart(
        id=id,
        title=title,
        description=_description(series, unit, target),
        width=640,
        height=304,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        zero=scale(0),
        series=tuple(
            _drawn(one, number, along, scale, unit) for number, one in enumerate(series[:5])
        ),
        dates=dates,
        ticks=ticks,
        target=_drawn_target(target, along, scale) if target else None,
    )


def _drawn(one: Series, number: int, along: Scale, scale: Scale, unit: str) -> DrawnSeries:
    ordered = sorted(one.values, key=lambda point: point.on)
    points = tuple(
        DrawnPoint(
            along(point.on.toordinal()),
            scale(point.value),
            f"{date_format(point.on)}: {point.words or words(point.value, unit)}",
        )
        for point in ordered
    )
    joined = " L".join(f"{point.x} {point.y}" for point in points)
    last = ordered[-1] if ordered else None
    return DrawnSeries(
        label=one.label,
        number=number + 1,
        marker=MARKERS[number],
        dash=DASHES[number],
        path=f"M{joined}" if len(points) > 1 else "",
        points=points,
        last=(last.words or words(last.value, unit)) if last else "",
    )


def _drawn_target(target: Target, along: Scale, scale: Scale) -> DrawnTarget:
    y = scale(target.value)
    return DrawnTarget(
        y=y,
        label=target.label,
        label_y=round(y - 6, 1),
        by_x=along(target.by.toordinal()) if target.by else None,
    )


def _time_axis(days: Sequence[date], start: float, end: float) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale over the days, ticked on firsts of months; a single day stands amid a year."""
    if not days:
        return Scale(0, 1, start, end), ()
    first, last = min(days), max(days)
    if first == last:
        first, last = first - timedelta(days=182), last + timedelta(days=183)
    scale = Scale(first.toordinal(), last.toordinal(), start, end)
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if months / step < MOST_TICKS)
    marks = _firsts(first, last, step)
    shown = "Y" if step >= 12 else "YEAR_MONTH_FORMAT" if step >= 3 else "M Y"
    return scale, tuple(Tick(scale(day.toordinal()), date_format(day, shown)) for day in marks)


def _firsts(first: date, last: date, step: int) -> list[date]:
    """Firsts of every step-th month between two days."""
    count = first.year * 12 + first.month - 1
    count += -count % step
    found = []
    while (day := date(count // 12, count % 12 + 1, 1)) <= last:
        if day >= first:
            found.append(day)
        count += step
    return found


def _description(series: Sequence[Series], unit: str, target: Target | None) -> str:
    parts = []
    for one in series:
        ordered = sorted(one.values, key=lambda point: point.on)
        if not ordered:
            parts.append(_("%(label)s: no values yet.") % {"label": one.label})
            continue
        first, last = ordered[0], ordered[-1]
        told = ngettext("%(label)s: one value, ", "%(label)s: %(count)d values, ", len(ordered))
        ends = [first] if first is last else [first, last]
        span = " – ".join(
            f"{point.words or words(point.value, unit)} ({date_format(point.on)})" for point in ends
        )
        parts.append(told % {"label": one.label, "count": len(ordered)} + span + ".")
    if target:
        parts.append(_("Target: %(target)s.") % {"target": target.label})
    return " ".join(parts)
