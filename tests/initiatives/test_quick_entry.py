"""This quarter's values of a whole roadmap: saved row by row, losing nothing that was typed."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from cities.models import Consortium, ConsortiumMember, FormDraft
from initiatives.models import Measurement
from tests import factories
from tests.initiatives.test_pages import number, queries
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kpis(initiative):
    return [
        factories.make_kpi(initiative, name=name, position=place)
        for place, name in enumerate(["Tiles", "Datasets", "Users"])
    ]


@pytest.fixture
def page(initiative):
    return reverse("initiatives:quick-entry", args=[initiative.roadmap.pk])


def send(client, page, kpis, *values, **more):
    sent = {"key": str(uuid.uuid4()), "quarter": "2022-3", "autosave_page": 1}
    for kpi, value in zip(kpis, values, strict=False):
        sent |= {f"k{kpi.pk}-value": value, f"k{kpi.pk}-as_of": "30/09/2022"}
    return client.post(page, sent | more)


def reported():
    found = Measurement.objects.order_by("pk")
    return [(one.kpi.name, one.as_reported, one.as_of) for one in found]


def test_each_kpi_is_a_row_with_the_end_of_the_quarter(client, officer, kpis, page):
    number(kpis[0], 12, as_reported="12 tiles")
    shown = client.get(page, {"quarter": "2022-3"}).content.decode()
    assert shown.count('value="30 September 2022"') == 3
    assert "Third quarter of 2022" in shown
    assert "“12 tiles” = 12, 30 June 2021" in shown


def test_rows_with_values_are_saved_and_empty_ones_left(client, officer, kpis, page):
    answer = send(client, page, kpis, "12", "", "over 9000")
    assert answer.status_code == 302
    day = date(2022, 9, 30)
    assert reported() == [("Tiles", "12", day), ("Users", "over 9000", day)]
    assert {one.reported_by for one in Measurement.objects.all()} == {officer}
    shown = client.get(answer["Location"]).content.decode()
    assert "2 values are saved." in shown
    assert "“over 9000” = 9,000, 30 September 2022" in shown


def test_good_rows_are_saved_and_the_others_keep_what_was_typed(client, officer, kpis, page):
    shown = send(client, page, kpis, "12", "NaN", "12 560 234").content.decode()
    assert [one[1] for one in reported()] == ["12"]
    assert "2 rows need your attention; everything else is saved" in shown
    assert 'value="NaN"' in shown
    assert "The number 12,560,234" in shown
    assert 'value="12 560 234"' in shown
    assert FormDraft.objects.get().data[f"k{kpis[1].pk}-value"] == ["NaN"]
    users = f"k{kpis[2].pk}"
    confirmed = {f"{users}-reading": "0", f"{users}-asked_about": "12 560 234"}
    send(client, page, kpis, "", "30", "12 560 234", **confirmed)
    assert [one[1] for one in reported()] == ["12", "30", "12 560 234"]
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("second", ["30", "NaN"])
def test_a_page_sent_twice_is_saved_once(client, officer, kpis, page, second):
    key = str(uuid.uuid4())
    for _again in range(3):
        send(client, page, kpis, "12", second, key=key)
    assert [one[1] for one in reported()] == (["12", "30"] if second == "30" else ["12"])


def test_two_editors_are_told_of_each_other(client, officer, city, kpis, page):
    colleague = factories.make_officer(city, name="Ada Somebody")
    seen = {f"k{kpis[0].pk}-seen": ""}
    theirs = number(kpis[0], 11, reported_by=colleague)
    shown = send(client, page, kpis, "12", "30", **seen).content.decode()
    assert "Ada Somebody reported “11” while you were writing" in shown
    assert [one[1] for one in reported()] == ["11", "30"]
    send(client, page, kpis, "12", **{f"k{kpis[0].pk}-seen": str(theirs.pk)})
    assert [one[1] for one in reported()] == ["11", "30", "12"]


def test_the_last_value_can_be_copied_and_nothing_is_saved_yet(client, officer, kpis, page):
    number(kpis[1], 30, as_reported="about 30")
    shown = send(client, page, kpis, "12", copy=str(kpis[1].pk)).content.decode()
    assert 'value="about 30"' in shown
    assert 'value="12"' in shown
    assert len(reported()) == 1


def test_a_pasted_column_fills_the_rows_in_order_or_by_name(client, officer, kpis, page):
    def fill(text):
        grid = send(client, page, [], fill="1", paste=text).context["form"]
        return [(row.value, row.note) for row in grid.rows], len(grid.pasted.left_over)

    assert fill("12\r\n\r\n9000 since launch\tcounted\r\n") == (
        [("12", ""), ("", ""), ("9000 since launch", "counted")], 0,
    )  # fmt: skip
    assert fill("users\t9000\nTILES\t12\tby hand") == (
        [("12", "by hand"), ("", ""), ("9000", "")], 0,
    )  # fmt: skip
    assert fill("1\n2\n3\n4\n5")[1] == 2
    assert not Measurement.objects.exists()


@pytest.fixture
def namesakes(initiative):
    """Two initiatives that count participants, and one KPI of another name between them."""
    second = factories.make_initiative(initiative.roadmap, name="Second one")
    return [
        factories.make_kpi(initiative, name="Participants"),
        factories.make_kpi(second, name="Trees", position=1),
        factories.make_kpi(second, name="participants", position=2),
    ]


def test_pasted_lines_that_name_namesakes_are_handed_out_in_order(
    client, officer, initiative, namesakes, page
):
    lines = "Participants\t5\nTrees\t9\nParticipants\t7\tby hand"
    answer = send(client, page, [], fill="1", paste=lines)
    rows = answer.context["form"].rows
    assert [(row.value, row.note) for row in rows] == [("5", ""), ("9", ""), ("7", "by hand")]
    shown = answer.content.decode()
    assert "“Participants” is the name of 2 KPIs" in shown
    assert f"Filled in this order: {initiative.name}; Second one." in shown


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Participants\t5"], "the number of lines that name it is 1. None was put in"),
        (["Participants\t5"] * 3, "the number of lines that name it is 3. None was put in"),
        (["Trees\t1", "Trees\t2"], "2 lines name “Trees”, which is one KPI. None was put in."),
        (["Treees\t2", "Trees\t9"], "1 line names no KPI of this page, while others do."),
    ],
)
def test_pasted_lines_without_a_row_of_their_own_are_told_and_stay_to_be_pasted(
    client, officer, namesakes, page, lines, said
):
    answer = send(client, page, [], fill="1", paste="\n".join(lines))
    shown = answer.content.decode()
    assert said in shown
    left = [line for line in lines if line != "Trees\t9"]
    assert answer.context["paste"].split("\n") == left
    values = [row.value for row in answer.context["form"].rows]
    assert values == ["", "9" if "Trees\t9" in lines else "", ""]


def test_a_value_of_before_the_unit_changed_is_named_with_its_unit_and_not_copied(
    client, officer, initiative, page
):
    kpi = factories.make_kpi(initiative, name="Energy", unit="MWh")
    number(kpi, 13000, is_former=True, former_unit="kWh")
    answer = send(client, page, [kpi], copy=str(kpi.pk))
    assert answer.context["form"].rows[0].value == ""
    shown = answer.content.decode()
    assert "13,000 kWh, 30 June 2021, before the unit changed" in shown
    assert "data-copy" not in shown
    assert '<span class="quiet">MWh</span>' in shown
    number(kpi, 13)
    assert "13 MWh, 30 June 2021" in client.get(page).content.decode()


def test_the_page_says_which_quarter_it_opens_with_and_why(client, officer, kpis, page):
    shown = client.get(page)
    ended = shown.context["quarter"]
    assert f"Values: {ended}" in shown.content.decode()
    assert f"{ended} is the last one that has ended. {ended.after}" in shown.content.decode()
    assert "has ended" not in client.get(page, {"quarter": "2022-3"}).content.decode()


def test_a_note_without_a_value_is_asked_about(client, officer, kpis, page):
    shown = send(client, page, kpis, "", **{f"k{kpis[0].pk}-note": "Soon"}).content.decode()
    assert "Write a value beside the note" in shown
    assert 'value="Soon"' in shown


def test_in_a_consortium_the_values_hold_for_the_city_chosen(client, officer, city):
    other = factories.make_city(name="Zeta")
    consortium = Consortium.objects.create(slug="two", name="Two", lead_city=city)
    for member in (city, other):
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    participation = factories.make_participation(consortium=consortium)
    kpi = factories.make_kpi(
        factories.make_initiative(factories.make_roadmap(participation=participation))
    )
    page = reverse("initiatives:quick-entry", args=[kpi.initiative.roadmap.pk])
    send(client, page, [kpi], "12", city=str(other.pk))
    assert Measurement.objects.get().city == other


def test_what_was_typed_for_a_kpi_that_was_taken_away_stays_until_it_is_emptied(
    client, officer, kpis, page
):
    gone = f"k{kpis[1].pk}"
    kpis[1].delete()
    typed = {f"{gone}-value": "98765", f"{gone}-note": "Counted twice"}
    shown = send(client, page, [kpis[0]], "12", **typed).content.decode()
    assert [one[1] for one in reported()] == ["12"]
    assert "Datasets: This KPI was taken away; here is what you typed." in shown
    assert 'value="98765"' in shown
    assert 'value="Counted twice"' in shown
    assert FormDraft.objects.get().data[f"{gone}-value"] == ["98765"]
    # The last of all KPIs may be gone: what was typed is shown all the same.
    for kpi in (kpis[0], kpis[2]):
        Measurement.objects.filter(kpi=kpi).delete()
        kpi.delete()
    assert "98765" in send(client, page, [], **typed).content.decode()
    assert send(client, page, [], **{f"{gone}-value": ""}).status_code == 302
    assert not FormDraft.objects.exists()


def test_a_kpi_of_another_roadmap_is_not_written(client, officer, kpis, page):
    foreign = factories.make_kpi()
    shown = send(client, page, [*kpis, foreign], "12", "", "", "99").content.decode()
    assert [one[0] for one in reported()] == ["Tiles"]
    assert foreign.name not in shown


def test_the_grid_asks_no_more_for_more_rows(client, officer, initiative, kpis, page):
    for kpi in kpis:
        number(kpi, 1)
    few = queries(client, page)
    for _row in range(30):
        kpi = factories.make_kpi(initiative)
        number(kpi, 1)
        number(kpi, 2)
    assert queries(client, page) == few <= 12


def test_addresses_of_quarters_that_are_none_lead_to_the_last_one(client, officer, kpis, page):
    for named in ("", "2022-5", "0000-1", "x"):
        assert client.get(page, {"quarter": named}).status_code == 200


@pytest.mark.parametrize("answer", ["restart", "convert", "same"])
def test_a_value_typed_before_the_unit_changed_is_asked_about_and_kept(
    client, officer, initiative, page, answer
):
    kpi = factories.make_kpi(initiative, name="Energy", unit="kWh")
    number(kpi, 13000)
    opened = fields_of(client.get(page).content.decode(), "grid-form")
    form = reverse("initiatives:kpi-edit", args=[initiative.slug, kpi.pk])
    sent = fields_of(client.get(form).content.decode(), "page-form")
    change = {"unit": ["MWh"], "unit_answer": [answer], "factor": ["0.001"]}
    assert client.post(form, sent | change).status_code == 302
    before = Measurement.objects.count()
    typed = opened | {f"k{kpi.pk}-value": ["15 000"], f"k{kpi.pk}-note": ["By the meter"]}
    answer = client.post(page, typed)
    assert answer.status_code == 200
    assert Measurement.objects.count() == before
    shown = answer.content.decode()
    assert "this KPI counts in “MWh”, no longer in “kWh”" in shown
    again = fields_of(shown, "grid-form")
    assert again[f"k{kpi.pk}-value"] == ["15 000"]
    assert again[f"k{kpi.pk}-note"] == ["By the meter"]
    again[f"k{kpi.pk}-value"] = ["15"]
    assert client.post(page, again).status_code == 302
    assert Measurement.objects.order_by("-pk").first().as_reported == "15"
