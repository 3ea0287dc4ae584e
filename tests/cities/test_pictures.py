"""Pictures: what is drawn stands where its value says, and odd input draws no nonsense."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from cities.pictures import (
    Bar,
    DatedValue,
    Place,
    PlanRow,
    RadarSeries,
    Series,
    Share,
    Target,
    bar_chart,
    city_map,
    horizontal_bars,
    line_chart,
    plan_chart,
    radar,
    stacked_bar,
)
from cities.pictures.projection import HEIGHT, WIDTH, europe, in_europe, world
from cities.pictures.scales import axis, step_for, words

TODAY = date(2021, 11, 22)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([12, 9], ["0", "2.5", "5", "7.5", "10", "12.5"]),
        ([9000], ["0", "2,000", "4,000", "6,000", "8,000", "10,000"]),
        ([-3, 12], ["-5", "0", "5", "10", "15"]),
        ([-4, -1], ["-4", "-3", "-2", "-1", "0"]),
        ([0], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ([], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ([Decimal("0.3")], ["0", "0.1", "0.2", "0.3"]),
    ],
)
def test_an_axis_has_round_ticks_that_hold_zero_and_every_value(values, labels):
    scale, ticks = axis(values, 100, 0)

    assert [tick.label for tick in ticks] == labels
    assert all(scale.low <= float(value) <= scale.high for value in values)
    assert (ticks[0].at, ticks[-1].at) == (100, 0)


@pytest.mark.parametrize(("values", "marks"), [([2], 3), ([0], 2), ([12], 5)])
def test_between_two_things_counted_there_is_no_mark(values, marks):
    _scale, ticks = axis(values, 100, 0, counted=True)

    assert [tick.label for tick in ticks if "." in tick.label] == []
    assert len(ticks) == marks


def test_a_step_is_one_two_two_and_a_half_or_five_times_a_power_of_ten():
    assert [step_for(span) for span in (5, 9, 12, 24, 26, 100_000)] == [1, 2, 2.5, 5, 10, 20_000]


def test_a_number_is_written_whole_and_grouped_with_its_unit():
    assert words(Decimal("12560234.00"), "kWh") == "12,560,234 kWh"
    assert words(Decimal("1E+3")) == "1,000"
    assert words(2.5) == "2.5"


def test_a_bar_reaches_from_zero_to_its_value_on_its_own_side():
    chart = bar_chart("b", "Change", [Bar("Up", 10), Bar("Down", -5)])
    up, down = chart.bars

    assert up.y + up.height == chart.zero
    assert down.y == chart.zero
    assert up.height == pytest.approx(2 * down.height, abs=0.2)


def test_an_unknown_value_is_said_in_words_and_not_drawn_as_zero():
    (bar,) = horizontal_bars("b", "Values", [Bar("Tourism", None)]).bars

    assert bar.value == "not known"
    assert bar.width == 0


def test_a_reported_wording_stands_instead_of_the_number():
    (bar,) = bar_chart("b", "Values", [Bar("Downloads", 9000, note="over 9 000")]).bars

    assert bar.value == "over 9 000"


def test_values_of_a_line_stand_in_the_order_of_their_dates():
    values = [DatedValue(date(2022, 9, 1), 9000), DatedValue(date(2021, 3, 1), 1200)]
    (drawn,) = line_chart("l", "Downloads", [Series("Downloads", values)]).series

    assert [point.title for point in drawn.points] == [
        "1 March 2021: 1,200",
        "1 September 2022: 9,000",
    ]
    assert drawn.points[0].x < drawn.points[1].x
    assert drawn.points[0].y > drawn.points[1].y


def test_one_value_is_a_point_inside_the_frame_without_a_line():
    chart = line_chart("l", "Datasets", [Series("Datasets", [DatedValue(date(2022, 9, 1), 30)])])
    (drawn,) = chart.series

    assert drawn.path == ""
    assert chart.left < drawn.points[0].x < chart.right


def test_no_values_are_an_empty_frame_that_says_so():
    chart = line_chart("l", "Datasets", [Series("Datasets", [])])

    assert chart.dates == ()
    assert chart.description == "Datasets: no values yet."


def test_a_target_widens_both_axes_so_that_it_is_in_sight():
    series = [Series("Downloads", [DatedValue(date(2021, 3, 1), 10)])]
    chart = line_chart("l", "D", series, target=Target(100, "At least 100", date(2025, 12, 31)))

    assert chart.target is not None
    assert chart.top <= chart.target.y < chart.series[0].points[0].y
    assert chart.left < chart.series[0].points[0].x < chart.target.by_x < chart.right


@pytest.mark.parametrize("years", [0, 1, 3, 9, 40])
def test_an_axis_of_time_has_few_enough_ticks_to_be_read(years):
    values = [DatedValue(date(2000, 1, 15), 1), DatedValue(date(2000 + years, 11, 15), 2)]
    chart = line_chart("l", "D", [Series("D", values)])

    assert 1 <= len(chart.dates) <= 7


def test_shares_fill_the_bar_and_leave_nobody_out():
    bar = stacked_bar(
        "s", "Profiles", [Share("Approved", 25), Share("None", 0), Share("Other", 37)]
    )
    first, none, last = bar.shares

    assert (first.count, none.count, last.count) == ("25", "0", "37")
    assert none.width == 0
    assert last.x + last.width == pytest.approx(bar.width, abs=0.2)


def test_a_bar_of_nothing_says_so():
    assert stacked_bar("s", "Profiles", [Share("Approved", 0)]).description == "No values yet."


def test_a_radar_puts_the_highest_value_on_the_outer_ring():
    drawn = radar(
        "r", "State", ["North", "East", "West"], [RadarSeries("2020", [5, None, 0])], highest=5
    )
    top, centre = drawn.series[0].points

    assert top[:2] == (drawn.spokes[0].x, drawn.spokes[0].y)
    assert centre[:2] == (drawn.centre_x, drawn.centre_y)


def test_a_radar_of_two_dimensions_is_refused():
    with pytest.raises(ValueError, match="three dimensions"):
        radar("r", "State", ["A", "B"], [], highest=5)


def test_a_quarter_spans_three_months_and_a_day_is_a_mark():
    rows = [
        PlanRow("Study", date(2021, 2, 8), date(2021, 2, 8)),
        PlanRow("Building", date(2021, 4, 1), date(2021, 6, 30), "quarter"),
        PlanRow("Year", date(2021, 1, 1), date(2021, 12, 31), "year"),
    ]
    study, building, year = plan_chart("p", "Plan", rows, today=TODAY).rows

    assert (study.is_day, building.is_day) == (True, False)
    assert (study.is_rough, building.is_rough) == (False, True)
    assert building.width == pytest.approx(year.width / 4, abs=0.2)


def test_today_is_drawn_only_within_the_plan():
    past = [PlanRow("Study", date(2020, 2, 8), date(2020, 5, 8))]
    present = [PlanRow("Study", date(2021, 2, 8), date(2022, 5, 8))]

    assert plan_chart("p", "Plan", past, today=TODAY).today is None
    assert plan_chart("p", "Plan", present, today=TODAY).today is not None


def test_a_milestone_without_a_date_keeps_its_words():
    chart = plan_chart(
        "p", "Plan", [PlanRow("Follow-up", None, words="from September")], today=TODAY
    )

    assert chart.rows[0].x is None
    assert chart.rows[0].words == "from September"


def test_the_legend_of_a_plan_names_what_occurs_and_nothing_else():
    day = date(2021, 3, 1)
    rows = [PlanRow("Kept", day, day, state="done"), PlanRow("Silent", day, day, state="silent")]

    chart = plan_chart("p", "Plan", rows, today=TODAY)

    assert [words for words, _look, _kind in chart.legend] == ["Done", "Not reported"]


def test_a_narrow_window_has_a_drawing_of_its_own_with_names_of_its_own():
    series = [Series("A", [DatedValue(TODAY, 3)])]
    for chart in (
        line_chart("l", "L", series),
        horizontal_bars("l", "L", [Bar("A", 3)]),
        plan_chart("l", "L", [PlanRow("A", TODAY, TODAY)], today=TODAY),
    ):
        assert chart.narrow.width < 360 < chart.width
        assert chart.narrow.id != chart.id


def test_words_at_a_target_do_not_lie_upon_its_line():
    series = [Series("A", [DatedValue(date(2021, 3, 1), 10), DatedValue(TODAY, 118)])]
    chart = line_chart("l", "L", series, target=Target(120, "At least 120", TODAY))

    assert chart.series[0].last_dy > 0
    assert chart.target.by_x is None
    assert chart.target.y - chart.top > 20
    assert chart.dates[-1].label == "Nov 2021"


def test_the_first_plan_is_drawn_only_when_it_slipped():
    day = date(2021, 3, 1)
    kept = PlanRow("Kept", day, day, first_start=day, first_end=day)
    late = PlanRow("Late", day, day, first_start=date(2021, 1, 1), first_end=date(2021, 1, 31))
    rows = plan_chart("p", "Plan", [kept, late], today=TODAY).rows

    assert [row.first_x is None for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("Skellefteå", 64.75, 20.95),
        ("Heraklion", 35.34, 25.14),
        ("Lisbon", 38.72, -9.14),
        ("Cork", 51.9, -8.47),
        ("Larnaca", 34.92, 33.62),
        ("Vinnytsia", 49.23, 28.47),
    ],
)
def test_cities_of_europe_lie_on_the_large_map(name, latitude, longitude):
    assert in_europe(longitude, latitude), name


def test_the_centre_of_the_projection_and_the_points_of_the_compass_are_right():
    x, y = europe(10, 52)

    assert (x, y) == (WIDTH / 2, pytest.approx(1800 / 4.66, abs=0.5))
    assert europe(20, 52)[0] > x > europe(0, 52)[0]
    assert europe(10, 60)[1] < y < europe(10, 40)[1] < HEIGHT


def test_the_world_is_drawn_with_its_continents_in_order():
    toronto, rouen, singapore = world(-79.4, 43.7), world(1.1, 49.4), world(103.8, 1.35)

    assert toronto[0] < rouen[0] < singapore[0]
    assert rouen[1] < toronto[1] < singapore[1]


def test_cities_beyond_europe_stand_in_the_inset_and_are_counted():
    drawn = city_map("m", "Map", [Place("Rouen", 49.44, 1.1), Place("Toronto", 43.7, -79.4)])

    assert drawn.has_inset
    assert drawn.places[1].x < drawn.inset_x + drawn.inset_width
    assert drawn.description == "2 cities. One lies beyond Europe, on the small map."
    assert not city_map("m", "Map", [Place("Rouen", 49.44, 1.1)]).has_inset


def test_a_few_cities_are_shown_with_what_is_round_them_and_many_with_all_of_europe():
    croatia = [Place("Osijek", 45.55, 18.69, labelled=True), Place("Split", 43.5, 16.4)]
    far = [*croatia, Place("Lisbon", 38.72, -9.14), Place("Skellefteå", 64.75, 20.95)]
    view = city_map("m", "Map", croatia).view

    assert view.width < WIDTH / 2
    for place in city_map("m", "Map", croatia).places:
        assert view.left < place.x < view.left + view.width
        assert view.top < place.y < view.top + view.height
    assert city_map("m", "Map", croatia).names == ("Osijek",)
    assert city_map("m", "Map", far).view.width == WIDTH
    assert city_map("m", "Map", [*croatia, Place("Toronto", 43.7, -79.4)]).view.width == WIDTH


def test_names_never_lie_upon_one_another():
    near = [Place(f"Long name {n}", 48.0 + n / 50, 8.0, labelled=True) for n in range(12)]
    labels = [place.label for place in city_map("m", "Map", near).places if place.label]

    assert 0 < len(labels) < 12
    rows = sorted(label.y for label in labels if label.anchor == "start")
    assert all(lower - upper >= 22 for upper, lower in pairwise(rows))


PICTURES = [
    bar_chart("a", "Bars", [Bar("A & <B>", 3), Bar("C", None), Bar("D", -1)]),
    bar_chart("b", "No bars", []),
    horizontal_bars("c", "Lying", [Bar("A", 3)]),
    line_chart(
        "d",
        "Lines",
        [Series("A", [DatedValue(TODAY, 3)]), Series("B", [])],
        target=Target(5, "Five"),
    ),
    stacked_bar("e", "Stack", [Share("A", 3), Share("B", 1)]),
    radar("f", "Radar", ["A", "B", "C"], [RadarSeries("X", [1, 2, 3])], highest=3),
    plan_chart("g", "Plan", [PlanRow("A", TODAY, TODAY), PlanRow("B", None)], today=TODAY),
    plan_chart("h", "No plan", [], today=TODAY),
    city_map("i", "Map", [Place("Rouen", 49.44, 1.1, url="/cities/rouen/")], groups=["Core"]),
]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_picture_is_sound_named_and_free_of_inline_style(picture, language):
    with override(language):
        drawn = render_to_string(picture.template, {"picture": picture})
    root = ElementTree.fromstring(f"<div>{drawn}</div>")
    svg = next(root.iter("svg"))
    named = {element.get("id") for element in svg}

    assert set(svg.get("aria-labelledby").split()) <= named
    assert svg.find("title").text == picture.title
    assert svg.find("desc").text == picture.description
    assert not [element for element in root.iter() if "style" in element.attrib]
    for element in svg.iter():
        for name in ("x", "y", "width", "height", "x1", "cx"):
            assert "," not in element.get(name, ""), "numbers in SVG have points, not commas"
