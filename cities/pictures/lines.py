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
# How near to one another two dates of the axis may stand, and how near to a line its words.
BETWEEN_DATES, BESIDE_A_LINE = 64, 26


@dataclass(frozen=True)
class Frame:
    """The paper of a chart and where its axes lie; a telephone gets a narrower one."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float


WIDE = Frame(640, 304, 60, 620, 30, 262)
NARROW = Frame(340, 264, 46, 324, 30, 222)


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
    last_anchor: str
    last_dy: float


@dataclass(frozen=True)
class DrawnTarget:
    """The line of a target, its words, and its day where no point stands in the way."""

    y: float
    label: str
    label_y: float
    by_x: float | None


@dataclass(frozen=True)
class LineChart:
    """Lines, both axes, and the target; `narrow` is the same for narrow windows."""

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
    narrow: "LineChart | None" = None
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
    told = title, series, unit, target
    return _in_frame(WIDE, id, *told, narrow=_in_frame(NARROW, f"{id}-narrow", *told))


def _in_frame(
    frame: Frame,
    id: str,
    title: str,
    series: Sequence[Series],
    unit: str,
    target: Target | None,
    narrow: LineChart | None = None,
) -> LineChart:
    values = [point for one in series for point in one.values]
    scale, ticks = _value_axis(
        [point.value for point in values] + ([target.value] if target else []), frame
    )
    days = [point.on for point in values] + ([target.by] if target and target.by else [])
    along, dates = _time_axis(
        days, max((point.on for point in values), default=None), frame.left + 12, frame.right - 12
    )
    drawn_target = _drawn_target(target, values, along, scale) if target else None
    return LineChart(
        id=id,
        title=title,
        description=_description(series, unit, target),
        width=frame.width,
        height=frame.height,
        left=frame.left,
        right=frame.right,
        top=frame.top,
        bottom=frame.bottom,
        zero=scale(0),
        series=tuple(
            _drawn(one, number, along, scale, unit, frame, drawn_target)
            for number, one in enumerate(series[:5])
        ),
        dates=dates,
        ticks=ticks,
        target=drawn_target,
        narrow=narrow,
    )


def _value_axis(numbers: Sequence[Number], frame: Frame) -> tuple[Scale, tuple[Tick, ...]]:
    """An axis that leaves room above the highest number for the words that stand there."""
    scale, ticks = axis(numbers, frame.bottom, frame.top)
    highest = max(map(float, numbers), default=0.0)
    if highest > 0 and scale(highest) - frame.top < BESIDE_A_LINE:
        return axis([*numbers, highest * 1.15], frame.bottom, frame.top)
    return scale, ticks


def _drawn(
    one: Series,
    number: int,
    along: Scale,
    scale: Scale,
    unit: str,
    frame: Frame,
    target: DrawnTarget | None,
) -> DrawnSeries:
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
    at_the_edge = bool(points) and points[-1].x > frame.right - 60
    # Words above a point would lie upon the line of a target that is just above it.
    below = bool(points) and target is not None and 0 <= points[-1].y - target.y < BESIDE_A_LINE
    return DrawnSeries(
        label=one.label,
        number=number + 1,
        marker=MARKERS[number],
        dash=DASHES[number],
        path=f"M{joined}" if len(points) > 1 else "",
        points=points,
        last=(last.words or words(last.value, unit)) if last else "",
        last_anchor="end" if at_the_edge else "middle",
        last_dy=24 if below else -13,
    )


def _drawn_target(
    target: Target, values: Sequence[DatedValue], along: Scale, scale: Scale
) -> DrawnTarget:
    y = scale(target.value)
    by_x = along(target.by.toordinal()) if target.by else None
    # The mark of the day would look like a splinter of a point that stands upon it.
    if by_x is not None and any(
        abs(along(point.on.toordinal()) - by_x) < 10 and abs(scale(point.value) - y) < 16
        for point in values
    ):
        by_x = None
    return DrawnTarget(y=y, label=target.label, label_y=round(y - 7, 1), by_x=by_x)


def _time_axis(
    days: Sequence[date], newest: date | None, start: float, end: float
) -> tuple[Scale, tuple[Tick, ...]]:
    """A scale over the days, ticked on firsts of months and on the newest value.

    A single day stands amid a year.
    """
    if not days:
        return Scale(0, 1, start, end), ()
    first, last = min(days), max(days)
    if first == last:
        first, last = first - timedelta(days=182), last + timedelta(days=183)
    scale = Scale(first.toordinal(), last.toordinal(), start, end)
    months = (last.year - first.year) * 12 + last.month - first.month
    most = int((end - start) / BETWEEN_DATES)
    steps = (1, 2, 3, 6, 12, 24, 60, 120, 1200)
    step = next(step for step in steps if months / step < min(most, 6))
    shown = "Y" if step >= 12 else "M Y"
    marks = [
        Tick(scale(day.toordinal()), date_format(day, shown)) for day in _firsts(first, last, step)
    ]
    if newest is not None:
        newest_tick = Tick(scale(newest.toordinal()), date_format(newest, "M Y"))
        marks = [
            tick
            for tick in marks
            if abs(tick.at - newest_tick.at) >= BETWEEN_DATES and tick.label != newest_tick.label
        ]
        marks.append(newest_tick)
    return scale, tuple(sorted(marks, key=lambda tick: tick.at))


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
