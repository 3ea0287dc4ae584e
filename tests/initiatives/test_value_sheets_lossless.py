"""Values of KPIs as a spreadsheet or JSON: every kind of value comes back as it went."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from initiatives import services, values
from initiatives.exchange import accepting, jsons, meanings, workbooks, writing
from initiatives.models import Measurement, Qualifier, RoadmapSheet, ValueKind
from initiatives.services import Circumstances
from initiatives.values import Reported
from tests import factories
from tests.examples import examples
from tests.initiatives.cells import calendar_dates, days, names, texts
from tests.initiatives.sheets import compared, taken_along, values_in

pytestmark = pytest.mark.django_db
KIND = ValueKind


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, unit="datasets")


# No more digits than either database keeps, before the decimal mark and in all.
numbers = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**14) + 1, 10**14 - 1),
    st.integers(0, 6),
)
# A report that is nothing but signs nobody sees says nothing, and is asked for again.
words = reports = names


@st.composite
def reported(draw):
    """A value of every kind, with words that need not say the same as it."""
    kind, said = draw(st.sampled_from(KIND.values)), draw(reports)
    more = {}
    if kind in {KIND.NUMBER, KIND.CHANGE}:
        more = {"number": draw(numbers), "qualifier": draw(st.sampled_from(Qualifier.values))}
        more["text"] = draw(st.just("") | words)
    if kind == KIND.CHANGE:
        more["base_year"] = draw(st.integers(1900, 2200))
    if kind == KIND.DATE:
        more["date"] = draw(days)
    if kind == KIND.YES_NO:
        more["yes"] = draw(st.booleans())
    if kind == KIND.TEXT:
        more["text"] = draw(st.just(said) | words)
    return Reported(kind, said, **more)


calendar_spans = calendar_dates(begins_until=date(2025, 12, 31))
of_a_function = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=25, deadline=None, suppress_health_check=of_a_function)
@given(reported(), st.none() | calendar_spans, texts)
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_whatever_was_reported_comes_back_untouched_and_keeps_its_value_when_its_note_changes(
    initiative, officer, kpi, kind, value, when, note
):
    Measurement.objects.all().delete()
    told = Circumstances(when, "https://data.example.org/1", note)
    row = services.report(kpi, value, told, reported_by=officer)
    roadmap = initiative.roadmap
    content, taken = kind.read(taken_along(roadmap, kind), roadmap)
    found = compared(roadmap, officer, (content, taken))
    assert (found.changes, found.unchanged) == ([], 3)
    content["values"][0].cells["note"] = "Another note"
    sheet = RoadmapSheet.objects.create(roadmap=roadmap, user=officer)
    accepting.accept(sheet, compared(roadmap, officer, (content, taken)).boxes(), content, taken)
    new = Measurement.objects.current().get()
    row.refresh_from_db()
    same = {name for name in columns_of(row) if columns_of(row)[name] != columns_of(new)[name]}
    assert same <= {"note"}
    assert note == "Another note" or row.corrected_by == new


def columns_of(row):
    columns = ["kind", "number", "qualifier", "base_year", "text", "date", "yes", "as_reported"]
    columns += ["as_of", "as_of_precision", "period_starts_on", "source_url", "note", "city_id"]
    return {name: getattr(row, name) for name in columns}


typed = st.one_of(
    names,
    numbers.map(values.number_words),
    numbers.map(lambda number: f"over {number} tons"),
    st.tuples(numbers, st.integers(1900, 2200)).map(
        lambda told: f"{told[0]:+} % against {told[1]}"
    ),
    days.map(date.isoformat),
    st.sampled_from(["yes", "no", "in progress", "12 560 234", "12.560,5", "1e5", "200+"]),
)


def readings_of(text):
    try:
        return values.read(text).readings
    except values.ValueRefused:
        return ()


@settings(max_examples=examples(150), deadline=None)
@given(typed)
@example("9.000")
@example("01/09/2021")
def test_a_meaning_tells_each_reading_of_what_was_typed_from_every_other(text):
    found = readings_of(text)
    assert [meanings.understood(text, meanings.written(one), "") for one in found] == list(found)


@settings(max_examples=15, deadline=None, suppress_health_check=of_a_function)
@given(st.lists(typed, min_size=1, max_size=4), st.data())
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_values_that_were_lost_here_come_back_from_the_file(
    initiative, officer, kpi, kind, texts_, data
):
    """Taken along, cleared, brought back as new rows: the same values of the same kinds."""
    Measurement.objects.all().delete()
    for text in texts_:
        found = readings_of(text)
        if found:
            value = data.draw(st.sampled_from(found))
            when = data.draw(calendar_spans)
            services.report(kpi, value, Circumstances(when), reported_by=officer)
    roadmap = initiative.roadmap
    before = values_in(roadmap)
    content, _taken = kind.read(taken_along(roadmap, kind), roadmap)
    Measurement.objects.all().delete()
    lines = [writing.Line("", one.number, one.cells) for one in content["values"]]
    content["values"] = lines
    sheet = RoadmapSheet.objects.create(roadmap=roadmap, user=officer)
    accepting.accept(sheet, compared(roadmap, officer, (content, {})).boxes(), content, {})
    assert values_in(roadmap) == before
    assert compared(roadmap, officer, (content, {})).changes == []
