"""Charters as a spreadsheet: nothing is written unseen, and files that are none are refused."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from cities.tables.limits import Unreadable
from initiatives.exchange import jsons, workbooks
from initiatives.models import BudgetLine, Dependency, Initiative, Milestone, Risk, RoadmapSheet
from tests import factories
from tests.initiatives.sheets import all_boxes, bring, edited, fill, taken_along, url

pytestmark = pytest.mark.django_db


# ── differences ─────────────────────────────────────────────────────────────────────────────────
def test_differences_are_shown_and_written_only_where_they_are_ticked(client, officer, initiative):
    fill(initiative)
    roadmap = initiative.roadmap
    data = edited(
        taken_along(roadmap),
        ("initiatives", 1, "goal", "A new goal"),
        ("initiatives", 1, "lead", "A new lead"),
        ("budget", 1, "amount", 125000.5),
        ("milestones", 1, "when", "Q3 2022"),
    )
    address = bring(client, roadmap, data)
    assert Initiative.objects.get(pk=initiative.pk).goal == ""
    page = client.get(address).content.decode()
    for words in ("A new goal", "A new lead", "350000.00", "125000.50", "Q3 2022", "2021-02-08"):
        assert words in page
    boxes = all_boxes(client, address)
    client.post(address, {"take": [box for box in boxes if not box.endswith("lead")]})
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead, initiative.version) == ("A new goal", "", 2)
    assert BudgetLine.objects.get().amount == Decimal("125000.50")
    milestone = Milestone.objects.get()
    assert (milestone.precision, milestone.starts_on) == ("quarter", date(2022, 7, 1))
    assert milestone.plan_starts_on == date(2021, 2, 8)
    assert initiative.history.first().history_user == officer


def test_a_field_that_somebody_saved_meanwhile_is_a_conflict_and_not_ticked(
    client, officer, initiative
):
    data = edited(taken_along(initiative.roadmap), ("initiatives", 1, "goal", "From the file"))
    Initiative.objects.update(goal="Saved here", lead="Saved here too")
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    assert "Somebody saved another value here" in page
    assert "checked" not in page
    # What the file did not touch is not taken back to what it was.
    assert "Saved here too" not in page
    client.post(address, {"take": all_boxes(client, address)})
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead) == ("From the file", "Saved here too")


def test_new_rows_are_added_also_below_new_initiatives(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 2, "name", "Part"),
        ("initiatives", 2, "parent", "Whole"),
        ("initiatives", 3, "name", "Whole"),
        ("milestones", 1, "initiative", "Part"),
        ("milestones", 1, "title", "First step"),
        ("milestones", 1, "when", "2022"),
        ("dependencies", 1, "initiative", "Whole"),
        ("dependencies", 1, "on_initiative", "Old name"),
    )
    address = bring(client, initiative.roadmap, data)
    client.post(address, {"take": all_boxes(client, address)})
    part = Initiative.objects.get(name="Part")
    assert (part.parent.name, part.level) == ("Whole", 2)
    assert part.slug == "a-part"
    assert part.milestones.get().title == "First step"
    assert Dependency.objects.get().on_initiative == initiative


def test_nothing_is_written_when_one_of_the_chosen_cannot_be(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 1, "goal", "Good"),
        ("risks", 1, "initiative", "Old name"),
        ("risks", 1, "likelihood", 3),
    )
    address = bring(client, initiative.roadmap, data)
    page = client.post(address, {"take": [*all_boxes(client, address), "risks-3-likelihood"]})
    assert "Nothing was written" in page.content.decode()
    assert Initiative.objects.get().goal == ""
    assert not Risk.objects.exists()


def test_faults_are_told_beside_their_cell(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("budget", 1, "initiative", "Nobody"),
        ("budget", 1, "label", "Work"),
        ("budget", 1, "amount", "much"),
        ("budget", 1, "currency", "euro"),
        ("initiatives", 1, "results_url", "javascript:alert(1)"),
    )
    page = client.get(bring(client, initiative.roadmap, data)).content.decode()
    for words in ("“Nobody” is not known here", "is not an amount", "three capital letters"):
        assert words in page
    assert "Write an address that begins with https:" in page


@pytest.mark.parametrize("ticked", [True, False])
def test_what_the_form_of_a_milestone_refuses_a_sheet_refuses_too(
    client, officer, initiative, ticked
):
    rows = [
        ({"title": "Far", "when": "2121"}, "2121 is far from the edition"),
        ({"title": "Further", "when": "2202"}, "“2202” is no date we understand"),
        ({"title": "Long", "when": "2021 – 2202"}, "is far from the edition"),
        ({"title": "Ahead", "status": "reached", "reached_on": "2199-01-01"}, "lies ahead"),
        ({"title": "Not yet", "status": "planned", "reached_on": "2021-01-01"}, "is “reached”"),
    ]
    typed = [
        ("milestones", place, column, text)
        for place, (cells, _said) in enumerate(rows, start=1)
        for column, text in {"initiative": initiative.name, **cells}.items()
    ]
    data = edited(taken_along(initiative.roadmap), *typed)
    address = bring(client, initiative.roadmap, data)
    page = client.get(address).content.decode()
    for _cells, said in rows:
        assert said in page
    # Nor by ticking what the page offered no box for.
    boxes = [f"milestones-{row}-{column}" for row in range(3, 8)
             for column in ("initiative", "title", "when", "status", "reached_on")]  # fmt: skip
    client.post(address, {"take": boxes} if ticked else {"table": "milestones"})
    assert not initiative.milestones.exists()


def test_a_saved_milestone_stays_reached_only_with_its_day(client, officer, initiative):
    milestone = factories.make_milestone(initiative, status="reached", reached_on="2021-02-08")
    data = edited(taken_along(initiative.roadmap), ("milestones", 1, "status", "planned"))
    address = bring(client, initiative.roadmap, data)
    assert "is “reached”" in client.get(address).content.decode()
    client.post(address, {"take": ["milestones-3-status"]})
    milestone.refresh_from_db()
    assert milestone.status == "reached"


def test_a_row_that_was_deleted_meanwhile_is_told(client, officer, initiative):
    fill(initiative)
    data = edited(taken_along(initiative.roadmap), ("risks", 1, "text", "Snow"))
    Risk.objects.all().delete()
    assert "is not there any more" in client.get(
        bring(client, initiative.roadmap, data)
    ).content.decode()  # fmt: skip


def test_an_accepted_file_is_not_written_twice(client, officer, initiative):
    data = edited(taken_along(initiative.roadmap), ("initiatives", 2, "name", "Added"))
    address = bring(client, initiative.roadmap, data)
    for _time in range(2):
        client.post(address, {"take": ["initiatives-4-name"]})
    assert Initiative.objects.filter(name="Added").count() == 1


def test_a_file_is_forgotten_on_request(client, officer, initiative):
    address = bring(client, initiative.roadmap, taken_along(initiative.roadmap))
    client.post(address, {"discard": "1"})
    assert not RoadmapSheet.objects.exists()


def test_hidden_initiatives_cannot_be_named(client, officer, initiative):
    factories.make_initiative(factories.make_roadmap(published=False), slug="secret")
    data = edited(
        taken_along(initiative.roadmap),
        ("dependencies", 1, "initiative", "Old name"),
        ("dependencies", 1, "on_initiative", "secret"),
    )
    page = client.get(bring(client, initiative.roadmap, data)).content.decode()
    assert "“secret” is not known here" in page


# ── files that are none ─────────────────────────────────────────────────────────────────────────
def plain_workbook():
    held = io.BytesIO()
    Workbook().save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04 broken", "no workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old", "protected by a password"),
        ("a.json", b"[" * 100_000, "This is no JSON"),
        ("a.json", b'{"a": 1}', "not downloaded from a roadmap"),
    ],
)
def test_other_files_are_refused_in_words(client, officer, initiative, name, data, said):
    sent = {"file": SimpleUploadedFile(name, data)}
    page = client.post(url("bring", initiative.roadmap), sent).content.decode()
    assert said in page
    assert not RoadmapSheet.objects.exists()


def test_workbooks_of_others_are_refused(initiative):
    with pytest.raises(Unreadable, match="not downloaded"):
        workbooks.read(plain_workbook(), initiative.roadmap)
    other = factories.make_roadmap()
    for kind in (workbooks, jsons):
        with pytest.raises(Unreadable, match="another roadmap"):
            kind.read(taken_along(other, kind), initiative.roadmap)


@pytest.mark.parametrize("numbers", [(-5, 10**30), (3, 3), ("x", None)])
def test_rows_of_json_are_numbered_by_where_they_stand(client, officer, initiative, numbers):
    told = json.loads(taken_along(initiative.roadmap, jsons))
    texts = ["First", "Second"]
    told["sheets"]["risks"] = [
        {"key": "", "#": number, "initiative": initiative.name, "text": text}
        for number, text in zip(numbers, texts, strict=True)
    ]
    data = SimpleUploadedFile("a.json", json.dumps(told).encode())
    answer = client.post(url("bring", initiative.roadmap), {"file": data})
    rows = initiative.roadmap.sheets.get().rows.values_list("number", "title")
    assert list(rows) == [(3, "First"), (4, "Second")]
    client.post(answer.url, {"take": ["risks-4-initiative", "risks-4-text"]})
    assert [one.text for one in Risk.objects.all()] == ["Second"]


def test_the_json_can_be_read_by_people_too(initiative):
    told = json.loads(taken_along(initiative.roadmap, jsons))
    assert told["sheets"]["initiatives"][0]["name"] == "Old name"
