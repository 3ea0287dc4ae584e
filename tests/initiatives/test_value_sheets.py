"""Values of KPIs as a spreadsheet: every kind comes back, and a change is a correction."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from cities.models import Consortium, ConsortiumMember
from initiatives import dates, services, values
from initiatives.exchange import jsons
from initiatives.models import KPI, Measurement, Qualifier
from initiatives.services import Circumstances
from tests import factories
from tests.initiatives.sheets import all_boxes, bring, compared, edited, taken_along, values_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def kpi(initiative):
    return factories.make_kpi(initiative, name="Open datasets", unit="datasets")


def report(kpi, officer, words, as_of="2022", **more):
    when = dates.parse(as_of) if as_of else None
    value = values.read(words, unit=kpi.unit).best
    return services.report(kpi, value, Circumstances(when, **more), reported_by=officer)


# ── what the workbook is like ───────────────────────────────────────────────────────────────────
def test_a_value_has_a_row_with_its_meaning_and_what_it_may_name_to_choose_from(
    initiative, officer, kpi
):
    report(kpi, officer, "12.560,5", "August 2022", source_url="https://data.example.org/x")
    other = factories.make_kpi(initiative, name="Not reported yet")
    told = values_in(initiative.roadmap)[0]
    assert list(told.values()) == [
        *("Old name", "Open datasets", "", "2022-08", "12.560,5", "12560.5", "datasets"),
        *("https://data.example.org/x", ""),
    ]
    book = load_workbook(io.BytesIO(taken_along(initiative.roadmap)))
    rules = {str(r.sqref)[0]: r.formula1 for r in book["values"].data_validations.dataValidation}
    # Those on the sheet of KPIs, with room for what is added there.
    assert rules["C"] == "kpis!$C$3:$C$204"
    assert [book["kpis"][f"C{row}"].value for row in (3, 4)] == [kpi.name, other.name]
    assert (book["lists"].sheet_state, book["values"].column_dimensions["F"].number_format) == (
        "hidden",
        "@",
    )


# ── corrections ─────────────────────────────────────────────────────────────────────────────────
def test_a_changed_value_corrects_the_old_one_which_stays(client, officer, initiative, kpi):
    old = report(kpi, officer, "12", "2022", note="Counted")
    data = edited(taken_along(initiative.roadmap), ("values", 1, "value", "over 9000 downloads"))
    address = bring(client, initiative.roadmap, data)
    assert (
        "The number over 9,000, with the words “downloads”" in client.get(address).content.decode()
    )
    client.post(address, {"take": all_boxes(client, address)})
    old.refresh_from_db()
    new = old.corrected_by
    assert (old.number, new.number, new.qualifier) == (12, 9000, Qualifier.OVER)
    assert (new.text, new.as_reported, new.note) == ("downloads", "over 9000 downloads", "Counted")
    assert (new.as_of, new.as_of_precision, new.reported_by) == (date(2022, 1, 1), "year", officer)


def test_new_rows_are_reported_once_however_often_the_file_is_brought(
    client, officer, initiative, kpi
):
    data = edited(
        taken_along(initiative.roadmap),
        *[("values", 1, "initiative", "Old name"), ("values", 1, "kpi", "Open datasets")],
        *[("values", 1, "value", 30), ("values", 1, "as_of", "Q3 2022")],
        *[("values", 2, "initiative", "Old name"), ("values", 2, "kpi", "Open datasets")],
        *[("values", 2, "value", 1.234), ("values", 2, "unit", "datasets")],
    )
    for _time in range(2):
        address = bring(client, initiative.roadmap, data)
        client.post(address, {"take": all_boxes(client, address)})
    told = kpi.measurements.order_by("pk").values_list("number", "as_of", "as_of_precision")
    assert list(told) == [
        (Decimal(30), date(2022, 7, 1), "quarter"),
        (Decimal("1.234"), None, "day"),
    ]


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("value", "12,560", "It may mean more than one thing"),
        ("value", "", "Write the value as you report it"),
        ("value", "1234567890123456789", "cannot be kept exactly"),
        ("value", "NaN", "is not a number"),
        ("means", "13", "does not mean that"),
        ("unit", "tons", "The unit belongs to the KPI"),
        ("kpi", "Other", "A value stays with its KPI"),
        ("initiative", "Other", "is not known here"),
        ("as_of", "from 2022", "Write a day or a period"),
        ("as_of", "sometime", "Write a day or a period"),
        ("as_of", "x" * 130, "Keep the date shorter"),
        ("as_of", "2122", "2122 lies ahead: today is"),
        ("as_of", "June 2022 - May 2022", "Write a day or a period"),
        ("city", "nowhere", "is not known here"),
        ("source_url", "javascript:alert(1)", "Write an address that begins with"),
        ("source_url", "https://" + "a" * 500 + ".org", "Keep it shorter"),
        ("note", "x" * 4001, "Keep it shorter"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_its_cell_and_never_written(
    client, officer, initiative, kpi, column, typed, said
):
    report(kpi, officer, "12")
    data = edited(taken_along(initiative.roadmap), ("values", 1, column, typed))
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    assert said in page
    assert 'name="take"' not in page
    client.post(address, {"take": [f"values-3-{column}"]})
    assert kpi.measurements.count() == 1


def test_a_date_in_words_of_a_milestone_that_is_too_long_is_told(client, officer, initiative):
    factories.make_milestone(initiative)
    data = edited(taken_along(initiative.roadmap), ("milestones", 1, "when", "x" * 130))
    page = client.get(bring(client, initiative.roadmap, data)).content.decode()
    assert "Keep the date shorter" in page


def test_the_meaning_settles_what_can_be_read_twice(client, officer, initiative, kpi):
    old = report(kpi, officer, "12")
    data = edited(
        taken_along(initiative.roadmap),
        ("values", 1, "value", "12.560"),
        ("values", 1, "means", "12560"),
    )
    address = bring(client, initiative.roadmap, data)
    client.post(address, {"take": all_boxes(client, address)})
    old.refresh_from_db()
    assert (old.corrected_by.as_reported, old.corrected_by.number) == ("12.560", 12560)


def test_a_value_corrected_here_meanwhile_is_a_conflict_and_not_ticked(
    client, officer, initiative, kpi
):
    old = report(kpi, officer, "12")
    data = edited(taken_along(initiative.roadmap), ("values", 1, "value", "13"))
    now = services.report(
        kpi, values.read("14").best, Circumstances(), reported_by=officer, corrects=old
    )
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    assert "Somebody saved another value here" in page
    assert "checked" not in page
    client.post(address, {"take": all_boxes(client, address)})
    now.refresh_from_db()
    assert now.corrected_by.number == 13


def test_a_value_from_before_the_unit_changed_is_mended_in_its_own_unit(
    client, officer, initiative, kpi
):
    old = report(kpi, officer, "12")
    Measurement.objects.update(is_former=True, former_unit="kWh")
    data = edited(taken_along(initiative.roadmap), ("values", 1, "value", "13 kWh"))
    address = bring(client, initiative.roadmap, data)
    client.post(address, {"take": all_boxes(client, address)})
    old.refresh_from_db()
    new = old.corrected_by
    assert (new.number, new.text, new.is_former, new.former_unit) == (13, "", True, "kWh")


@pytest.mark.parametrize(
    ("unit", "words", "asks"),
    [("", "13", True), ("", "Rouen", False), ("MWh", "13", False)],
)
def test_a_number_added_before_the_unit_changed_is_asked_about(
    client, officer, initiative, kpi, unit, words, asks
):
    report(kpi, officer, "12")
    typed = {"initiative": "Old name", "kpi": kpi.name, "value": words, "as_of": "2023"}
    typed["unit"] = unit
    cells = [("values", 2, *cell) for cell in typed.items()]
    cells += [("targets", 1, "initiative", "Old name"), ("targets", 1, "kpi", kpi.name)]
    cells += [("targets", 1, "value", "40"), ("targets", 1, "unit", unit)]
    data = edited(taken_along(initiative.roadmap), *cells)
    KPI.objects.update(unit="MWh")
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    question = "Typed when the unit was “datasets”. Is it right in “MWh” as well?"
    assert page.count(question) == asks + (not unit)
    client.post(address, {"table": ["values", "targets"]})
    assert kpi.measurements.filter(as_reported=words).exists() is not asks
    assert kpi.targets.exists() is bool(unit)


def test_a_number_added_before_the_unit_changed_counts_once_it_is_chosen(
    client, officer, initiative, kpi
):
    typed = {"initiative": "Old name", "kpi": kpi.name, "value": "13", "as_of": "2023"}
    cells = [("values", 1, *cell) for cell in typed.items()]
    data = edited(taken_along(initiative.roadmap), *cells)
    KPI.objects.update(unit="MWh")
    address = bring(client, initiative.roadmap, data)
    client.post(address, {"take": all_boxes(client, address)})
    assert [one.number for one in kpi.measurements.all()] == [13]


def test_values_of_a_consortium_stay_with_their_cities(client, officer, city):
    other = factories.make_city(slug="b")
    consortium = Consortium.objects.create(slug="two", name="Two", lead_city=city)
    for member in (city, other):
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    participation = factories.make_participation(consortium=consortium)
    roadmap = factories.make_roadmap(participation=participation)
    kpi = factories.make_kpi(factories.make_initiative(roadmap))
    report(kpi, officer, "12", city=other)
    assert values_in(roadmap)[0]["city"] == "b"
    data = edited(taken_along(roadmap), ("values", 1, "city", "a"))
    address = bring(client, roadmap, data)
    client.post(address, {"take": all_boxes(client, address)})
    assert Measurement.objects.current().get().city == city


def test_numbers_in_json_are_the_numbers_they_are(initiative, officer, kpi):
    report(kpi, officer, "12")
    told = json.loads(taken_along(initiative.roadmap, jsons))
    told["sheets"]["values"][0]["value"] = 1.5
    content, taken = jsons.read(json.dumps(told).encode(), initiative.roadmap)
    change = compared(initiative.roadmap, officer, (content, taken)).changes[0]
    assert [(one.column, one.new, one.fault) for one in change.fields] == [
        ("value", "1.5", ""),
        ("means", "1.5", ""),
    ]
