"""The portfolio across cities: every number counts the rows it leads to."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from initiatives import check_ins
from initiatives.models import (
    Ambition,
    BudgetLine,
    CheckIn,
    Initiative,
    KPIConcept,
    Measurement,
    Roadmap,
    Target,
    ValueKind,
)
from initiatives.portfolio import tables
from initiatives.portfolio.facts import Portfolio
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = factories.make_staff()
    client.force_login(user)
    return user


def rows(client, kind, **asked):
    answer = client.get(reverse("initiatives:portfolio-rows", args=[kind]), asked)
    assert answer.status_code == 200
    return answer


def file(client, kind, form, **asked):
    return client.get(reverse("initiatives:portfolio-file", args=[kind, form]), asked)


def fill(city=None, **fields):
    """An initiative with a slip, a late milestone, a budget line and a KPI with a value."""
    one = factories.make_initiative(factories.make_roadmap(city or factories.make_city()), **fields)
    factories.make_milestone(
        one,
        title="Moved",
        status="reached",
        starts_on=date(2021, 5, 31),
        ends_on=date(2021, 5, 31),
        plan_precision="day",
        plan_starts_on=date(2021, 3, 31),
        plan_ends_on=date(2021, 3, 31),
    )
    factories.make_milestone(one, title="Silent")
    BudgetLine.objects.create(
        initiative=one, label="Work", amount=Decimal("0.10"), level="eu", funding_source="ERDF",
        year=2021, until_year=2023,
    )  # fmt: skip
    concept, _new = KPIConcept.objects.get_or_create(
        code="activities", defaults={"name": "Activities"}
    )
    kpi = factories.make_kpi(one, concept=concept)
    Measurement.objects.create(kpi=kpi, kind=ValueKind.NUMBER, number=12, as_reported="12")
    factories.make_kpi(one)
    return one


def check_in(roadmap, *, answers=("on_the_way",)):
    """A roadmap that was asked about an ambition and a step, and answered about some of it."""
    ambition = Ambition.objects.create(roadmap=roadmap, horizon="three_years", statement="Green")
    step = ambition.steps.create(text="A first park")
    CheckIn.objects.create(roadmap=roadmap, year=2026)
    told = dict(zip((f"ambition-{ambition.pk}", f"step-{step.pk}"), answers, strict=False))
    if told:
        by = factories.make_officer(roadmap.participation.city, name="Who answered")
        check_ins.record(roadmap, {key: (answer, "So far") for key, answer in told.items()}, by)


def test_check_ins_are_counted_listed_and_taken_along(client, staff):
    for answers in ((), ("on_the_way",), ("done", "stopped")):
        check_in(fill().roadmap, answers=answers)
    page = client.get(reverse("initiatives:portfolio"))
    told = {
        picture.id: [[cell["text"] if isinstance(cell, dict) else cell for cell in row]
                     for row in picture.rows]
        for picture in page.context["pictures"]
    }  # fmt: skip
    assert told["check-ins-table"] == [["2026", "3", "2", "1"]]
    assert dict(told["standing-table"]) == {
        "Still on the way": "1",
        "Done": "1",
        "Stopped": "1",
        "Not answered": "3",
    }
    stopped = rows(client, "standing", stands="stopped").content.decode()
    for words in ("A first park", "So far", "Who answered"):
        assert words in stopped
    text = file(client, "check-ins", "csv", answered="0").content.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text)))
    assert len(found) == 2
    assert found[1][-1].endswith(Roadmap.objects.order_by("pk").first().get_absolute_url())


def test_an_empty_portfolio_is_answered(client, staff):
    assert client.get(reverse("initiatives:portfolio")).status_code == 200


def test_every_number_leads_to_as_many_rows_as_it_says(client, staff):
    check_in(fill(status="running").roadmap)
    check_in(fill(factories.make_city(country="IT"), status="done").roadmap, answers=())
    answer = client.get(reverse("initiatives:portfolio"))
    checked = 0
    for one in answer.context["figures"]:
        assert rows_at(client, one["url"]) == one["value"]
        checked += 1
    for picture in answer.context["pictures"]:
        for row in picture.rows:
            for cell in row[1:]:
                if cell.get("url"):
                    assert rows_at(client, cell["url"]) == int(cell["text"]), cell
                    checked += 1
    assert checked == 3 + 2 + 4 + 3 + 3 + 2


def rows_at(client, url):
    return client.get(url).context["total"]


def test_filters_narrow_numbers_rows_and_files_alike(client, staff):
    fill(factories.make_city(country="FR"), name="French one")
    fill(factories.make_city(country="IT"), name="Italian one")
    asked = {"country": "IT"}
    page = client.get(reverse("initiatives:portfolio"), asked)
    assert [one["value"] for one in page.context["figures"]] == [1, 1, 1]
    assert all("country=IT" in one["url"] for one in page.context["figures"])
    assert "French one" not in rows(client, "budget", **asked).content.decode()
    assert "French one" not in file(client, "budget", "csv", **asked).content.decode()


def test_money_is_added_up_to_the_cent_with_all_its_years(client, staff):
    fill()
    page = client.get(reverse("initiatives:portfolio")).content.decode()
    assert "0.30 EUR" in page
    assert "Source: ERDF" in page


def test_files_hold_the_values_the_aims_and_the_years(client, staff):
    one = fill()
    kpi = one.kpis.earliest("pk")
    day = date(2022, 6, 30)
    Measurement.objects.create(kpi=kpi, kind="text", text="x", as_reported="some trees", as_of=day)
    factories.make_kpi(one)
    for value in (30, 40):
        Target.objects.create(kpi=kpi, value=value, due_on=date(2023, 1, 1), precision="year")
    with_values, *_others = csv.DictReader(
        io.StringIO(file(client, "kpis", "csv").content.decode("utf-8-sig"))
    )
    named = ("Values", "Targets", "Last value", "As of", "What is aimed at")
    assert [with_values[name] for name in named] == [
        "2", "2", "some trees", "30 June 2022", "At least 30 by 2023; At least 40 by 2023",
    ]  # fmt: skip
    budget = csv.DictReader(io.StringIO(file(client, "budget", "csv").content.decode("utf-8-sig")))
    assert [line["Year"] for line in budget] == ["2021–2023"]


def test_the_last_value_is_that_of_all_cities_or_says_whose_part_it_is():
    kpi, city = factories.make_kpi(unit="MWh"), factories.make_city(name="Alphaville")

    def last():
        return Portfolio([kpi.initiative_id]).kpis_in_full()[0].last

    factories.make_value(kpi, "300", as_of=date(2022, 2, 1), city=city)
    assert last() == "300 (Alphaville)"
    of_all = factories.make_value(kpi, "1200", as_of=date(2022, 1, 1))
    assert last() == "1200"
    Measurement.objects.filter(pk=of_all.pk).update(is_former=True, former_unit="kWh")
    assert last() == "300 (Alphaville)"
    kpi.measurements.filter(city=city).delete()
    assert last() == "1200 kWh, before the unit changed"


def test_a_file_has_clean_text_links_and_nothing_a_spreadsheet_computes(client, staff):
    one = fill(name='=HYPERLINK("x")')
    KPIConcept.objects.all()
    text = file(client, "kpis", "csv").content.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text)))
    assert found[1][0] == '\'=HYPERLINK("x")'
    assert found[1][-1].startswith("http")
    assert one.get_absolute_url() in found[1][-1]
    book = load_workbook(io.BytesIO(file(client, "kpis", "xlsx").content))
    assert (book["kpis"]["A2"].value, book["kpis"]["A2"].data_type) == (one.name, "s")


def test_rows_that_are_asked_for_in_nonsense_are_none(client, staff):
    fill()
    assert rows(client, "budget", level="x").context["total"] == 0
    assert rows(client, "budget", page="nonsense").context["total"] == 1


def test_as_many_queries_for_many_initiatives_as_for_one(client, staff):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("initiatives:portfolio"))
            for kind in tables.KINDS:
                rows(client, kind)
        return len(queries)

    check_in(fill().roadmap)
    few = count()
    for _number in range(4):
        check_in(fill().roadmap)
    assert count() == few
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("initiatives:portfolio"))
    assert len(queries) <= 12


def test_hidden_initiatives_of_drafts_count_for_staff_too(client, staff):
    factories.make_initiative(factories.make_roadmap(published=False), is_public=False)
    assert rows(client, "initiatives").context["total"] == Initiative.objects.count() == 1
