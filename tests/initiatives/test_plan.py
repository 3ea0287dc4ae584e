"""The plan of a roadmap: readable with one initiative and with 250, and nothing hidden in it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import Phase
from cities.pictures import Arrow, GanttRow, gantt
from cities.pictures import Phase as Band
from icc_portal.load.roadmaps import write_roadmap
from initiatives.models import Dependency, DependencyKind, Initiative, Roadmap
from tests import factories

pytestmark = pytest.mark.django_db


def plan_of(client, roadmap, **query):
    answer = client.get(reverse("initiatives:roadmap-plan", args=[roadmap.pk]), query)
    assert answer.status_code == 200
    return answer


def slipped(initiative, planned=date(2021, 3, 31), now=date(2021, 5, 31)):
    return factories.make_milestone(
        initiative,
        starts_on=now,
        ends_on=now,
        plan_precision="day",
        plan_starts_on=planned,
        plan_ends_on=planned,
    )


def needs(later, earlier):
    return Dependency.objects.create(
        initiative=later, kind=DependencyKind.INITIATIVE, on_initiative=earlier
    )


def test_a_roadmap_without_initiatives_says_so(client):
    page = plan_of(client, factories.make_roadmap()).content.decode()
    assert "No initiatives to be seen" in page


def test_an_initiative_without_dates_stands_in_the_table(client, initiative):
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "No milestone has a date yet" in page
    assert initiative.get_absolute_url() in page


def test_one_initiative_has_its_bar_its_first_plan_and_the_phases(client, initiative):
    edition = initiative.roadmap.participation.edition
    Phase.objects.create(
        edition=edition, number=1, name="Preparation", starts_on="2020-09-01", ends_on="2021-04-30"
    )
    factories.make_milestone(initiative, starts_on="2021-01-01", ends_on="2021-01-01")
    slipped(initiative)
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "Preparation" in page
    assert "61 days later" in page
    assert "Jan 2021 – May 2021" in page
    assert "Jan 2021 – Mar 2021" in page
    assert "First plan" in page


def test_the_longest_chain_and_whom_a_slip_hits_are_told_in_words(client, initiative):
    second = factories.make_initiative(initiative.roadmap, name="Second one")
    slipped(initiative)
    factories.make_milestone(second, starts_on="2021-04-11", ends_on="2021-04-11")
    needs(second, initiative)
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "The longest chain" in page
    assert "A slip of 61 days of" in page
    assert "puts off by 51 days:" in page
    assert "Not in its plan yet: 51 days." in page


@pytest.mark.parametrize(
    ("milestone", "status"),
    [({"status": "reached", "reached_on": "2021-04-11"}, "running"), ({}, "done"), ({}, "stopped")],
)
def test_what_is_completed_or_stopped_is_not_said_to_be_put_off(
    client, initiative, milestone, status
):
    second = factories.make_initiative(initiative.roadmap, name="Second one", status=status)
    slipped(initiative)
    day = {"starts_on": "2021-04-11", "ends_on": "2021-04-11"}
    factories.make_milestone(second, **day, **milestone)
    needs(second, initiative)
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "puts off by" not in page
    factories.make_milestone(second, title="Another", **day)
    page = plan_of(client, initiative.roadmap).content.decode()
    assert ("puts off by" in page) == (status == "running")


def test_a_chain_with_room_says_so_and_is_not_called_critical(client, initiative):
    second = factories.make_initiative(initiative.roadmap, name="Second one")
    factories.make_milestone(initiative, starts_on="2026-01-01", ends_on="2026-01-31")
    later = factories.make_milestone(second, starts_on="2026-12-01", ends_on="2026-12-31")
    needs(second, initiative)
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "together they take 62 days" in page
    assert "Between them lie 303 days of room" in page
    assert "31 days, then 303 days of room" in page
    assert "A day lost here" not in page
    type(later).objects.filter(pk=later.pk).update(starts_on="2026-02-01")
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "A day lost here is a day lost in the end." in page
    assert "of room" not in page


def test_words_that_are_cut_lead_to_the_rest_and_none_hides_another(client, initiative):
    same = "A permit of the river authority " * 4
    for end in ("for the bridge", "for the quay"):
        Dependency.objects.create(initiative=initiative, kind="outside", text=f"{same}{end}")
    Dependency.objects.create(initiative=initiative, kind="outside", text="A vote")
    waits = plan_of(client, initiative.roadmap).context["lines"][0].waits_for
    assert [one.get("url") for one in waits] == [f"{initiative.get_absolute_url()}#content"] * 2 + [
        None
    ]
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert 'id="content"' in page
    assert f"{same}for the quay" in page


def test_slips_reach_other_cities_initiatives_as_far_as_they_may_be_known(client, initiative):
    slipped(initiative)
    public, hidden = (
        factories.make_initiative(factories.make_roadmap(published=seen), name=name, is_public=seen)
        for name, seen in (("Abroad", True), ("Secret abroad", False))
    )
    for one in (public, hidden):
        factories.make_milestone(one, starts_on="2021-04-11", ends_on="2021-04-11")
        needs(one, initiative)
    page = plan_of(client, initiative.roadmap).content.decode()
    assert "Abroad" in page
    assert "Secret abroad" not in page


def test_what_is_not_public_has_no_bar(client, initiative):
    factories.make_milestone(factories.make_initiative(initiative.roadmap, name="Hidden",
                                                       is_public=False))  # fmt: skip
    assert "Hidden" not in plan_of(client, initiative.roadmap).content.decode()


def test_a_circle_is_told_and_breaks_nothing(client, initiative):
    other = factories.make_initiative(initiative.roadmap)
    for one in (initiative, other):
        factories.make_milestone(one)
    needs(initiative, other)
    needs(other, initiative)
    assert "Waiting in a circle" in plan_of(client, initiative.roadmap).content.decode()


def test_levels_fold_and_a_branch_opens(client, initiative):
    child = factories.make_initiative(initiative.roadmap, name="Child", parent=initiative)
    grandchild = factories.make_initiative(initiative.roadmap, name="Grandchild", parent=child)
    factories.make_milestone(grandchild)
    whole = plan_of(client, initiative.roadmap).content.decode()
    assert "Grandchild" in whole
    folded = plan_of(client, initiative.roadmap, level=1).content.decode()
    assert "Grandchild" not in folded
    assert "+ 2 parts" in folded
    # Its milestone is drawn in the row above it.
    assert "Feb 2021" in folded
    branch = plan_of(client, initiative.roadmap, branch=child.pk).content.decode()
    assert "Grandchild" in branch
    assert "Plan of Child" in branch


def test_milestones_are_named_with_their_dates_and_what_became_of_them(client, initiative):
    day = {"starts_on": date(2021, 3, 1), "ends_on": date(2021, 3, 31), "precision": "month"}
    factories.make_milestone(initiative, title="A hall", status="reached", **day)
    factories.make_milestone(initiative, title="A roof", **day | {"ends_on": date(2021, 3, 31)})
    factories.make_milestone(initiative, title="Never mind", status="dropped", **day)
    child = factories.make_initiative(initiative.roadmap, parent=initiative)
    for place in range(9):
        factories.make_milestone(child, title=f"Step {place}", starts_on=date(2022, 1, 1 + place),
                                 ends_on=None)  # fmt: skip
    page = plan_of(client, initiative.roadmap, level=1).content.decode()
    cell = page.split('class="lines">')[1].split("</td>")[0].splitlines()
    assert cell[:2] == ["A hall: March 2021 (reached)", "A roof: March 2021 (not reported)"]
    assert "Never mind" not in page
    # Of a whole branch the first are named.
    assert cell[-2] == "Step 5: from 6 January 2022 (not reported)"
    assert cell[-1] == "and 3 more"


def test_a_branch_of_another_roadmap_is_not_found(client, initiative):
    other = factories.make_initiative()
    address = reverse("initiatives:roadmap-plan", args=[initiative.roadmap.pk])
    assert client.get(address, {"branch": other.pk}).status_code == 404


@pytest.mark.parametrize(
    "query", ["level=9", "level=x", "theme=none", "status=%00", "branch=x", "level=1&level=2"]
)
def test_filters_that_are_not_known_are_left_out(client, initiative, query):
    address = reverse("initiatives:roadmap-plan", args=[initiative.roadmap.pk])
    assert client.get(f"{address}?{query}").status_code == 200


def test_filters_narrow_picture_and_table(client, initiative):
    theme = factories.make_theme()
    themed = factories.make_initiative(initiative.roadmap, name="Themed", status="done")
    themed.themes.add(theme)
    for query in ({"theme": theme.slug}, {"status": "done"}):
        page = plan_of(client, initiative.roadmap, **query).content.decode()
        assert "Themed" in page
        assert "Old name" not in page


def test_250_initiatives_and_1000_milestones_stay_below_300_kb_and_12_queries(client):
    roadmap = write_roadmap(250)
    assert Initiative.objects.filter(roadmap=roadmap, level=4).exists()
    client.force_login(factories.make_officer(roadmap.participation.city))
    plan_of(client, roadmap)
    for query in ({}, {"level": 1}, {"level": 4}):
        with CaptureQueriesContext(connection) as queries:
            answer = plan_of(client, roadmap, **query)
        assert len(answer.content) <= 300_000
        assert len(queries) <= 12
    assert "plan-12-title" in answer.content.decode()


def test_a_small_plan_takes_as_many_queries_as_a_large_one(client, officer, initiative):
    def count():
        with CaptureQueriesContext(connection) as queries:
            plan_of(client, initiative.roadmap)
        return len(queries)

    factories.make_milestone(initiative)
    needs(factories.make_initiative(initiative.roadmap), initiative)
    needs(factories.make_initiative(), initiative)
    few = count()
    for _number in range(5):
        other = factories.make_initiative(initiative.roadmap, parent=initiative)
        factories.make_milestone(other)
        needs(other, initiative)
        needs(factories.make_initiative(), other)
    assert count() == few


def test_the_trial_roadmap_goes_away_again(db):
    from icc_portal.load.roadmaps import remove_roadmap  # noqa: PLC0415

    write_roadmap(20)
    remove_roadmap()
    assert not Roadmap.objects.exists()


# ── the picture alone ───────────────────────────────────────────────────────────────────────────
def row(key, start=date(2021, 1, 1), end=date(2021, 3, 31), **more):
    return GanttRow(key=key, number=str(key), label=f"Row {key}", start=start, end=end, **more)


def test_arrows_begin_where_the_first_ends_and_end_where_the_second_begins():
    later = row(2, date(2021, 5, 1), date(2021, 6, 30))
    drawn = gantt("g", "T", [row(1), later], arrows=[Arrow(1, 2)], today=date(2021, 2, 1))
    strip = drawn.wide[0]
    # Six months between 308 and 952: April begins in the middle, May two thirds on.
    assert strip.arrows.startswith("M630.0 ")
    assert "H737.3m" in strip.arrows
    assert strip.today is not None


def test_a_long_plan_is_cut_into_strips_that_name_what_waits_in_another():
    rows = [row(key) for key in range(1, 101)]
    drawn = gantt("g", "T", rows, arrows=[Arrow(1, 99)], today=date(2021, 2, 1))
    assert [len(strip.labels) for strip in drawn.wide] == [23, 22, 22, 22, 12]
    assert "→ 99" in [label.text for label in drawn.wide[0].labels]
    assert len({strip.id for strip in (*drawn.wide, *drawn.narrow)}) == len(
        [*drawn.wide, *drawn.narrow]
    )


def test_the_name_of_a_short_phase_stands_on_several_lines_instead_of_being_cut():
    phases = [
        Band("Implementation", date(2021, 1, 1), date(2022, 6, 30)),
        Band("Review and way forward", date(2022, 7, 1), date(2022, 9, 30)),
    ]
    long = GanttRow(1, "1", "A", start=date(2021, 1, 1), end=date(2022, 12, 31))
    (strip,) = gantt("g", "T", [long], phases=phases, today=date(2021, 2, 1)).wide
    (lower,) = gantt("g", "T", [long], phases=phases[:1], today=date(2021, 2, 1)).wide
    assert [lines for _left, _width, lines in strip.phases] == [
        ("Implementation",),
        ("Review and", "way forward"),
    ]
    assert strip.top > lower.top


def test_phases_far_from_every_row_do_not_press_them_together():
    far = Band("Far away", date(2031, 1, 1), date(2031, 12, 31))
    drawn = gantt("g", "T", [row(1)], phases=[far], today=date(2021, 2, 1))
    assert drawn.wide[0].phases == ()
