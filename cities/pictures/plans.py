"""Plan charts: milestones as bars over months, with what slipped and what is only roughly known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.pictures.months import MonthScale
from cities.pictures.scales import Tick, shortened

# About how wide a letter is: bold for names, plain for dates.
BOLD, PLAIN = 6.9, 6.7
HEAD = 34
LEFT = 8


@dataclass(frozen=True)
class Frame:
    """The paper of a plan; on a telephone a row's date has a line of its own."""

    width: int
    row: int
    steps: tuple[int, ...]
    most_ticks: int
    date_below: bool


WIDE = Frame(680, 40, (1, 3, 12, 24, 60, 120, 1200), 12, date_below=False)
NARROW = Frame(340, 60, (1, 3, 6, 12, 24, 60, 120, 1200), 5, date_below=True)


@dataclass(frozen=True)
class Look:
    """How a state is drawn: names of our styles, and colour and strength for paper."""

    styles: str
    colour: str
    strength: float

    @property
    def rough(self) -> float:
        """The strength of what is known roughly: never as solid as what is exact."""
        return min(self.strength, 0.45)


LOOKS = {
    "done": Look("pic-fill-1 pic-stroke-1", "#0b5c63", 1),
    "current": Look("pic-fill-2 pic-stroke-2", "#c2512b", 0.55),
    "todo": Look("pic-fill-1 pic-stroke-1", "#0b5c63", 0.12),
    "silent": Look("pic-fill-4 pic-stroke-4", "#8a6108", 0.2),
    "dropped": Look("pic-dropped", "#888888", 0.05),
}


@dataclass(frozen=True)
class PlanRow:
    """One milestone. `end` is its last day; without dates it is listed with `words` alone.

    precision: "day" is exact; anything coarser (month, quarter, year…) is drawn as rough.
    state: a key of LOOKS; "silent" is what should be done by now and about which nothing was
    said. The first plan, if it slipped, is drawn below.
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
    words_below: bool
    y: float
    bar_y: float
    x: float | None
    width: float
    is_day: bool
    is_rough: bool
    look: Look
    first_x: float | None
    first_width: float
    title: str


@dataclass(frozen=True)
class PlanChart:
    """Rows over a month-grained axis, with today's line where it falls inside.

    The legend has what occurs: words, a look, and a kind (bar, rough or first).
    """

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
    legend: tuple[tuple[str, Look, str], ...] = ()
    narrow: "PlanChart | None" = None
    template: str = "components/pictures/plan_chart.svg.html"


def plan_chart(id: str, title: str, rows: Sequence[PlanRow], *, today: date) -> PlanChart:
    """Milestones in the order given, over whole months from the earliest to the latest date."""
    narrow = _in_frame(NARROW, f"{id}-narrow", title, rows, today)
    return _in_frame(WIDE, id, title, rows, today, narrow=narrow)


def _in_frame(
    frame: Frame,
    id: str,
    title: str,
    rows: Sequence[PlanRow],
    today: date,
    narrow: PlanChart | None = None,
) -> PlanChart:
    left, right = LEFT, frame.width - LEFT
    days = [
        day for row in rows for day in (row.start, row.end, row.first_start, row.first_end) if day
    ]
    at = MonthScale.over(days, left, right)
    bottom = HEAD + frame.row * max(1, len(rows))

    drawn = tuple(
        _drawn(row, HEAD + place * frame.row, at, frame) for place, row in enumerate(rows)
    )
    return PlanChart(
        id=id,
        title=title,
        description=_description(rows, days),
        width=frame.width,
        height=bottom + 10,
        left=left,
        right=right,
        top=HEAD,
        bottom=bottom,
        months=at.ticks(frame.steps, frame.most_ticks) if days else (),
        rows=drawn,
        today=at(today) if days and at.holds(today) else None,
        today_label=_("Today"),
        legend=_legend(rows, drawn),
        narrow=narrow,
    )


def _drawn(row: PlanRow, y: float, at, frame: Frame) -> DrawnRow:
    end = row.end or row.start
    x = at(row.start) if row.start else None
    first_end = row.first_end or row.first_start
    slipped = row.first_start is not None and (row.first_start, first_end) != (row.start, end)
    first_x = at(row.first_start) if slipped and row.first_start else None
    told = row.words or _span(row.start, end)
    beside = 0.0 if frame.date_below else len(told) * PLAIN + 8
    return DrawnRow(
        label=shortened(row.label, max(20, int((frame.width - 18 - beside) / BOLD))),
        words=shortened(told, int((frame.width - 18) / PLAIN)),
        words_below=frame.date_below,
        y=y,
        bar_y=frame.row - 18,
        x=x,
        width=max(6.0, round(at(end, after=True) - x, 1)) if x is not None and end else 0.0,
        is_day=row.precision == "day" and row.start is not None and row.start == end,
        is_rough=row.precision != "day",
        look=LOOKS[row.state],
        first_x=first_x,
        first_width=(
            max(6.0, round(at(first_end, after=True) - first_x, 1))
            if first_x is not None and first_end
            else 0.0
        ),
        title=f"{row.label}: {told}",
    )


def _legend(
    rows: Sequence[PlanRow], drawn: Sequence[DrawnRow]
) -> tuple[tuple[str, Look, str], ...]:
    """What the marks of a plan mean: only those that it has."""
    names = {
        "done": _("Done"),
        "current": _("In progress"),
        "todo": _("To come"),
        "silent": _("Not reported"),
        "dropped": _("Dropped"),
    }
    states = {row.state for row in rows if row.start}
    told = [(names[state], LOOKS[state], "bar") for state in LOOKS if state in states]
    if any(row.is_rough and row.x is not None for row in drawn):
        told.append((_("Date roughly known"), LOOKS["todo"], "rough"))
    if any(row.first_x is not None for row in drawn):
        told.append((_("First plan"), LOOKS["dropped"], "first"))
    return tuple(told)


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
