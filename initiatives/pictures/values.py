"""Values and targets of KPIs: which can be compared, in words and drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cities.pictures import Bar, DatedValue, Series, horizontal_bars, line_chart
from cities.pictures import Target as TargetLine
from initiatives import dates, series
from initiatives.models import KPI, Comparison, Measurement, Qualifier, Target, ValueKind
from initiatives.pictures.figures import Figure
from initiatives.values import number_words

# Shorter units are signs, such as "t" and "km"; of longer ones words may have other endings.
SPELT_OUT = 4


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


def value_words(measurement: Measurement, unit: str) -> str:
    """Return a value in the words of its report, with its unit where they leave it out.

    One from before the unit changed has the unit of its time, and says so.
    """
    words = measurement.as_reported
    unit = measurement.former_unit if measurement.is_former else unit
    is_number = measurement.kind == ValueKind.NUMBER
    if is_number and unit and not _names(words, unit):
        words = f"{words} {unit}"
    return _("%s, before the unit changed") % words if measurement.is_former else words


def _names(words: str, unit: str) -> bool:
    """Say whether words name a unit: "12 t" does, "about 12" does not; "12 trees" names "tree"."""
    letter = r"[^\W\d_]"
    ends = f"(?!{letter})" if len(unit) < SPELT_OUT else ""
    said = f"(?<!{letter}){re.escape(unit.casefold())}{ends}"
    return re.search(said, words.casefold()) is not None


def is_over_time(plotted: Sequence[Measurement]) -> bool:
    """Say whether values stand as of more days than one: they are drawn as lines, else as bars."""
    return len({one.as_of for one in plotted}) > 1


def chart_of(
    kpi: KPI,
    measurements: Sequence[Measurement],
    targets: Sequence[Target],
    on: date | None = None,
) -> Figure | None:
    """Draw the numbers of a KPI and its next target; None when nothing can be compared.

    One number without a target is a number, and no picture. `on` is today, or another day.
    """
    plotted = [one for one in measurements if is_plotted(one)]
    caption = f"{kpi.name} ({kpi.unit})" if kpi.unit else kpi.name
    target = next_target(targets, on)
    if len(plotted) + bool(target) < 2 or not plotted:
        return None
    if is_over_time(plotted):
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


@dataclass(frozen=True)
class Point:
    """A number, with the value that tells its day or period, and words where they say more."""

    of: Measurement
    number: Decimal
    words: str


@dataclass(frozen=True)
class Line:
    """Numbers under one name."""

    label: str
    points: list[Point]


def lines_of(kpi: KPI, plotted: Sequence[Measurement]) -> list[Line]:
    """Return a line for each city of a consortium, and their sum where they may be added up."""
    lines = [
        Line(
            city.name if city else _("All cities together"),
            [Point(one, one.number or Decimal(0), one.as_reported) for one in values],
        )
        for city, values in series.by_city(plotted).items()
    ]
    if len(lines) == 1:
        return [Line(kpi.name if plotted[0].city_id is None else lines[0].label, lines[0].points)]
    # The sum of values that stand beside one another as bars is left to the reader.
    if kpi.adds_up and is_over_time(plotted):
        sums = series.sums(plotted, kpi.initiative.roadmap.departures)
        if sums:
            lines.insert(0, Line(_("Sum of the cities"), [_of_sum(one) for one in sums]))
    return lines


def _of_sum(found: series.Sum) -> Point:
    """Return a sum as it is drawn: "over 12" where a city said over."""
    word = Qualifier(found.qualifier).label if found.qualifier else ""
    words = f"{word} {number_words(found.number)}" if word else ""
    return Point(found.of, found.number, words)


def _series(kpi: KPI, plotted: Sequence[Measurement]) -> list[Series]:
    return [
        Series(line.label, [_point(one) for one in line.points]) for line in lines_of(kpi, plotted)
    ]


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


def _point(point: Point) -> DatedValue:
    assert point.of.as_of is not None  # noqa: S101 - is_plotted saw to it
    return DatedValue(point.of.as_of, point.number, point.words)


def can_be_drawn(target: Target) -> bool:
    """Say whether a target is a number that holds and can stand in a picture."""
    comparable = {Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY}
    current = target.superseded_by_id is None and not target.is_former
    return current and target.value is not None and target.comparison in comparable


def next_target(targets: Sequence[Target], on: date | None = None) -> Target | None:
    """Return the target that is due next; else the one that was due last, or has no date."""
    on = on or timezone.localdate()
    drawn = [one for one in targets if can_be_drawn(one)]
    ahead = [one for one in drawn if (_ends_on(one) or date.min) >= on]
    if ahead:
        return min(ahead, key=lambda one: _ends_on(one) or on)
    return max(drawn, key=lambda one: _ends_on(one) or date.min, default=None)


def _ends_on(target: Target) -> date | None:
    by = dates.read_by(target)
    return by.ends_on or by.starts_on if by else None


def _line(target: Target) -> TargetLine:
    by = dates.read_by(target)
    return TargetLine(target.value or 0, target_words(target), dates.last_unit(by) if by else None)


def target_words(target: Target) -> str:
    """Return a target in words: "At least 30 by 2022", and whether it is of another unit."""
    said = _comparison_words(target)
    by = dates.read_by(target)
    if by is not None:
        said = _("%(target)s by %(date)s") % {"target": said, "date": dates.told(by)}
    if target.text and target.value is not None:
        said = f"{said} ({target.text})"
    if target.is_former:
        before = _("before the unit changed")
        said = f"{said} ({', '.join(filter(None, [target.former_unit, before]))})"
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
