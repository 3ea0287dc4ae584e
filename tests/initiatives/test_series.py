"""A unit that changes, cities of a consortium, and what is no longer comparable."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.models import Consortium, ConsortiumMember
from initiatives import changes, due, pictures, series
from initiatives.models import Measurement, Target
from tests import factories
from tests.initiatives.test_pages import queries

pytestmark = pytest.mark.django_db


def number(kpi, value, as_of=date(2022, 6, 30), **fields):
    fields = {"as_reported": str(value), **fields}
    return Measurement.objects.create(kpi=kpi, kind="number", number=value, as_of=as_of, **fields)


@pytest.fixture
def kpi(initiative):
    made = factories.make_kpi(initiative, unit="kWh")
    number(made, Decimal(12560), as_of=date(2021, 6, 30))
    number(made, Decimal(13000))
    Measurement.objects.create(kpi=made, kind="text", text="Rouen", as_reported="Rouen")
    Target.objects.create(kpi=made, value=20000)
    return made


def change_unit(client, kpi, **answer):
    edit = reverse("initiatives:kpi-edit", args=[kpi.initiative.slug, kpi.pk])
    sent = {"version": 1, "name": kpi.name, "unit": "MWh", "direction": "up", **answer}
    page = client.post(edit, sent)
    kpi.refresh_from_db()
    return page


def test_a_new_unit_asks_what_becomes_of_the_numbers_and_changes_nothing_yet(client, officer, kpi):
    page = change_unit(client, kpi).content.decode()
    assert "Numbers have been reported in “kWh”" in page
    for answer in ("same", "convert", "restart", "keep"):
        assert f'value="{answer}"' in page
    assert kpi.unit == "kWh"


def test_numbers_and_targets_are_converted_exactly_and_what_was_reported_stays(
    client, officer, kpi
):
    change_unit(client, kpi, unit_answer="convert", factor="0.001")
    assert kpi.unit == "MWh"
    now = kpi.measurements.current().filter(kind="number")
    assert [one.number for one in now] == [Decimal("12.56"), Decimal(13)]
    before = kpi.measurements.filter(corrected_by__isnull=False)
    # It is the same report.
    assert [one.reported_at for one in now] == [one.reported_at for one in before]
    assert {one.reported_by for one in now} == {one.reported_by for one in before}
    assert [(one.as_reported, one.former_unit) for one in before] == [
        ("12560", "kWh"), ("13000", "kWh"),
    ]  # fmt: skip
    assert kpi.targets.get(superseded_by=None).value == 20
    assert kpi.measurements.comparable().count() == 2


@pytest.mark.parametrize("factor", ["", "0", "0.0000000001", "10000000000"])
def test_a_factor_that_would_round_or_says_nothing_is_refused(client, officer, kpi, factor):
    page = change_unit(client, kpi, unit_answer="convert", factor=factor)
    assert page.status_code == 200
    assert "data-error-summary" in page.content.decode()
    assert kpi.unit == "kWh"
    assert kpi.measurements.count() == 3


def test_a_series_begun_anew_keeps_the_old_one_readable_and_plots_only_the_new(
    client, officer, kpi
):
    change_unit(client, kpi, unit_answer="restart")
    number(kpi, Decimal(5), as_of=date(2023, 6, 30))
    number(kpi, Decimal(6), as_of=date(2024, 6, 30))
    figure = pictures.chart_of(kpi, list(kpi.measurements.all()), list(kpi.targets.all()))
    assert [row[0] for row in figure.rows] == ["30 June 2023", "30 June 2024"]
    assert figure.picture.target is None
    page = client.get(reverse("initiatives:kpi-detail", args=[kpi.initiative.slug, kpi.pk]))
    assert page.content.decode().count("before the unit changed") == 3


def test_the_unit_can_be_left_or_only_renamed(client, officer, kpi):
    change_unit(client, kpi, unit_answer="keep", note="Kept")
    assert (kpi.unit, kpi.note) == ("kWh", "Kept")
    change_unit(client, kpi, version=2, unit_answer="same")
    assert kpi.unit == "MWh"
    assert kpi.measurements.comparable().count() == 2


@pytest.mark.parametrize(("comparison", "asks"), [("at_least", True), ("change", False)])
def test_a_target_alone_is_asked_about_as_well(client, officer, initiative, comparison, asks):
    kpi = factories.make_kpi(initiative, unit="kWh")
    Target.objects.create(kpi=kpi, value=20000, comparison=comparison, base_year=2015)
    page = change_unit(client, kpi).content.decode()
    assert ("What is aimed at was set in “kWh”" in page) == asks
    assert kpi.unit == ("kWh" if asks else "MWh")


@pytest.mark.parametrize(("answer", "now"), [("convert", 20), ("restart", None), ("same", 20000)])
def test_a_target_without_values_is_converted_kept_as_former_or_renamed(
    client, officer, initiative, answer, now
):
    kpi = factories.make_kpi(initiative, unit="kWh")
    Target.objects.create(kpi=kpi, value=20000)
    change_unit(client, kpi, unit_answer=answer, factor="0.001")
    holds = kpi.targets.filter(superseded_by=None, is_former=False).first()
    assert (holds.value if holds else None) == now
    assert kpi.unit == "MWh"


def test_what_was_corrected_or_replaced_before_a_conversion_keeps_its_unit(client, officer, kpi):
    newest = kpi.measurements.get(number=13000)
    wrong = number(kpi, Decimal(1300), corrected_by=newest)
    Target.objects.create(kpi=kpi, value=9000, superseded_by=kpi.targets.get())
    change_unit(client, kpi, unit_answer="convert", factor="0.001")
    wrong.refresh_from_db()
    assert (wrong.is_former, wrong.former_unit) == (True, "kWh")
    before = kpi.targets.filter(superseded_by__isnull=False)
    assert {(one.is_former, one.former_unit) for one in before} == {(True, "kWh")}
    assert kpi.measurements.current().filter(is_former=True).count() == 0


# ── cities of a consortium ──────────────────────────────────────────────────────────────────────
@pytest.fixture
def shared(city):
    other = factories.make_city(name="Zeta")
    consortium = Consortium.objects.create(slug="two", name="Two", lead_city=city)
    for member in (city, other):
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    participation = factories.make_participation(consortium=consortium)
    initiative = factories.make_initiative(factories.make_roadmap(participation=participation))
    return factories.make_kpi(initiative, adds_up=True), city, other


def test_a_value_says_for_which_city_of_the_consortium_it_holds(client, officer, shared):
    kpi, _city, other = shared
    add = reverse("initiatives:measurement-add", args=[kpi.initiative.slug, kpi.pk])
    stranger = factories.make_city()
    page = client.post(add, {"key": str(uuid.uuid4()), "value": "12", "city": stranger.pk})
    assert "data-error-summary" in page.content.decode()
    client.post(add, {"key": str(uuid.uuid4()), "value": "12", "city": other.pk})
    client.post(add, {"key": str(uuid.uuid4()), "value": "13", "city": ""})
    assert [one.city for one in kpi.measurements.order_by("pk")] == [other, None]


def test_a_city_alone_is_not_asked_for_which_city(client, officer, initiative):
    kpi = factories.make_kpi(initiative)
    add = reverse("initiatives:measurement-add", args=[initiative.slug, kpi.pk])
    assert 'name="city"' not in client.get(add).content.decode()


def told(sums):
    return [(one.of.as_of, one.number, one.qualifier) for one in sums]


def test_each_city_has_a_line_and_a_sum_stands_only_where_all_reported_and_they_add_up(shared):
    kpi, city, other = shared
    number(kpi, Decimal(1), as_of=date(2021, 6, 30), city=city)
    number(kpi, Decimal("2.5"), as_of=date(2021, 6, 30), city=other)
    number(kpi, Decimal(3), city=city)
    values = list(kpi.measurements.all())
    assert told(series.sums(values)) == [(date(2021, 6, 30), Decimal("3.5"), "")]
    lines = pictures.chart_of(kpi, values, []).picture.series
    assert [line.label for line in lines] == ["Sum of the cities", city.name, "Zeta"]
    kpi.adds_up = False
    lines = pictures.chart_of(kpi, values, []).picture.series
    assert [line.label for line in lines] == [city.name, "Zeta"]


def test_only_values_of_the_same_period_are_added_up(shared):
    kpi, city, other = shared
    year, autumn = date(2022, 1, 1), date(2022, 10, 1)
    number(kpi, Decimal(1200), as_of=date(2022, 12, 31), period_starts_on=year, city=city)
    number(kpi, Decimal(300), as_of=date(2022, 12, 31), period_starts_on=autumn, city=other)
    assert series.sums(kpi.measurements.all()) == []
    number(kpi, Decimal(900), as_of=date(2022, 12, 31), period_starts_on=year, city=other)
    assert told(series.sums(kpi.measurements.all())) == [(date(2022, 12, 31), 2100, "")]


@pytest.mark.parametrize(
    ("qualifiers", "word"),
    [(("over", ""), "over 3"), (("under", "under"), "under 3"), (("over", "under"), "about 3"),
     (("about", "over"), "about 3"), (("", ""), "")],
)  # fmt: skip
def test_a_sum_is_no_more_exact_than_what_it_adds_up(shared, qualifiers, word):
    kpi, *cities = shared
    for day in (date(2021, 6, 30), date(2022, 6, 30)):
        for at, (city, qualifier) in enumerate(zip(cities, qualifiers, strict=True), start=1):
            number(kpi, Decimal(at), as_of=day, city=city, qualifier=qualifier)
    total, *_cities = pictures.lines_of(kpi, list(kpi.measurements.all()))
    assert [(point.number, point.words) for point in total.points] == [(3, word)] * 2


def test_the_page_of_an_initiative_with_sums_takes_few_queries(client, officer, shared):
    kpi, *cities = shared

    def fill(kpi):
        for day in (date(2021, 6, 30), date(2022, 6, 30)):
            for one in cities:
                number(kpi, Decimal(1), as_of=day, city=one)

    fill(kpi)
    address = kpi.initiative.get_absolute_url()
    assert "Sum of the cities" in client.get(address).content.decode()
    few = queries(client, address)
    for _row in range(3):
        fill(factories.make_kpi(kpi.initiative, adds_up=True))
    assert queries(client, address) == few <= 12


def test_a_city_that_left_counts_in_sums_until_its_last_day(shared):
    kpi, city, other = shared
    days = [date(2021, 6, 30), date(2022, 6, 30), date(2023, 6, 30)]
    for day in days:
        number(kpi, Decimal(1), as_of=day, city=city)
    for day in days[:2]:
        number(kpi, Decimal(2), as_of=day, city=other)
    assert [one.number for one in series.sums(kpi.measurements.all())] == [3, 3]
    ConsortiumMember.objects.filter(city=other).update(left_on=days[0])
    total, *_cities = pictures.lines_of(kpi, list(kpi.measurements.all()))
    assert [point.number for point in total.points] == [3, 1, 1]


# ── targets ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("on", "value"),
    [((2021, 6, 30), 5), ((2022, 12, 31), 5), ((2023, 1, 1), 99), ((2031, 1, 1), 99)],
)
def test_the_target_that_is_drawn_is_the_next_that_is_due(initiative, on, value):
    kpi = factories.make_kpi(initiative)
    for number_, year in ((7, None), (99, 2030), (5, 2022)):
        due_on = date(year, 1, 1) if year else None
        Target.objects.create(kpi=kpi, value=number_, due_on=due_on)
    assert pictures.next_target(list(kpi.targets.all()), date(*on)).value == value
    kpi.targets.exclude(due_on=None).delete()
    assert pictures.next_target(list(kpi.targets.all()), date(*on)).value == 7


def test_a_target_says_where_it_is_set(client, officer, initiative):
    kpi = factories.make_kpi(initiative)
    add = reverse("initiatives:target-add", args=[initiative.slug, kpi.pk])
    client.post(add, {"key": str(uuid.uuid4()), "comparison": "at_least", "value": "30",
                      "origin": "Climate plan", "origin_url": "example.org/plan"})  # fmt: skip
    page = client.get(reverse("initiatives:kpi-detail", args=[initiative.slug, kpi.pk]))
    assert "Set in:" in page.content.decode()
    assert 'href="https://example.org/plan"' in page.content.decode()


# ── what a conversion is not ────────────────────────────────────────────────────────────────────
def test_a_conversion_is_told_neither_as_reporting_nor_as_a_fresh_value(client, officer, city, kpi):
    """The KPI stays due, and nobody is told of values that nobody reported; a restart later too."""
    kpi.initiative.status = "running"
    kpi.initiative.save()
    long_ago = timezone.now() - timedelta(days=200)
    kpi.measurements.update(reported_at=long_ago, reported_by=officer)
    roadmap, other = kpi.initiative.roadmap, factories.make_officer(city)

    def told():
        names = {kpi.initiative.pk: kpi.initiative.name}
        found = changes.lately([roadmap], other, names).changes
        silent = due.due_in([roadmap], officer, most=None).values.items
        return [one.what for one in found if "value" in one.what], len(silent)

    assert told() == ([], 1)
    change_unit(client, kpi, unit_answer="convert", factor="0.001")
    assert told() == ([], 1)
    staff = Client()
    staff.force_login(factories.make_superuser())
    (listed,) = staff.get(reverse("admin:initiatives_kpi_changelist")).context["cl"].result_list
    assert listed.last == long_ago
    change_unit(client, kpi, unit="GWh", version=2, unit_answer="restart")
    assert told() == ([], 1)
    factories.make_value(kpi, "5", reported_by=officer)
    assert told()[1] == 0
    assert len(told()[0]) == 1
