"""KPIs in documents: values in the unit of their time, and the same lines as on pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cities.models import Consortium, ConsortiumMember
from initiatives import pictures, series
from initiatives.deliverable import charts
from initiatives.models import Measurement, Target
from tests import factories
from tests.initiatives.test_series import number

pytestmark = pytest.mark.django_db
DAYS = date(2021, 6, 30), date(2022, 6, 30)


@pytest.fixture
def begun_anew(initiative, officer):
    """A KPI whose series was begun anew in another unit, and has a value in that one."""
    kpi = factories.make_kpi(initiative, unit="kWh", name="Energy")
    number(kpi, Decimal(12560), as_of=DAYS[0])
    Target.objects.create(kpi=kpi, value=20000)
    kpi.unit = "MWh"
    kpi.save()
    answer = series.UnitChange.RESTART
    series.change_unit(kpi, "kWh", answer, factor=None)
    number(kpi, Decimal(13), as_of=DAYS[1])
    return kpi


def rows_of(found):
    (table,) = found
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def test_a_document_tells_what_was_in_another_unit(begun_anew):
    (planned,) = rows_of(charts.planned(begun_anew.initiative))
    assert planned["Unit"] == "MWh"
    first, second = rows_of(charts.reported(begun_anew.initiative))
    assert first["As reported"] == "12560 kWh, before the unit changed"
    assert second["As reported"] == "13 MWh"
    for row in (planned, first):
        assert row["Target"] == "At least 20,000 (kWh, before the unit changed)"


def test_pages_tell_what_was_in_another_unit(client, begun_anew):
    slug = begun_anew.initiative.slug
    page = client.get(reverse("initiatives:initiative-detail", args=[slug])).content.decode()
    assert "<h4>Before the unit changed</h4>" in page
    assert "12560 kWh, before the unit changed" in page
    assert "At least 20,000 (kWh, before the unit changed)" in page
    assert "Reported, but not compared" not in page
    begun_anew.measurements.filter(is_former=False).delete()
    assert "12560 kWh, before the unit changed" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("words", "unit", "told"),
    [
        ("about 12", "t", "about 12 t"), ("1.5 million", "m", "1.5 million m"),
        ("12t", "t", "12t"), ("12 KWH", "kWh", "12 KWH"), ("12 trees", "tree", "12 trees"),
        ("12 %", "%", "12 %"), ("12", "", "12"),
    ],
)  # fmt: skip
def test_a_value_is_told_with_its_unit_once(words, unit, told):
    value = Measurement(kind="number", number=12, as_reported=words)
    assert pictures.value_words(value, unit) == told


@pytest.mark.parametrize("adds_up", [True, False])
def test_slides_draw_the_lines_of_the_picture(adds_up):
    cities = [factories.make_city(name=name) for name in ("Alphaville", "Zetatown")]
    consortium = Consortium.objects.create(slug="two", name="Two")
    for city in cities:
        ConsortiumMember.objects.create(consortium=consortium, city=city)
    participation = factories.make_participation(consortium=consortium)
    initiative = factories.make_initiative(factories.make_roadmap(participation=participation))
    kpi = factories.make_kpi(initiative, adds_up=adds_up)
    for day in DAYS:
        for at, city in enumerate(cities, start=1):
            number(kpi, Decimal(at), as_of=day, city=city)
    (block,) = charts.chart_of(kpi)
    drawn = pictures.chart_of(kpi, list(kpi.measurements.all()), []).picture.series
    lines = block["chart"]["lines"]
    assert [one["name"] for one in lines] == [one.label for one in drawn]
    assert ("Sum of the cities" in {one["name"] for one in lines}) == adds_up
    assert {tuple(map(Decimal, one["values"])) for one in lines} == (
        {(3, 3), (1, 1), (2, 2)} if adds_up else {(1, 1), (2, 2)}
    )
