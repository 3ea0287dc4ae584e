"""Drawing one strip of a Gantt chart: everything of one look becomes one path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.pictures.gantt_rows import Arrow, GanttRow, Label, Phase, Shape, Strip
from cities.pictures.months import MonthScale
from cities.pictures.plans import LOOKS
from cities.pictures.scales import shortened

STATES = ("done", "current", "todo", "silent", "dropped")
LETTER, SMALL_LETTER = 6.6, 6.1


@dataclass(frozen=True)
class Frame:
    """The paper: on a telephone a row's name has a line of its own above its bar."""

    width: int
    label: int
    row: int
    bar: int
    steps: tuple[int, ...]
    most_ticks: int
    rows: int


# So many rows as fit on a page of A4 lying on its side.
WIDE = Frame(960, 300, 26, 5, (1, 3, 12, 24, 60, 120, 1200), 11, 22)
NARROW = Frame(340, 0, 44, 24, (3, 6, 12, 24, 60, 120, 1200), 4, 24)
HEAD, PHASES = 26, 22
LINE, MOST_LINES = 15, 4


class Drawing:
    """One strip while it is drawn."""

    def __init__(
        self,
        frame: Frame,
        scale: MonthScale,
        rows: Sequence[GanttRow],
        phases: Sequence[Phase],
        arrows: Sequence[Arrow],
        today: date,
        numbers: Mapping[int, str],
    ) -> None:
        self.frame, self.scale, self.rows = frame, scale, rows
        self.phases, self.today = phases, today
        self.bands = self._bands()
        lines = max((len(lines) for _left, _width, lines in self.bands), default=0)
        self.top = HEAD + (PHASES + LINE * max(0, lines - 1) if phases else 0)
        self.places = {row.key: (number, row) for number, row in enumerate(rows)}
        self.arrows = arrows
        self.numbers = numbers

    def strip(self, id: str, title: str, has_dates: bool) -> Strip:
        """Put everything together."""
        frame, scale = self.frame, self.scale
        height = self.top + frame.row * len(self.rows) + 14
        is_inside = has_dates and scale.holds(self.today)
        return Strip(
            id=id,
            title=title,
            description=_description(self.rows),
            width=frame.width,
            height=height,
            top=self.top,
            left=frame.label,
            ticks=scale.ticks(frame.steps, frame.most_ticks) if has_dates else (),
            phases=self.bands,
            labels=tuple(self._labels()),
            lines="".join(
                f"M0 {self._y(number)}H{frame.width}" for number in range(len(self.rows))
            ),
            first_plan=self._first_plan(),
            shapes=tuple(self._shapes()),
            critical="".join(self._bar(row) for row in self.rows if row.is_critical),
            # On a telephone they would lie over the names; the table says them.
            arrows=self._paths(is_critical=False) if frame.label else "",
            critical_arrows=self._paths(is_critical=True),
            today=scale(self.today) if is_inside else None,
            today_label=_("Today"),
        )

    def _y(self, number: int) -> int:
        return self.top + number * self.frame.row

    def _bands(self) -> tuple[tuple[float, float, tuple[str, ...]], ...]:
        """Return where each phase lies, with its name on as many lines as it needs."""
        found = []
        for phase in self.phases:
            left = max(self.scale.left, self.scale(phase.start))
            right = min(self.scale.right, self.scale(phase.end, after=True))
            room = int((right - left - 6) / SMALL_LETTER)
            lines = wrap(phase.label, room, break_long_words=False) if room > 3 else []
            if len(lines) > MOST_LINES:
                lines = [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])]
            names = tuple(shortened(line, room) for line in lines)
            found.append((left, round(right - left, 1), names))
        return tuple(found)

    def _labels(self) -> list[Label]:
        room = self.frame.label or self.frame.width
        found = []
        for number, row in enumerate(self.rows):
            x = 4 + (row.depth - 1) * 12
            letters = int((room - x - 10) / (LETTER + 0.5 * (row.depth == 1)))
            text = shortened(f"{row.number} {row.label}", letters)
            found.append(Label(x, self._y(number) + 17, text, row.depth == 1))
        return [*found, *self._words_for_others()]

    def _words_for_others(self) -> list[Label]:
        """Name what waits for a row in another strip, beside the row's end."""
        found = []
        waiting: dict[int, list[str]] = {}
        for arrow in self.arrows:
            if arrow.after not in self.places and arrow.after in self.numbers:
                waiting.setdefault(arrow.before, []).append(self.numbers[arrow.after])
        for number, row in enumerate(self.rows):
            far = waiting.get(row.key, [])
            if far and row.end:
                text = shortened("→ " + ", ".join(far), 16)
                x = min(self.scale(row.end, after=True) + 8, self.frame.width - len(text) * LETTER)
                found.append(Label(round(x, 1), self._y(number) + self.frame.bar + 11, text))
        return found

    def _bar(self, row: GanttRow) -> str:
        if row.start is None or row.end is None:
            return ""
        x = self.scale(row.start)
        width = max(4.0, round(self.scale(row.end, after=True) - x, 1))
        y = self._y(self.places[row.key][0]) + self.frame.bar
        return f"M{x} {y}h{width}v12h-{width}z"

    def _first_plan(self) -> str:
        """The first plan of what has moved, as a thin line below its bar."""
        found = ""
        for number, row in enumerate(self.rows):
            if row.plan_start and row.plan_end and row.has_moved:
                x = self.scale(row.plan_start)
                end = max(x + 4, self.scale(row.plan_end, after=True))
                found += f"M{x} {self._y(number) + self.frame.bar + 15}H{end}"
        return found

    def _shapes(self) -> list[Shape]:
        found = []
        for state in STATES:
            look = LOOKS[state]
            bars = "".join(self._bar(row) for row in self.rows if row.state == state)
            if bars:
                found.append(Shape(look.styles, look.colour, min(look.strength, 0.3), bars))
        diamonds = self._diamonds()
        for state in STATES:
            look = LOOKS[state]
            for is_rough in (False, True):
                if marks := diamonds.get((state, is_rough), ""):
                    strength = 0.1 if is_rough and state != "done" else max(look.strength, 0.35)
                    found.append(Shape(look.styles, look.colour, strength, marks))
        return found

    def _diamonds(self) -> dict[tuple[str, bool], str]:
        """Return the path of all milestones that are drawn alike, by state and roughness."""
        found: dict[tuple[str, bool], list[str]] = {}
        for number, row in enumerate(self.rows):
            y = self._y(number) + self.frame.bar + 1
            # Several on one day are one mark.
            alike = {(mark.state, mark.is_rough, mark.day) for mark in row.marks}
            for state, is_rough, day in sorted(alike):
                way = f"M{self.scale(day)} {y}l5 5-5 5-5-5z"
                found.setdefault((state, is_rough), []).append(way)
        return {look: "".join(ways) for look, ways in found.items()}

    def _paths(self, *, is_critical: bool) -> str:
        """Lines from the end of one bar to the beginning of another, with their heads."""
        found = ""
        for arrow in self.arrows:
            ends = self.places.get(arrow.before), self.places.get(arrow.after)
            if arrow.is_critical == is_critical and ends[0] and ends[1]:
                found += self._path(*ends[0], *ends[1])
        return found

    def _path(self, from_row: int, before: GanttRow, to_row: int, after: GanttRow) -> str:
        if before.end is None or after.start is None:
            return ""
        x1 = self.scale(before.end, after=True)
        x2 = self.scale(after.start)
        y1 = self._y(from_row) + self.frame.bar + 6
        y2 = self._y(to_row) + self.frame.bar + 6
        if x2 - x1 >= 12:
            way = f"H{round(x1 + 5, 1)}V{y2}"
        else:
            # What waits has begun already: the line goes back between the rows.
            between = self._y(max(from_row, to_row)) + 1
            way = f"H{round(x1 + 5, 1)}V{between}H{round(x2 - 9, 1)}V{y2}"
        return f"M{x1} {y1}{way}H{x2}m-5-4l5 4-5 4"


def _description(rows: Sequence[GanttRow]) -> str:
    dated = [row for row in rows if row.start and row.end]
    told = ngettext("One row.", "%(count)d rows.", len(rows)) % {"count": len(rows)}
    if not dated:
        return f"{told} {_('None of them has dates.')}"
    late = sum(bool(row.plan_end and row.end and row.end > row.plan_end) for row in dated)
    return _("%(rows)s From %(first)s to %(last)s; %(late)d end later than first planned.") % {
        "rows": told,
        "first": date_format(min(row.start for row in dated if row.start), "YEAR_MONTH_FORMAT"),
        "last": date_format(max(row.end for row in dated if row.end), "YEAR_MONTH_FORMAT"),
        "late": late,
    }
