"""Plan charts: milestones as bars over months, with what slipped and what is only roughly known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.pictures.scales import Tick, shortened

LONGEST_IN_MONTHS = 36
RIGHT = 672
ROW = 40
# About how wide a letter is: bold for names, plain for dates.
BOLD, PLAIN = 6.9, 6.7
HEAD = 34


@dataclass(frozen=True)
class PlanRow:
    """One milestone. `end` is its last day; without dates it is listed with `words` alone.

    precision: "day" is exact; anything coarser (month, quarter, year…) is drawn as rough.
    state: "done", "current" or "todo". The first plan, if it slipped, is drawn below.
    """

    label: str
    start: date | None
    end: date | None = None
    precision: str = "day"
    state: str = "todo"
    words: str = ""
    first_start: date | None = None
    first_end: date | None = None


@dataclass(frozen=True)
class DrawnRow:
    """A row in its place: a bar, a diamond for a single day, or words."""

    label: str
    words: str
    y: float
    x: float | None
    width: float
    is_day: bool
    is_rough: bool
    state: str
    first_x: float | None
    first_width: float
    title: str


@dataclass(frozen=True)
class PlanChart:
    """Rows over a month-grained axis, with today's line where it falls inside."""

    id: str
    title: str
    description: str
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    months: tuple[Tick, ...]
    rows: tuple[DrawnRow, ...]
    today: float | None
    today_label: str
    template: str = "components/pictures/plan_chart.svg.html"


def plan_chart(id: str, title: str, rows: Sequence[PlanRow], *, today: date) -> PlanChart:
    """Milestones in the order given, over whole months from the earliest to the latest date."""
    width, left, right = 680, 8, RIGHT
    days = [
        day for row in rows for day in (row.start, row.end, row.first_start, row.first_end) if day
    ]
    low, high = (_month(min(days)), _month(max(days)) + 1) if days else (0, 1)
    bottom = HEAD + ROW * max(1, len(rows))

    def at(day: date, *, after: bool = False) -> float:
        # A month is one unit wide, whatever its days: plans are read by months.
        part = (day.day - 1 + after) / _days_in_month(day)
        return round(left + (right - left) * (_month(day) + part - low) / (high - low), 1)

    inside = bool(days) and low <= _month(today) < high
    return PlanChart(
        id=id,
        title=title,
        description=_description(rows, days),
        width=width,
        height=bottom + 10,
        left=left,
        right=right,
        top=HEAD,
        bottom=bottom,
        months=_ticks(low, high, left, right) if days else (),
        rows=tuple(_drawn(row, HEAD + place * ROW, at) for place, row in enumerate(rows)),
        today=at(today) if inside else None,
        today_label=_("Today"),
    )


def _drawn(row: PlanRow, y: float, at) -> DrawnRow:
    end = row.end or row.start
    x = at(row.start) if row.start else None
    first_end = row.first_end or row.first_start
    slipped = row.first_start is not None and (row.first_start, first_end) != (row.start, end)
    first_x = at(row.first_start) if slipped and row.first_start else None
    told = row.words or _span(row.start, end)
    room = int((RIGHT - 24 - len(told) * PLAIN) / BOLD)
    return DrawnRow(
        label=shortened(row.label, max(20, min(56, room))),
        words=told,
        y=y,
        x=x,
        width=max(6.0, round(at(end, after=True) - x, 1)) if x is not None and end else 0.0,
        is_day=row.precision == "day" and row.start is not None and row.start == end,
        is_rough=row.precision != "day",
        state=row.state,
        first_x=first_x,
        first_width=(
            max(6.0, round(at(first_end, after=True) - first_x, 1))
            if first_x is not None and first_end
            else 0.0
        ),
        title=f"{row.label}: {told}",
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _days_in_month(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - day.replace(day=1)).days


def _ticks(low: int, high: int, left: float, right: float) -> tuple[Tick, ...]:
    """A mark on every month, quarter or year, as many as have room."""
    span = high - low
    step = 1 if span <= 12 else 3 if span <= LONGEST_IN_MONTHS else 12
    marks = [month for month in range(low, high) if month % step == 0]
    shown = "Y" if step == 12 else "M Y"
    return tuple(
        Tick(
            round(left + (right - left) * (month - low) / span, 1),
            date_format(date(month // 12, month % 12 + 1, 1), shown),
        )
        for month in marks
    )


def _span(start: date | None, end: date | None) -> str:
    if start is None:
        return _("no date")
    if end is None or end == start:
        return date_format(start)
    return f"{date_format(start)} – {date_format(end)}"


def _description(rows: Sequence[PlanRow], days: Sequence[date]) -> str:
    if not rows:
        return _("No milestones yet.")
    told = "; ".join(f"{row.label}: {row.words or _span(row.start, row.end)}" for row in rows)
    if not days:
        return f"{told}."
    return _("From %(first)s to %(last)s. %(rows)s.") % {
        "first": date_format(min(days), "YEAR_MONTH_FORMAT"),
        "last": date_format(max(days), "YEAR_MONTH_FORMAT"),
        "rows": told,
    }
