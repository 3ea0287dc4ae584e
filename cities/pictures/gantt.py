"""Gantt charts of whole programmes: many rows, their milestones, and what waits for what.

Marks of one look are one path, so that a chart of 250 rows and 1,000 milestones stays small. It is
cut into strips of some twenty rows, each with the months above it: on paper no row is cut in two.
"""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from cities.pictures.gantt_rows import Arrow, Gantt, GanttRow, Mark, Phase, Strip
from cities.pictures.gantt_strips import NARROW, WIDE, Drawing, Frame
from cities.pictures.months import MonthScale

__all__ = ["Arrow", "Gantt", "GanttRow", "Mark", "Phase", "gantt"]


def gantt(
    id: str,
    title: str,
    rows: Sequence[GanttRow],
    *,
    phases: Sequence[Phase] = (),
    arrows: Sequence[Arrow] = (),
    today: date,
) -> Gantt:
    """Draw the rows in the order given, all on one scale of months."""
    days = [
        day
        for row in rows
        for day in (row.start, row.end, row.plan_start, row.plan_end)
        if day is not None
    ]
    within = (min(days), max(days)) if days else None
    # Phases far from every row would press the rows together.
    bands = [one for one in phases if within and one.start <= within[1] and one.end >= within[0]]

    numbers = {row.key: row.number for row in rows}

    def strips(frame: Frame, suffix: str) -> tuple[Strip, ...]:
        scale = MonthScale.over(days, frame.label + 8, frame.width - 8)
        pieces = [rows[at : at + frame.rows] for at in range(0, len(rows), frame.rows)]
        return tuple(
            Drawing(frame, scale, piece, bands, arrows, today, numbers).strip(
                f"{id}{suffix}-{number}", _title(title, number, len(pieces)), bool(days)
            )
            for number, piece in enumerate(pieces, start=1)
        )

    return Gantt(strips(WIDE, ""), strips(NARROW, "-narrow"), _legend(rows, arrows))


def _title(title: str, number: int, of: int) -> str:
    return f"{title} ({number}/{of})" if of > 1 else title


def _legend(rows: Sequence[GanttRow], arrows: Sequence[Arrow]) -> tuple[tuple[str, str], ...]:
    """What the marks mean: only those that there are. Kind and words."""
    bars = {
        "done": _("Completed"),
        "current": _("Under way"),
        "todo": _("Planned"),
        "dropped": _("Stopped"),
    }
    shown = {row.state for row in rows if row.start}
    found = [(f"bar-{state}", name) for state, name in bars.items() if state in shown]
    states = {mark.state for row in rows for mark in row.marks}
    names = {
        "done": _("Milestone reached"),
        "current": _("Milestone under way"),
        "todo": _("Milestone to come"),
        "silent": _("Milestone not reported"),
    }
    found += [(f"mark-{state}", name) for state, name in names.items() if state in states]
    if any(row.has_moved for row in rows):
        found.append(("first", _("First plan")))
    if arrows:
        found.append(("arrow", _("The second waits for the first")))
    if any(row.is_critical for row in rows):
        found.append(("critical", _("Longest chain")))
    return tuple(found)
