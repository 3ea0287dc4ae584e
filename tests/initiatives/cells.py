"""What can stand in a cell: texts, amounts, days, and dates of every precision."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from initiatives import dates
from initiatives.models import Precision

texts = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=60
)
names = texts.map(str.strip).filter(bool)
days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
amounts = st.decimals(0, Decimal("999999999999.99"), places=2)
weights = st.none() | st.integers(1, 5)
years = st.none() | st.integers(1990, 2100)


@st.composite
def partial_dates(draw):
    """Every kind of date there is."""
    kind = draw(st.sampled_from(Precision.values))
    if kind == Precision.ORDER:
        return dates.in_order_only(draw(texts.map(str.strip)))
    if kind == Precision.PROJECT_MONTH:
        month = draw(st.integers(1, 120))
        return dates.PartialDate(Precision.PROJECT_MONTH, project_month=month)
    first = dates.unit_from(kind, _first_of(kind, draw(days)))
    shape = draw(st.sampled_from(["one", "span", "open"]))
    if shape == "one":
        return first
    if shape == "open":
        return dates.PartialDate(first.precision, first.starts_on)
    last = dates.unit_from(
        kind, _first_of(kind, draw(days.filter(lambda day: day > first.ends_on)))
    )
    return dates.PartialDate(first.precision, first.starts_on, last.ends_on)


def _first_of(kind, day):
    if kind == Precision.YEAR:
        return day.replace(month=1, day=1)
    if kind == Precision.QUARTER:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1) if kind == Precision.MONTH else day
