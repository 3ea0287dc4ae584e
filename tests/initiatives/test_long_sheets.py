"""Long spreadsheets: read, compared and written by the worker, whatever happens to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cities.models import Effect
from initiatives.exchange import jobs
from initiatives.models import Initiative, Milestone, RoadmapSheet
from tests import factories
from tests.initiatives.sheets import all_boxes, bring, edited, taken_along

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ones(monkeypatch):
    """Every file is long, and pieces have two rows."""
    monkeypatch.setattr(jobs, "MOST_READ_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    monkeypatch.setattr("initiatives.views.sheets.MOST_ROWS", 2)


@pytest.fixture
def brought(client, officer, initiative, long_ones):
    """Three milestones that are new, and an initiative that somebody saved meanwhile."""
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 1, "goal", "From the file"),
        ("initiatives", 1, "lead", "A lead"),
        *(("milestones", at, "initiative", "Old name") for at in (1, 2, 3)),
        *(("milestones", at, "title", f"Step {at}") for at in (1, 2, 3)),
    )
    Initiative.objects.update(goal="Saved here")
    return bring(client, initiative.roadmap, data)


def sheet():
    return RoadmapSheet.objects.get()


def test_the_worker_reads_and_compares_and_the_page_says_how_far_it_is(client, brought, drain):
    page = client.get(brought)
    assert "Step 1 of 2" in page.content.decode()
    assert "Look again" in page.content.decode()
    part = client.get(brought, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    drain()
    page = client.get(brought).content.decode()
    assert "4 rows are new or differ" in page
    assert all_boxes(client, brought) == ["initiatives-3-goal"]
    assert client.get(brought, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert (sheet().state, hasattr(sheet(), "file")) == ("ready", False)


def test_the_worker_writes_in_pieces_what_nobody_else_changed(
    client, officer, initiative, brought, drain
):
    drain()
    client.post(brought, {"table": ["initiatives", "milestones"]})
    assert (sheet().state, Milestone.objects.count()) == ("writing", 0)
    assert "0 of 4" in client.get(brought).content.decode()
    jobs.write_sheet(sheet().pk)
    assert "2 of 4" in client.get(brought).content.decode()
    drain()
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead) == ("Saved here", "A lead")
    assert set(Milestone.objects.values_list("title", flat=True)) == {"Step 1", "Step 2", "Step 3"}
    assert initiative.history.first().history_user == officer
    assert "are written" in client.get(brought).content.decode()
    assert not sheet().rows.exists()


def test_a_part_of_it_and_what_was_ticked_is_written(client, initiative, brought, drain):
    drain()
    client.post(brought, {"take": ["initiatives-3-goal"]})
    drain()
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead) == ("From the file", "")
    assert not Milestone.objects.exists()


def test_each_step_may_run_twice_and_again_after_a_worker_died(client, brought, drain):
    before = sheet().tries
    for _time in range(2):
        jobs.read_sheet(sheet().pk)
    for _time in range(2):
        jobs.compare_sheet(sheet().pk)
    assert sheet().rows.count() == 4
    client.post(brought, {"table": ["milestones"]})
    # Its worker is gone, and so is the effect.
    Effect.objects.all().delete()
    client.post(brought, {"again": "1"})
    assert Effect.objects.count() == 0
    RoadmapSheet.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    assert "Try again" in client.get(brought).content.decode()
    client.post(brought, {"again": "1"})
    drain()
    for _time in range(2):
        jobs.write_sheet(sheet().pk)
    assert Milestone.objects.count() == 3
    assert (sheet().state, sheet().tries > before) == ("done", True)


def test_rows_that_cannot_be_written_are_listed_and_the_others_written(
    client, initiative, brought, drain
):
    drain()
    sheet().rows.filter(table="milestones", number=4).update(
        cells={"initiative": "Nobody", "title": "Step 2"}
    )
    client.post(brought, {"table": ["milestones"]})
    drain()
    assert Milestone.objects.count() == 2
    page = client.get(brought).content.decode()
    assert "Milestones, row 4 (Step 2): “Nobody” is not known here." in page


def test_what_somebody_saved_since_the_rows_were_shown_is_not_written_over(
    client, initiative, brought, drain
):
    drain()
    Initiative.objects.update(goal="Saved later")
    client.post(brought, {"table": ["milestones"], "take": ["initiatives-3-goal"]})
    drain()
    initiative.refresh_from_db()
    assert initiative.goal == "Saved later"
    assert "Somebody saved another value since you looked" in client.get(brought).content.decode()


def test_whoever_may_not_write_any_more_by_the_time_it_is_written_changes_nothing(
    client, officer, brought, drain
):
    drain()
    client.post(brought, {"table": ["milestones"]})
    officer.memberships.all().delete()
    drain()
    assert (sheet().state, sheet().written, Milestone.objects.count()) == ("done", 0, 0)


def test_a_file_of_another_roadmap_is_refused_by_the_worker_too(
    client, officer, initiative, long_ones, drain
):
    address = bring(client, initiative.roadmap, taken_along(factories.make_roadmap()))
    drain()
    page = client.get(address).content.decode()
    assert "belongs to another roadmap" in page
    client.post(address, {"discard": "1"})
    assert not RoadmapSheet.objects.exists()


def test_a_short_file_is_compared_anew_when_somebody_was_faster(client, officer, initiative):
    data = edited(
        taken_along(initiative.roadmap),
        ("initiatives", 1, "goal", "From the file"),
        ("initiatives", 1, "lead", "A lead"),
    )
    address = bring(client, initiative.roadmap, data)
    boxes = all_boxes(client, address)
    Initiative.objects.update(goal="Saved meanwhile")
    page = client.post(address, {"take": boxes}).content.decode()
    assert "Somebody saved another value since you looked" in page
    assert "Saved meanwhile" in page
    ticked = [part.split('"')[0] for part in page.split(" checked>")[:-1]]
    assert page.count(" checked>") == 1, ticked
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead) == ("Saved meanwhile", "")
    client.post(address, {"take": boxes})
    initiative.refresh_from_db()
    assert (initiative.goal, initiative.lead) == ("From the file", "A lead")


def test_what_was_brought_before_rows_were_kept_is_compared_before_it_is_decided_on(
    client, officer, initiative
):
    data = edited(taken_along(initiative.roadmap), ("initiatives", 1, "goal", "From the file"))
    address = bring(client, initiative.roadmap, data)
    boxes = all_boxes(client, address)
    # As such a spreadsheet stands in the database since then: read, without rows or a comparison.
    sheet().rows.all().delete()
    RoadmapSheet.objects.update(compared_at=None, fields_to_take=0, unchanged=0)

    refused = client.post(address, {"take": boxes}, follow=True).content.decode()
    assert "brought some time ago" in refused
    assert "From the file" in refused
    assert all_boxes(client, address) == boxes != []


def test_a_box_that_names_no_row_writes_nothing(client, brought, drain):
    drain()
    odd = ["milestones-" + "9" * 5000 + "-title", "milestones--title", "-", "x"]
    assert client.post(brought, {"take": odd}).status_code == 302
    assert not sheet().rows.filter(is_chosen=True).exists()
