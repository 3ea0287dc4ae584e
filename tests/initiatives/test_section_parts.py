"""What sections have of their own: dimensions, organisations, bodies, grids, cities."""

from datetime import date

import pytest
from django.test import Client

from cities.models import (
    AssessmentAnswer,
    Consortium,
    Dimension,
    FormDraft,
    Instrument,
)
from initiatives.models import (
    CityNeed,
    Commitment,
    GovernanceBody,
    Lesson,
    MatrixEntry,
    Roadmap,
)
from tests import factories
from tests.initiatives.written import address, fill, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


def test_a_cell_holds_several_entries_one_a_line_and_what_stays_keeps_its_row(
    client, officer, roadmap
):
    fill(roadmap)
    kept = MatrixEntry.objects.get()
    page = opened(client, roadmap, "matrix")
    cell = next(name for name in page if name.startswith("cell-"))
    page[cell] = "• Living Lab\r\n\r\nAn entry\r\n- A third\r\n"
    client.post(address(roadmap, "matrix"), page)
    assert list(MatrixEntry.objects.order_by("position").values_list("text", flat=True)) == [
        "Living Lab",
        "An entry",
        "A third",
    ]
    assert MatrixEntry.objects.get(text="An entry").pk == kept.pk


def test_a_line_that_is_too_long_is_named_and_everything_stays(client, officer, roadmap):
    fill(roadmap)
    page = opened(client, roadmap, "matrix")
    cell = next(name for name in page if name.startswith("cell-"))
    page[cell] = "Short\r\n" + "x" * 301
    answer = client.post(address(roadmap, "matrix"), page)
    assert "One line has 301 signs" in answer.content.decode()
    assert "x" * 301 in answer.content.decode()
    assert MatrixEntry.objects.get().text == "An entry"


def test_the_state_of_the_city_keeps_an_earlier_answer_when_asked(client, officer, roadmap):
    fill(roadmap)
    page = opened(client, roadmap, "state")
    at = f"dimension-{Dimension.objects.get().pk}-"
    page |= {f"{at}text": "Better", f"{at}as_of": "2022-06-30", f"{at}again": "on",
             f"{at}where_from": "Master plan"}  # fmt: skip
    client.post(address(roadmap, "state"), page)
    answers = AssessmentAnswer.objects.order_by("as_of").values_list("text", "where_from", "level")
    assert list(answers) == [("So\nso", "", 2), ("Better", "Master plan", 2)]


def test_a_new_answer_without_a_day_holds_as_of_today_and_is_taken_once(client, officer, roadmap):
    fill(roadmap)
    page = opened(client, roadmap, "state")
    at = f"dimension-{Dimension.objects.get().pk}-"
    for _press in range(2):
        client.post(
            address(roadmap, "state"),
            page | {f"{at}text": "Better", f"{at}as_of": "", f"{at}again": "on"},
        )
    today = factories.day_of(officer)
    answers = roadmap.participation.assessment_answers.values_list("text", "as_of")
    assert list(answers) == [("Better", today), ("So\nso", date(2021, 1, 31))]
    again = opened(client, roadmap, "state") | {f"{at}text": "Best"}
    for more in ({f"{at}again": "on"}, {f"{at}as_of": "2021-01-31"}):
        said = client.post(address(roadmap, "state"), again | more).content.decode()
        assert "choose another day" in said
        assert "Best" in said
    assert answers.all().count() == 2


def test_the_latest_answer_is_that_of_the_last_day_and_without_days_the_newest(roadmap):
    fill(roadmap)
    dated = AssessmentAnswer.objects.get()
    other = Dimension.objects.create(instrument=Instrument.objects.get(), slug="b", name="B")
    rows = roadmap.participation.assessment_answers
    rows.create(dimension=dated.dimension, text="No day")
    rows.create(dimension=other, text="First")
    newest = rows.create(dimension=other, text="Second")
    assert set(roadmap.latest_answers(inside=True)) == {dated, newest}


