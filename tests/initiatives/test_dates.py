"""Dates as precisely as they are known."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives import dates
from initiatives.dates import DateNotUnderstood, PartialDate
from initiatives.models import Precision

DAY, MONTH, QUARTER, YEAR = Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.YEAR


@pytest.mark.parametrize(
    ("typed", "precision", "starts_on", "ends_on"),
    [
        ("08/02/2021", DAY, date(2021, 2, 8), date(2021, 2, 8)),
        ("2021-02-08", DAY, date(2021, 2, 8), date(2021, 2, 8)),
        ("8.2.2021", DAY, date(2021, 2, 8), date(2021, 2, 8)),
        ("8th of February 2021", DAY, date(2021, 2, 8), date(2021, 2, 8)),
        ("Feb 8, 2021", DAY, date(2021, 2, 8), date(2021, 2, 8)),
        ("29/02/2024", DAY, date(2024, 2, 29), date(2024, 2, 29)),
        ("02/2021", MONTH, date(2021, 2, 1), date(2021, 2, 28)),
        ("2021-02", MONTH, date(2021, 2, 1), date(2021, 2, 28)),
        ("February 2021", MONTH, date(2021, 2, 1), date(2021, 2, 28)),
        ("sept. 2021", MONTH, date(2021, 9, 1), date(2021, 9, 30)),
        ("Q3 2021", QUARTER, date(2021, 7, 1), date(2021, 9, 30)),
        ("2021-Q3", QUARTER, date(2021, 7, 1), date(2021, 9, 30)),
        ("third quarter of 2021", QUARTER, date(2021, 7, 1), date(2021, 9, 30)),
        ("2021", YEAR, date(2021, 1, 1), date(2021, 12, 31)),
        ("at the end of 2021", YEAR, date(2021, 1, 1), date(2021, 12, 31)),
        ("from September 2021", MONTH, date(2021, 9, 1), None),
        ("April to May 2021", MONTH, date(2021, 4, 1), date(2021, 5, 31)),
        ("April - May 2021", MONTH, date(2021, 4, 1), date(2021, 5, 31)),
        ("September to December 2021", MONTH, date(2021, 9, 1), date(2021, 12, 31)),
        ("8 February 2021 to March 2021", MONTH, date(2021, 2, 8), date(2021, 3, 31)),
        ("2021-2022", YEAR, date(2021, 1, 1), date(2022, 12, 31)),
        ("from April 2021 to May 2021", MONTH, date(2021, 4, 1), date(2021, 5, 31)),
    ],
)
def test_what_people_type_is_read_as_precisely_as_it_says(typed, precision, starts_on, ends_on):
    assert dates.parse(typed) == PartialDate(precision, starts_on, ends_on, text=typed)


def test_a_month_of_the_project_has_no_place_on_the_calendar():
    assert dates.parse("month 7") == PartialDate(
        Precision.PROJECT_MONTH, project_month=7, text="month 7"
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02/2021", "There is no such day"),
        ("01/09", "The year is missing"),
        ("from September", "The year is missing"),
        ("13/2021", "There is no month 13"),
        ("May to April 2021", "It ends (April 2021) before it begins (May 2021)"),
        ("soon", "not a date we understand"),
        ("08/02/21021", "not a date we understand"),
        ("0000", "The year must lie between"),
        ("month 0", "not a date we understand"),
        ("x" * 121, "Keep the date shorter"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_words(typed, said):
    with pytest.raises(DateNotUnderstood, match=said.replace("(", r"\(").replace(")", r"\)")):
        dates.parse(typed)


@pytest.mark.parametrize("typed", ["31/02/2021", "01/09", "soon"])
def test_a_refusal_shows_how_dates_are_written(typed):
    with pytest.raises(DateNotUnderstood, match="Q3 2021"):
        dates.parse(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Q3 2021", "Third quarter of 2021"),
        ("2021-09", "September 2021"),
        ("08/02/2021", "8 February 2021"),
        ("from 2021", "from 2021"),
        ("month 7", "Month 7 of the project"),
        ("at the end of 2021", "2021 (“at the end of 2021”)"),
    ],
)
def test_a_date_is_told_no_more_precisely_than_it_is_known(typed, words):
    assert dates.told(dates.parse(typed)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("September 2021 (launched; the day is not told)",
         "September 2021 (launched; the day is not told)"),
        ("09/2021, at last", "September 2021, at last"),
        ("October 2021 (launched)", "September 2021 (“October 2021 (launched)”)"),
        ("(launched)", "September 2021 (“(launched)”)"),
        ("soon, we hope", "September 2021 (“soon, we hope”)"),
    ],
)  # fmt: skip
def test_a_date_with_words_beside_it_is_told_once(text, words):
    known = replace(dates.parse("September 2021"), text=text)
    assert dates.told(known) == words


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
precisions = st.sampled_from([DAY, MONTH, QUARTER, YEAR])


@given(precisions, days)
def test_what_is_written_is_read_as_the_same_span(precision, day):
    written = dates.unit_from(precision, dates.last_unit(PartialDate(precision, day, day)))
    assert dates.parse(dates.words(written)).same_as(written)


@given(precisions, days, days)
def test_a_written_stretch_is_read_as_the_same_stretch(precision, one, other):
    first, last = (
        dates.unit_from(precision, dates.last_unit(PartialDate(precision, day, day)))
        for day in sorted([one, other])
    )
    stretch = PartialDate(precision, first.starts_on, last.ends_on)
    assert dates.parse(dates.words(stretch)).same_as(stretch)


@given(precisions, days)
def test_an_open_end_stays_open(precision, day):
    start = dates.unit_from(precision, dates.last_unit(PartialDate(precision, day, day)))
    from_then = PartialDate(precision, start.starts_on)
    assert dates.parse(dates.words(from_then)).same_as(from_then)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text):
    try:
        found = dates.parse(text)
    except DateNotUnderstood:
        return
    if found.starts_on and found.ends_on:
        assert found.starts_on <= found.ends_on
