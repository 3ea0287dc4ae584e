"""From milestones and values to pictures with their tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cities.pictures import (
    Bar,
    Body,
    DatedValue,
    PlanRow,
    Series,
    horizontal_bars,
    line_chart,
    plan_chart,
    tree_chart,
)
from cities.pictures import Target as TargetLine
from initiatives import dates, series
from initiatives.dates import PartialDate
from initiatives.models import (
    KPI,
    BodyTree,
    Comparison,
    GovernanceBody,
    Initiative,
    Measurement,
    Milestone,
    MilestoneStatus,
    Precision,
    Roadmap,
    Target,
    ValueKind,
    as_trees,
)
from initiatives.values import number_words

MOST_ROWS = 60


@dataclass(frozen=True)
class Figure:
    """What components/picture_with_table.html takes."""

    id: str
    caption: str
    picture: Any
    columns: list[Any]
    rows: list[list[Any]] = field(default_factory=list)


# ── governance ──────────────────────────────────────────────────────────────────────────────────
def governance_of(roadmap: Roadmap, bodies: Sequence[GovernanceBody]) -> Figure | None:
    """Draw who stands above whom; None while there is nobody."""
    if not bodies:
        return None
    names = {body.pk: body.name for body in bodies}
    caption = _("Who reports to whom")
    picture = tree_chart(f"bodies-{roadmap.pk}", caption, [_drawn(one) for one in as_trees(bodies)])
    rows = [
        [
            body.name,
            body.role,
            body.rhythm,
            names.get(body.above_id, "") if body.above_id else "",
        ]
        for body in bodies
    ]
    columns = [_("Body or role"), _("What it does"), _("How often it meets"), _("Reports to")]
    return Figure(f"bodies-table-{roadmap.pk}", caption, picture, columns, rows)


def _drawn(tree: BodyTree) -> Body:
    return Body(tree.body.name, tree.body.rhythm, [_drawn(one) for one in tree.below])


# ── plans ───────────────────────────────────────────────────────────────────────────────────────
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


# ── values ──────────────────────────────────────────────────────────────────────────────────────
def when_measured(measurement: Measurement) -> str:
    """Return as of when a value stands, or its period, in words; "" when that is not known."""
    as_of = dates.read_as_of(measurement)
    return dates.words(as_of) if as_of else ""


def is_plotted(measurement: Measurement) -> bool:
    """Say whether a value can be compared: a current number with a date, in today's unit."""
    return (
        measurement.kind == ValueKind.NUMBER
        and measurement.as_of is not None
        and measurement.corrected_by_id is None
        and not measurement.is_former
    )


def chart_of(
    kpi: KPI, measurements: Sequence[Measurement], targets: Sequence[Target]
) -> Figure | None:
    """Draw the numbers of a KPI and its next target; None when nothing can be compared.

    One number without a target is a number, and no picture.
    """
    plotted = [one for one in measurements if is_plotted(one)]
    caption = f"{kpi.name} ({kpi.unit})" if kpi.unit else kpi.name
    target = next((one for one in targets if can_be_drawn(one)), None)
    if len(plotted) + bool(target) < 2 or not plotted:
        return None
    if len({one.as_of for one in plotted}) > 1:
        picture: Any = line_chart(
            f"kpi-{kpi.pk}",
            caption,
            _series(kpi, plotted),
            unit=kpi.unit,
            target=_line(target) if target else None,
        )
    else:
        bars = [Bar(_bar_label(one), one.number, one.as_reported) for one in plotted]
        if target:
            bars.append(Bar(_("Target: %s") % target_words(target), target.value))
        picture = horizontal_bars(f"kpi-{kpi.pk}", caption, bars, unit=kpi.unit)
    return Figure(f"kpi-table-{kpi.pk}", caption, picture, *_table_of(plotted))


def _series(kpi: KPI, plotted: Sequence[Measurement]) -> list[Series]:
    """Return a line for each city of a consortium, and their sum where they may be added up."""
    lines = [
        Series(city.name if city else _("All cities together"), [_point(one) for one in values])
        for city, values in series.by_city(plotted).items()
    ]
    if len(lines) == 1:
        return [Series(kpi.name if plotted[0].city_id is None else lines[0].label, lines[0].values)]
    sums = series.sums(plotted) if kpi.adds_up else []
    if sums:
        lines.insert(0, Series(_("Sum of the cities"), [DatedValue(*sum_at) for sum_at in sums]))
    return lines


def _bar_label(measurement: Measurement) -> str:
    when = when_measured(measurement)
    return f"{measurement.city.name}, {when}" if measurement.city else when


def _table_of(plotted: Sequence[Measurement]) -> tuple[list[Any], list[list[Any]]]:
    """Return columns and rows; how a value was reported stands there where it says more."""
    columns: list[Any] = [_("As of"), {"label": _("Value"), "numeric": True}]
    rows: list[list[Any]] = []
    for one in plotted:
        number = number_words(one.number) if one.number is not None else ""
        reported = "" if one.as_reported == number else one.as_reported
        city = one.city.name if one.city else ""
        rows.append([when_measured(one), {"text": number, "numeric": True}, reported, city])
    more = [(2, _("As reported")), (3, _("City"))]
    shown = [(at, label) for at, label in more if any(row[at] for row in rows)]
    return (
        [*columns, *(label for _at, label in shown)],
        [[*row[:2], *(row[at] for at, _label in shown)] for row in rows],
    )


def _point(measurement: Measurement) -> DatedValue:
    assert measurement.as_of is not None  # noqa: S101 - is_plotted saw to it
    return DatedValue(measurement.as_of, measurement.number or 0, measurement.as_reported)


def can_be_drawn(target: Target) -> bool:
    """Say whether a target is a number that holds and can stand in a picture."""
    comparable = {Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY}
    current = target.superseded_by_id is None and not target.is_former
    return current and target.value is not None and target.comparison in comparable


def _line(target: Target) -> TargetLine:
    return TargetLine(target.value or 0, target_words(target), target.due_on)


def target_words(target: Target) -> str:
    """Return a target in words: "At least 30 by 2022"."""
    said = _comparison_words(target)
    if target.due_on is not None:
        by = dates.words(dates.unit_from(target.precision, target.due_on))
        said = _("%(target)s by %(date)s") % {"target": said, "date": by}
    if target.text and target.value is not None:
        said = f"{said} ({target.text})"
    return said


def _comparison_words(target: Target) -> str:
    if target.comparison == Comparison.NONE_LEFT:
        return _("None left")
    if target.value is None:
        return target.text
    number = number_words(target.value)
    told = {
        Comparison.AT_LEAST: _("At least %s"),
        Comparison.AT_MOST: _("At most %s"),
        Comparison.EXACTLY: _("Exactly %s"),
        Comparison.EACH_YEAR: _("%s a year"),
    }
    if target.comparison == Comparison.CHANGE:
        return _("%(number)s per cent against %(year)d") % {
            "number": number,
            "year": target.base_year or 0,
        }
    return told[Comparison(target.comparison)] % number