def test_organisations_are_searched_for_ticked_added_and_unticked(client, officer, roadmap):
    here = factories.make_organisation(name="Hub of the north")
    there = factories.make_organisation(name="Hub of the south")
    roadmap.partners.add(here)
    page = opened(client, roadmap, "ecosystem")
    answer = client.post(address(roadmap, "ecosystem"), page | {"words": "south", "search": "1"})
    assert answer.url.endswith("?words=south#found")
    found = opened(client, roadmap, "ecosystem", "?words=south")
    new = {"name": "House of data", "kind": str(here.kind_id), "summary": "Keeps data."}
    client.post(address(roadmap, "ecosystem"), found | new | {"add": str(there.pk), "keep": []})
    assert {one.name for one in roadmap.partners.all()} == {"Hub of the south", "House of data"}
    again = opened(client, roadmap, "ecosystem")
    answer = client.post(address(roadmap, "ecosystem"), again | new | {"name": "house of DATA"})
    assert "is in the directory" in answer.content.decode()


def test_a_body_cannot_report_to_itself_by_a_detour(client, officer, roadmap):
    fill(roadmap)
    board, group = GovernanceBody.objects.order_by("position")
    page = opened(client, roadmap, "governance")
    answer = client.post(address(roadmap, "governance"), page | {"bodies-0-above": str(group.pk)})
    assert "report to itself by a detour" in answer.content.decode()
    board.refresh_from_db()
    assert board.above is None


def test_commitments_are_a_grid_and_an_empty_line_parts_two(client, officer, roadmap):
    initiative = factories.make_initiative(roadmap)
    page = opened(client, roadmap, "commitments")
    page[f"cell-{initiative.pk}-resources"] = "Goes on.\r\nAs planned.\r\n\r\nMore people."
    page["cell-0-kpis"] = "The city keeps counting."
    client.post(address(roadmap, "commitments"), page)
    assert list(Commitment.objects.order_by("pk").values_list("initiative", "kind", "text")) == [
        (initiative.pk, "resources", "Goes on.\nAs planned."),
        (initiative.pk, "resources", "More people."),
        (None, "kpis", "The city keeps counting."),
    ]


@pytest.fixture
def shared(city):
    """A roadmap of two cities, an officer of each."""
    other = factories.make_city(slug="b", name="Town B")
    consortium = Consortium.objects.create(slug="two", name="Two")
    for one in (city, other):
        consortium.members.create(city=one)
    roadmap = factories.make_roadmap(
        participation=factories.make_participation(consortium=consortium)
    )
    return roadmap, other


def test_the_cities_of_a_consortium_write_one_roadmap_with_parts_of_their_own(
    client, officer, shared
):
    roadmap, other = shared
    theirs = Client()
    theirs.force_login(factories.make_officer(other))
    page = opened(client, roadmap, "needs")
    client.post(address(roadmap, "needs"), page | {"needs": "Money"})
    page = opened(theirs, roadmap, "needs")
    theirs.post(address(roadmap, "needs"), page | {f"need-{other.pk}": "A port"})
    assert Roadmap.objects.get(pk=roadmap.pk).needs == "Money"
    assert list(CityNeed.objects.values_list("city__name", "text")) == [("Town B", "A port")]
    page = opened(theirs, roadmap, "commitments", "?city=b")
    theirs.post(address(roadmap, "commitments") + "?city=b", page | {"cell-0-kpis": "Counting"})
    assert Commitment.objects.get().city == other
    assert "Counting" not in str(opened(client, roadmap, "commitments"))
    page = opened(client, roadmap, "lessons")
    client.post(address(roadmap, "lessons"),
                page | {"worked-0-text": "The port", "worked-0-city": str(other.pk)})  # fmt: skip
    assert Lesson.objects.get().city == other


def test_what_is_discarded_of_one_citys_part_leads_back_to_that_part(client, officer, shared):
    roadmap, other = shared
    at = address(roadmap, "commitments")
    FormDraft.objects.create(
        user=officer, form="section", target=f"{roadmap.pk}-commitments-{other.pk}", data={}
    )
    answer = client.post(f"{at}?city=b&continue=1", {"discard": "1"})
    assert answer.url == f"{at}?city=b"
    assert not FormDraft.objects.filter(target=f"{roadmap.pk}-commitments-{other.pk}").exists()
