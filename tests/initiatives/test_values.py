"""Values as people report them: nothing rounded, guessed or forced."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from initiatives import values
from initiatives.models import Qualifier, ValueKind, exact
from initiatives.values import ValueRefused

NUMBER, CHANGE, TEXT = ValueKind.NUMBER, ValueKind.CHANGE, ValueKind.TEXT


@pytest.mark.parametrize(
    ("typed", "number", "qualifier"),
    [
        ("12", "12", ""),
        ("-5", "-5", ""),
        ("− 5", "-5", ""),
        ("-0", "0", ""),
        ("١٢٣", "123", ""),
        ("１２", "12", ""),
        ("over 200", "200", Qualifier.OVER),
        ("> 200", "200", Qualifier.OVER),
        ("fewer than 7", "7", Qualifier.UNDER),
        ("about 30", "30", Qualifier.ABOUT),
    ],
)
def test_a_plain_number_is_taken_without_asking(typed, number, qualifier):
    read = values.read(typed)
    assert read.is_certain
    assert (read.best.kind, read.best.number, read.best.qualifier) == (
        NUMBER,
        Decimal(number),
        qualifier,
    )
    assert read.best.as_reported == typed


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("12 560 234", ["12560234"]),
        ("12\u202f560\u00a0234", ["12560234"]),
        ("12.560,5", ["12560.5"]),
        ("12,560.5", ["12560.5"]),
        ("1.234.567", ["1234567"]),
        ("1'234", ["1234"]),
        ("1,5", ["1.5"]),
        ("12,560", ["12560", "12.560"]),
        ("12.560", ["12.560", "12560"]),
        ("١٢٬٥٦٠", ["12560"]),
        ("1e5", ["100000"]),
        ("at least 200", ["200"]),
        ("200+", ["200"]),
    ],
)
def test_a_number_that_could_be_misread_is_put_back_to_the_person(typed, numbers):
    read = values.read(typed)
    assert not read.is_certain
    assert [one.number for one in read.readings[:-1]] == [Decimal(number) for number in numbers]
    assert (read.readings[-1].kind, read.readings[-1].text) == (TEXT, typed)


def test_words_behind_a_number_are_kept_and_asked_about():
    read = values.read("9000 since launch")
    assert not read.is_certain
    assert (read.best.number, read.best.text) == (Decimal(9000), "since launch")
    assert values.echo(read.best) == "The number 9,000, with the words “since launch”"


def test_the_unit_of_the_kpi_goes_without_saying():
    assert values.read("30 datasets", unit="datasets") == values.Reading(
        (
            values.Reported(NUMBER, "30 datasets", Decimal(30)),
            values.Reported(TEXT, "30 datasets", text="30 datasets"),
        ),
        is_certain=True,
    )


@pytest.mark.parametrize(
    ("typed", "number", "year"),
    [("-12 % vs 2015", "-12", 2015), ("+3% compared to 2019", "3", 2019),
     ("−12 per cent against the year 2015", "-12", 2015)],
)  # fmt: skip
def test_a_signed_change_against_a_year_is_a_change(typed, number, year):
    read = values.read(typed)
    assert read.is_certain
    assert (read.best.kind, read.best.number, read.best.base_year) == (
        CHANGE,
        Decimal(number),
        year,
    )


def test_a_change_without_a_sign_is_asked_which_way_it_went():
    read = values.read("12 % against 2015")
    assert not read.is_certain
    assert [one.number for one in read.readings[:-1]] == [Decimal(12), Decimal(-12)]


@pytest.mark.parametrize(
    "typed",
    ["Rouen", "01/09", "public opening 01/09", "54 buildings in 2021", "x % vs 2019",
     "more than so many", "September 2021", "31/02/2021", "350 € and 20"],
)  # fmt: skip
def test_words_stay_words(typed):
    read = values.read(typed)
    assert (read.best.kind, read.best.text) == (TEXT, typed)
    assert len(read.readings) == 1


@pytest.mark.parametrize("typed", ["work in progress", "In progress", "ongoing", "WIP"])
def test_what_is_still_in_progress_has_no_value(typed):
    assert values.read(typed).best.kind == ValueKind.IN_PROGRESS


@pytest.mark.parametrize(("typed", "yes"), [("yes", True), ("No", False)])
def test_yes_and_no_are_read(typed, yes):
    assert values.read(typed).best.yes is yes


@pytest.mark.parametrize(
    ("typed", "day", "is_certain"),
    [
        ("2021-09-01", date(2021, 9, 1), True),
        ("13/09/2021", date(2021, 9, 13), True),
        ("01/09/2021", date(2021, 9, 1), False),
        ("1 September 2021", date(2021, 9, 1), True),
    ],
)
def test_a_whole_date_is_a_date_and_asked_about_when_day_and_month_can_change_places(
    typed, day, is_certain
):
    read = values.read(typed)
    assert (read.best.kind, read.best.date, read.is_certain) == (ValueKind.DATE, day, is_certain)


@pytest.mark.parametrize(
    "typed",
    ["NaN", "inf", "-Infinity", "1e309", "999999999999999", "0.1234567", "", "a\x00b", "x" * 301],
)
def test_what_can_be_no_value_is_refused_with_words(typed):
    with pytest.raises(ValueRefused, match=r"\w+"):
        values.read(typed)


def test_the_readers_language_decides_what_comes_first():
    with translation.override("de"):
        assert values.read("12.560").best.number == Decimal(12560)
    with translation.override("en"):
        assert values.read("12.560").best.number == Decimal("12.560")


@pytest.mark.parametrize(
    ("vendor", "number", "is_kept"),
    [
        ("sqlite", "99999999999999", True),
        ("sqlite", "123456789.123456", True),
        ("sqlite", "1234567890.123456", False),
        ("postgresql", "1234567890.123456", True),
        ("postgresql", "99999999999999.999999", True),
        ("postgresql", "100000000000000", False),
        ("postgresql", "0.1234567", False),
        ("sqlite", "-0.000000", True),
        ("sqlite", "12000000000000.000000", True),
        ("sqlite", "1E-9999999", False),
        ("sqlite", "1E+9999999", False),
        ("sqlite", "NaN", False),
    ],
)
def test_only_numbers_that_the_database_keeps_digit_by_digit_are_taken(
    monkeypatch, vendor, number, is_kept
):
    monkeypatch.setattr(exact.connection, "vendor", vendor)
    assert exact.is_kept(Decimal(number)) is is_kept


numbers = st.decimals(
    min_value=Decimal(-99_999_999_999_999),
    max_value=Decimal(99_999_999_999_999),
    allow_nan=False,
    allow_infinity=False,
    places=6,
).filter(exact.is_kept)


@given(numbers, st.sampled_from(["en", "de", "fr"]))
def test_a_number_as_the_portal_writes_it_is_read_as_the_same_number(number, language):
    with translation.override(language):
        assert values.read(values.number_words(number)).best.number == number


@given(st.text(max_size=40))
def test_every_report_is_refused_with_words_or_kept_word_for_word(text):
    try:
        read = values.read(text)
    except ValueRefused:
        return
    assert all(one.as_reported == text.strip() for one in read.readings)
    assert read.readings[-1].kind in {TEXT, ValueKind.IN_PROGRESS, ValueKind.YES_NO}
    assert all(values.echo(one) for one in read.readings)
