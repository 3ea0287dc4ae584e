"""Native charts: their numbers can be opened and changed in PowerPoint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.util import Inches, Pt

from cities.pictures.scales import shortened
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.slides import theme
from initiatives.deliverable.slides.writing import describe

# Day 0 of spreadsheets.
FIRST_DAY = date(1899, 12, 30)
LONGEST_LABEL = 52
ROWS_ON_A_SLIDE = 14
STATES = {
    "done": "0B5C63", "current": "C2512B", "todo": "9DBEC1", "silent": "D0A54A",
    "dropped": "B5B5B5",
}  # fmt: skip


def draw_values(slide: Any, block: Block, top: float, height: float) -> None:
    """Draw the numbers of a KPI, with its target where it has one."""
    native = block["chart"]
    data = CategoryChartData(number_format="General")
    data.categories = native["labels"]
    lines = native.get("lines") or [{"name": native["series"], "values": native["values"]}]
    for line in lines:
        data.add_series(line["name"], [float(one) if one else None for one in line["values"]])
    over_time = native["kind"] == "line"
    if native["target"]:
        data.add_series(native["target_label"], [float(native["target"])] * len(native["labels"]))
    kind = XL_CHART_TYPE.LINE_MARKERS if over_time else XL_CHART_TYPE.COLUMN_CLUSTERED
    chart = _add(slide, kind, data, top, height, block)
    chart.has_legend = bool(native["target"]) or len(lines) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(12)
    if not over_time:
        chart.plots[0].gap_width = 120
        if len(lines) == 1:
            only = chart.plots[0].series[0]
            only.format.fill.solid()
            only.format.fill.fore_color.rgb = theme.GREEN
    chart.plots[0].has_data_labels = True
    chart.plots[0].data_labels.font.size = Pt(12)
    chart.plots[0].data_labels.position = (
        XL_LABEL_POSITION.ABOVE if over_time else XL_LABEL_POSITION.OUTSIDE_END
    )
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor(0xDD, 0xDD, 0xDD)


def plan_parts(block: Block) -> Iterator[list[dict[str, Any]]]:
    """Cut the rows of a plan into slides."""
    rows = block["plan"]["rows"]
    count = max(1, -(-len(rows) // ROWS_ON_A_SLIDE))
    size = -(-len(rows) // count)
    for at in range(0, len(rows), size):
        yield rows[at : at + size]


def draw_plan(
    slide: Any, block: Block, rows: list[dict[str, Any]], top: float, height: float
) -> None:
    """Draw a plan as bars over time: from the first day to the last."""
    starts = [date.fromisoformat(row["start"]) for row in rows]
    ends = [date.fromisoformat(row["end"]) + timedelta(days=1) for row in rows]
    data = CategoryChartData(number_format="General")
    data.categories = [_label(row) for row in rows]
    data.add_series("start", [(day - FIRST_DAY).days for day in starts])
    # A single day is drawn as wide as a week, or nobody would see it.
    lengths = [max(7, (end - start).days) for start, end in zip(starts, ends, strict=True)]
    data.add_series("days", lengths)
    chart = _add(slide, XL_CHART_TYPE.BAR_STACKED, data, top, height, block)
    chart.has_legend = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    plot.series[0].format.fill.background()
    for place, row in enumerate(rows):
        fill = plot.series[1].points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = colour_of(row["state"])
    _time_axis(chart, min(starts), max(ends))
    names = chart.category_axis
    names.reverse_order = True
    names.tick_labels.font.size = Pt(11)
    names.has_major_gridlines = False


def colour_of(state: str) -> Any:
    """Return the colour of a bar."""
    return RGBColor.from_string(STATES.get(state, "0B5C63"))


def _label(row: dict[str, Any]) -> str:
    before = "    " if row["level"] else ""
    return before + shortened(row["label"], LONGEST_LABEL)


def _time_axis(chart: Any, first: date, last: date) -> None:
    axis = chart.value_axis
    low, high = first.replace(day=1), last
    axis.minimum_scale = (low - FIRST_DAY).days
    months = (high.year - low.year) * 12 + high.month - low.month + 1
    step = next(one for one in (1, 3, 6, 12, 24, 60, 1200) if months / one <= 9)
    axis.major_unit = 30.4375 * step
    axis.maximum_scale = (low - FIRST_DAY).days + 30.4375 * step * -(-months // step)
    axis.tick_labels.number_format = "mmm yyyy"
    axis.tick_labels.number_format_is_linked = False
    axis.tick_labels.font.size = Pt(10)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    axis.major_gridlines.format.line.color.rgb = RGBColor(0xDD, 0xDD, 0xDD)


def _add(slide: Any, kind: Any, data: Any, top: float, height: float, block: Block) -> Any:
    frame = slide.shapes.add_chart(
        kind,
        Inches(theme.LEFT),
        Inches(top),
        Inches(theme.BODY_WIDTH),
        Inches(height),
        data,
    )
    describe(frame, f"{block['caption']}. {block['alt']}", block["caption"])
    chart = frame.chart
    chart.has_title = False
    chart.font.size = Pt(12)
    return chart
