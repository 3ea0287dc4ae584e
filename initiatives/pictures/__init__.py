"""From bodies, milestones and values to pictures with their tables.

figures     a picture with the table beside it
governance  who stands above whom
plans       milestones over the months
values      the numbers of a KPI and what they are to reach
"""

from initiatives.pictures.figures import Figure
from initiatives.pictures.governance import governance_of
from initiatives.pictures.plans import (
    is_overdue,
    plan_of,
    plan_of_all,
    plan_row,
    slip,
    span_words,
    standing,
)
from initiatives.pictures.values import (
    can_be_drawn,
    chart_of,
    is_over_time,
    is_plotted,
    lines_of,
    next_target,
    target_words,
    value_words,
    when_measured,
)

__all__ = [
    "Figure",
    "can_be_drawn",
    "chart_of",
    "governance_of",
    "is_over_time",
    "is_overdue",
    "is_plotted",
    "lines_of",
    "next_target",
    "plan_of",
    "plan_of_all",
    "plan_row",
    "slip",
    "span_words",
    "standing",
    "target_words",
    "value_words",
    "when_measured",
]
