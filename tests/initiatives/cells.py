"""What can stand in a cell: texts, amounts, days, and dates of every precision."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from cities.tables.cells import clean
from initiatives import dates
from initiatives.exchange.writing import NO_XML
from initiatives.models import Precision

texts = st.text(
    alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=60
)
# What XML cannot hold no workbook holds, and cells are cleaned: a name of nothing else would come
# back empty.
names = texts.map(str.strip).filter(lambda text: NO_XML.sub("", clean(text)).strip())
LATEST = date(2150, 1, 1)
days = st.dates(date(1950, 1, 1), LATEST)
amounts = st.decimals(0, Decimal("999999999999.99"), places=2)
weights = st.none() | st.integers(1, 5)
years = st.none() | st.integers(1990, 2100)


CALENDAR = [Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.YEAR]


@st.composite
def partial_dates(draw):
    """Every kind of date there is."""
    kind = draw(st.sampled_from(Precision.values))
    if kind == Precision.ORDER:
        return dates.in_order_only(draw(texts.map(str.strip)))
    if kind == Precision.PROJECT_MONTH:
        month = draw(st.integers(1, 120))
        return dates.PartialDate(Precision.PROJECT_MONTH, project_month=month)
    if draw(st.booleans()):
        return draw(calendar_dates(kind))
    return dates.PartialDate(kind, dates.unit_from(kind, _first_of(kind, draw(days))).starts_on)


@st.composite
def calendar_dates(draw, kind=None, begins_until=LATEST):
    """A day, month, quarter or year, or a stretch of them."""
    kind = kind or draw(st.sampled_from(CALENDAR))
    first = dates.unit_from(kind, _first_of(kind, draw(st.dates(date(1950, 1, 1), begins_until))))
    if draw(st.booleans()):
        return first
    later = st.dates(first.ends_on + timedelta(days=1), LATEST + timedelta(days=800))
    last = dates.unit_from(kind, _first_of(kind, draw(later)))
    return dates.PartialDate(first.precision, first.starts_on, last.ends_on)


def _first_of(kind, day):
    if kind == Precision.YEAR:
        return day.replace(month=1, day=1)
    if kind == Precision.QUARTER:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1) if kind == Precision.MONTH else day
