"""Pictures worked out on the server: plain functions from values to shapes, drawn by templates.

A function takes values and words and returns a frozen dataclass with everything placed, in the
units of its viewBox; `template` names the file in templates/components/pictures/ that draws it.
Nothing here reads the database, so that pages, documents and tests can call it alike.
"""

from cities.pictures.bars import Bar, bar_chart, horizontal_bars
from cities.pictures.gantt import Arrow, GanttRow, Mark, Phase, gantt
from cities.pictures.grids import Weighed, grid
from cities.pictures.lines import DatedValue, Series, Target, line_chart
from cities.pictures.maps import Place, city_map
from cities.pictures.plans import PlanRow, plan_chart
from cities.pictures.radars import RadarSeries, radar
from cities.pictures.stacks import Share, stacked_bar
from cities.pictures.trees import Body, tree_chart

__all__ = [
    "Arrow",
    "Bar",
    "Body",
    "DatedValue",
    "GanttRow",
    "Mark",
    "Phase",
    "Place",
    "PlanRow",
    "RadarSeries",
    "Series",
    "Share",
    "Target",
    "Weighed",
    "bar_chart",
    "city_map",
    "gantt",
    "grid",
    "horizontal_bars",
    "line_chart",
    "plan_chart",
    "radar",
    "stacked_bar",
    "tree_chart",
]
