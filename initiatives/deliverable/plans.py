"""The "10000m plan": each initiative from first to last, in pictures that fit a sheet of paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cities.pictures import PlanRow, plan_chart
from initiatives import dates, pictures
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.drawing import block_of
from initiatives.deliverable.facts import Facts
from initiatives.models import Initiative, Milestone, MilestoneStatus
from initiatives.pictures import Figure

# As many rows as a page of A4 takes beside its heading and its legend.
ROWS_ON_A_PAGE = 17
COLUMNS_WHOLE = 4


def whole_plan(facts: Facts) -> list[Block]:
    """Return the plan as pictures, each with its table: milestones below their initiative."""
    dated = [(one, _dated(one)) for one in facts.initiatives]
    groups = [(one, stones) for one, stones in dated if stones]
    parts = list(_parts(groups))
    found = []
    for number, part in enumerate(parts, start=1):
        caption = _("Plan of the whole roadmap")
        if len(parts) > 1:
            caption = _("%(caption)s, part %(number)d of %(all)d") % {
                "caption": caption, "number": number, "all": len(parts),
            }  # fmt: skip
        found.append(_picture(facts, f"whole-plan-{number}", caption, part))
    return found


def plan_of(initiative: Initiative, facts: Facts) -> list[Block]:
    """Return the milestones of one initiative as a picture with its table."""
    stones = list(initiative.milestones.all())
    figure = pictures.plan_of(initiative, stones, facts.on)
    if figure is None:
        return []
    rows = [(pictures.plan_row(one, facts.on), 1) for one in stones]
    return [block_of(figure, [3, 2.2, 1, 1.3, 1.2], plan=_native(rows, facts.on))]


def _dated(initiative: Initiative) -> list[Milestone]:
    return [one for one in initiative.milestones.all() if one.starts_on]


Group = tuple[Initiative, list[Milestone]]


def _parts(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Cut the plan so that an initiative stays with its milestones where it can.

    With many initiatives each stands in a row of its own, and its milestones in its charter.
    """
    rows = sum(1 + len(stones) for _one, stones in groups)
    if rows > COLUMNS_WHOLE * ROWS_ON_A_PAGE:
        groups = [(one, []) for one, _stones in groups]
    part: list[Group] = []
    used = 0
    for one, stones in groups:
        for at in range(0, max(1, len(stones)), ROWS_ON_A_PAGE - 1):
            some = stones[at : at + ROWS_ON_A_PAGE - 1]
            if part and used + 1 + len(some) > ROWS_ON_A_PAGE:
                yield part
                part, used = [], 0
            part.append((one, some))
            used += 1 + len(some)
    if part:
        yield part


def _picture(facts: Facts, name: str, caption: str, part: Sequence[Group]) -> Block:
    rows: list[tuple[PlanRow, int]] = []
    table: list[list[Any]] = []
    for one, stones in part:
        level = getattr(one, "level", 0)
        whole = _whole(one, level)
        rows.append((whole, 0))
        rows += [(pictures.plan_row(stone, facts.on, before="– "), 1) for stone in stones]
        if not stones:
            table.append([one.name, "", whole.words, "", ""])
        table += [[one.name, *row] for row in (_row(stone, facts.on) for stone in stones)]
    drawn = plan_chart(name, caption, [row for row, _level in rows], today=facts.on)
    columns = [_("Initiative"), _("Milestone"), _("When"), _("Original plan"), _("State")]
    figure = Figure(f"{name}-table", caption, drawn, columns, table)
    return block_of(figure, [2.2, 3, 2, 1.3, 1.2], plan=_native(rows, facts.on))


def _row(stone: Milestone, on: date) -> list[str]:
    _code, standing = pictures.standing(stone, on)
    return [stone.title, dates.told(dates.read(stone)), pictures.slip(stone), standing]


def _whole(initiative: Initiative, level: int) -> PlanRow:
    stones = _dated(initiative)
    start = min(one.starts_on for one in stones if one.starts_on)
    end = max(one.ends_on or one.starts_on for one in stones if one.starts_on)
    done = all(one.status != MilestoneStatus.PLANNED for one in stones)
    return PlanRow(
        label="· " * level + initiative.name,
        start=start,
        end=end,
        precision="day",
        state="done" if initiative.status == "done" or done else "current",
        words=pictures.span_words(start, end),
    )


def _native(rows: Sequence[tuple[PlanRow, int]], on: date) -> dict[str, Any]:
    """Return the rows as slides draw them: with days, so that a chart can be edited."""
    return {
        "today": on.isoformat(),
        "rows": [
            {
                "label": row.label.removeprefix("– "),
                "level": level,
                "start": row.start.isoformat(),
                "end": (row.end or row.start).isoformat(),
                "state": row.state,
                "words": row.words,
            }
            for row, level in rows
            if row.start
        ],
    }
