"""Milestones drawn over the months, with how they stand in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cities.pictures import PlanRow, plan_chart
from initiatives import dates
from initiatives.dates import PartialDate
from initiatives.models import Initiative, Milestone, MilestoneStatus, Precision
from initiatives.pictures.figures import Figure

MOST_ROWS = 60


def plan_of(initiative: Initiative, milestones: Sequence[Milestone], today: date) -> Figure | None:
    """Draw the milestones of an initiative; None when none has a place on the calendar."""
    if not any(milestone.starts_on for milestone in milestones):
        return None
    caption = _("Plan of %s") % initiative.name
    picture = plan_chart(
        f"plan-{initiative.pk}", caption, [plan_row(one, today) for one in milestones], today=today
    )
    return Figure(
        f"plan-table-{initiative.pk}",
        caption,
        picture,
        _plan_columns(),
        _plan_rows(milestones, today),
    )


def plan_of_all(initiatives: Iterable[Initiative], today: date) -> Figure | None:
    """Draw the whole plan of a roadmap: each initiative from first to last, then its milestones.

    Takes initiatives with their milestones fetched.
    """
    drawn: list[PlanRow] = []
    rows: list[list[Any]] = []
    for initiative in initiatives:
        milestones = list(initiative.milestones.all())
        dated = [one for one in milestones if one.starts_on]
        if not dated:
            continue
        drawn += [_whole(initiative, dated)]
        drawn += [plan_row(one, today, before="– ") for one in milestones]
        rows += [[initiative.name, *row] for row in _plan_rows(milestones, today)]
    if not drawn:
        return None
    caption = _("All initiatives and their milestones")
    picture = plan_chart("whole-plan", caption, drawn[:MOST_ROWS], today=today)
    return Figure("whole-plan-table", caption, picture, [_("Initiative"), *_plan_columns()], rows)


def plan_row(milestone: Milestone, today: date, before: str = "") -> PlanRow:
    """Return a milestone as the plan draws it; what is known roughly is drawn roughly."""
    when = dates.read(milestone)
    end = when.ends_on
    if when.starts_on and end is None:
        # An open end is drawn as far as it is known; the words say "from".
        end = dates.unit_from(when.precision, when.starts_on).ends_on
    return PlanRow(
        label=f"{before}{milestone.title}",
        start=when.starts_on,
        end=end,
        precision=when.precision,
        state=_state(milestone, today),
        words=dates.told(when),
        first_start=milestone.plan_starts_on,
        first_end=milestone.plan_ends_on,
    )


def _whole(initiative: Initiative, dated: list[Milestone]) -> PlanRow:
    start = min(one.starts_on for one in dated if one.starts_on)
    end = max(one.ends_on or one.starts_on for one in dated if one.starts_on)
    return PlanRow(
        label=initiative.name,
        start=start,
        end=end,
        precision="day",
        state="done" if initiative.status == "done" else "current",
        words=span_words(start, end),
    )


def _state(milestone: Milestone, today: date) -> str:
    if milestone.status == MilestoneStatus.REACHED:
        return "done"
    if milestone.status == MilestoneStatus.DROPPED:
        return "dropped"
    if is_overdue(milestone, today):
        return "silent"
    started = milestone.starts_on is not None and milestone.starts_on <= today
    return "current" if started else "todo"


def is_overdue(milestone: Milestone, today: date) -> bool:
    """Say whether a milestone's last day has passed without a word that it was reached."""
    planned = milestone.status == MilestoneStatus.PLANNED
    return planned and milestone.ends_on is not None and milestone.ends_on < today


def standing(milestone: Milestone, today: date) -> tuple[str, str]:
    """Return how a milestone stands: a code for its tone, and words."""
    if is_overdue(milestone, today):
        return "not_reported", _("Not reported")
    return milestone.status, milestone.get_status_display()


def span_words(start: date | None, end: date | None) -> str:
    """Return a stretch of months in words; "" when it has no dates."""
    return dates.words(PartialDate(Precision.MONTH, start, end)) if start else ""


def slip(milestone: Milestone) -> str:
    """Return the original plan in words when the dates have moved since; else ""."""
    now = (milestone.precision, milestone.starts_on, milestone.ends_on)
    plan = (milestone.plan_precision, milestone.plan_starts_on, milestone.plan_ends_on)
    if not milestone.plan_precision or milestone.plan_starts_on is None or now == plan:
        return ""
    return dates.words(
        PartialDate(
            Precision(milestone.plan_precision), milestone.plan_starts_on, milestone.plan_ends_on
        )
    )


def _plan_columns() -> list[Any]:
    return [_("Milestone"), _("When"), _("Known to"), _("Original plan"), _("State")]


def _plan_rows(milestones: Iterable[Milestone], today: date) -> list[list[Any]]:
    stands = {one: standing(one, today) for one in milestones}
    return [
        [
            one.title,
            dates.told(dates.read(one)),
            one.get_precision_display(),
            slip(one) or _("unchanged"),
            {"text": words, "state": code},
        ]
        for one, (code, words) in stands.items()
    ]
