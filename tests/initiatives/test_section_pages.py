"""Writing a roadmap section by section: rows, grids, order, and nothing typed is lost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import (
    AssessmentAnswer,
    Consortium,
    Dimension,
    FormDraft,
    Instrument,
    Organisation,
)
from initiatives import sections
from initiatives.models import (
    Ambition,
    Axis,
    CityNeed,
    Commitment,
    GovernanceBody,
    Lesson,
    MatrixEntry,
    PriorityAxis,
    Roadmap,
    SectionSave,
)
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


def address(roadmap, key):
    return reverse("initiatives:section-write", args=[roadmap.pk, key])


def opened(client, roadmap, key, query=""):
    """The fields of a section's form as they stand on its page."""
    answer = client.get(address(roadmap, key) + query)
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def test_every_section_opens_and_saves_untouched_without_any_change(client, officer, roadmap):
    fill(roadmap)
    before = everything(roadmap)
    for key in sections.WRITTEN:
        answer = client.post(address(roadmap, key), opened(client, roadmap, key))
        assert (key, answer.status_code) == (key, 302)
    assert everything(roadmap) == before
    assert SectionSave.objects.filter(user=officer).count() == len(sections.WRITTEN)


def fill(roadmap):
    """Some rows of every kind."""
    initiative = factories.make_initiative(roadmap)
    axis = Axis.objects.create(roadmap=roadmap, name="Data", position=0)
    for horizon in ("vision", "three_years"):
        ambition = roadmap.ambitions.create(statement="Open", horizon=horizon, position=0)
        ambition.steps.create(text="A step", position=0)
        ambition.steps.create(text="Another", position=1)
    MatrixEntry.objects.create(axis=axis, ambition=roadmap.ambitions.get(horizon="vision"),
                               text="An entry")  # fmt: skip
    above = GovernanceBody.objects.create(roadmap=roadmap, name="Board", role="First\nsecond")
    GovernanceBody.objects.create(roadmap=roadmap, name="Group", above=above, position=1)
    Lesson.objects.create(roadmap=roadmap, kind="worked", text="The board\nin two lines")
    Lesson.objects.create(roadmap=roadmap, kind="key", heading="Tools", text="Fewer")
    Commitment.objects.create(roadmap=roadmap, initiative=initiative, kind="kpis", text="Go on.")
    PriorityAxis.objects.create(roadmap=roadmap, name="Mobility")
    roadmap.partners.add(factories.make_organisation())
    instrument = Instrument.objects.create(slug="any", name="Any", highest_level=5)
    dimension = Dimension.objects.create(instrument=instrument, slug="one", name="One")
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=dimension, text="So\nso", level=2,
        as_of="2021-01-31",
    )  # fmt: skip


def everything(roadmap):
    """All values of all rows of a roadmap."""
    models = [PriorityAxis, Axis, Ambition, MatrixEntry, GovernanceBody, Lesson, Commitment,
              AssessmentAnswer, Organisation]  # fmt: skip
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_rows_are_typed_into_blank_ones_in_any_number_and_keep_their_order(
    client, officer, roadmap
):
    page = opened(client, roadmap, "introduction")
    page["introduction"] = "Why we take part."
    page["priorities-0-name"], page["priorities-2-name"] = "Mobility", "Climate"
    answer = client.post(address(roadmap, "introduction"), page)
    assert answer.url == address(roadmap, "introduction")
    assert list(roadmap.priority_axes.values_list("name", "position")) == [
        ("Mobility", 0),
        ("Climate", 1),
    ]
    again = opened(client, roadmap, "introduction")
    assert "priorities-3-name" in again, "blank rows are offered again"
    again["priorities-1-ORDER"] = "1"
    client.post(address(roadmap, "introduction"), again)
    assert [one.name for one in roadmap.priority_axes.all()] == ["Climate", "Mobility"]


def test_a_form_received_three_times_adds_its_rows_once(client, officer, roadmap):
    page = opened(client, roadmap, "vision")
    page["ambitions-0-statement"], page["axes-0-name"] = "Open", "Data"
    for _ in range(3):
        assert client.post(address(roadmap, "vision"), page).status_code == 302
    assert (roadmap.ambitions.count(), roadmap.axes.count()) == (1, 1)


def test_somebody_who_goes_back_and_mends_a_new_row_changes_that_row(client, officer, roadmap):
    page = opened(client, roadmap, "vision")
    page["axes-0-name"] = "Daat"
    client.post(address(roadmap, "vision"), page)
    page["axes-0-name"] = "Data"
    client.post(address(roadmap, "vision"), page)
    assert [axis.name for axis in roadmap.axes.all()] == ["Data"]


def test_a_late_repetition_of_a_form_does_not_undo_what_somebody_else_wrote(
    client, officer, roadmap
):
    page = opened(client, roadmap, "vision")
    page["axes-0-name"] = "Data"
    client.post(address(roadmap, "vision"), page)
    roadmap.axes.update(name="Data and openness")
    client.post(address(roadmap, "vision"), page)
    assert roadmap.axes.get().name == "Data and openness"


@pytest.mark.parametrize("key", ["lessons", "matrix", "commitments", "state", "three-years"])
def test_what_two_people_changed_alike_is_shown_side_by_side_until_somebody_chooses(
    client, officer, roadmap, key
):
    fill(roadmap)
    name, read = {
        "lessons": ("worked-0-text", lambda: Lesson.objects.get(kind="worked").text),
        "matrix": (None, lambda: MatrixEntry.objects.get().text),
        "commitments": (None, lambda: Commitment.objects.get().text),
        "state": (None, lambda: AssessmentAnswer.objects.get().text),
        "three-years": (
            "ambitions-0-steps",
            lambda: roadmap.ambitions.get(horizon="three_years").steps.get().text,
        ),
    }[key]
    first, second = opened(client, roadmap, key), opened(client, roadmap, key)
    if name is None:
        name = next(
            field for field, values in first.items()
            if values[0] in ("An entry", "Go on.", "So\r\nso") and not field.startswith("initial")
        )  # fmt: skip
    first[name], second[name] = "Theirs", "Mine"
    assert client.post(address(roadmap, key), first).status_code == 302
    answer = client.post(address(roadmap, key), second)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="keep-{name}"' in page
    assert "Theirs" in page
    assert "Mine" in page
    assert read() == "Theirs"
    chosen = fields_of(page)
    client.post(address(roadmap, key), chosen)
    assert read() == "Mine"
    # The other choice, from the same comparison.
    client.post(address(roadmap, key), chosen | {f"keep-{name}": "theirs", name: "Mine again"})
    assert read() in ("Mine", "Mine again")


def test_the_choice_for_the_other_wording_keeps_it(client, officer, roadmap):
    fill(roadmap)
    first, second = opened(client, roadmap, "lessons"), opened(client, roadmap, "lessons")
    first["worked-0-text"], second["worked-0-text"] = "Theirs", "Mine"
    client.post(address(roadmap, "lessons"), first)
    page = fields_of(client.post(address(roadmap, "lessons"), second).content.decode())
    page["keep-worked-0-text"] = "theirs"
    client.post(address(roadmap, "lessons"), page)
    assert Lesson.objects.get(kind="worked").text == "Theirs"


def test_different_fields_and_cells_of_two_people_are_all_kept(client, officer, roadmap):
    fill(roadmap)
    Axis.objects.create(roadmap=roadmap, name="People", position=1)
    first, second = opened(client, roadmap, "matrix"), opened(client, roadmap, "matrix")
    cells = [name for name in first if name.startswith("cell-")]
    first[cells[0]], second[cells[1]] = "One\r\nTwo", "Three"
    for page in (first, second):
        assert client.post(address(roadmap, "matrix"), page).status_code == 302
    assert set(MatrixEntry.objects.values_list("text", flat=True)) == {"One", "Two", "Three"}


def test_a_row_taken_away_while_somebody_wrote_in_it_comes_back_with_their_words(
    client, officer, roadmap
):
    fill(roadmap)
    first, second = opened(client, roadmap, "lessons"), opened(client, roadmap, "lessons")
    first["worked-0-DELETE"] = "on"
    client.post(address(roadmap, "lessons"), first)
    assert not Lesson.objects.filter(kind="worked").exists()
    client.post(address(roadmap, "lessons"), second)
    assert not Lesson.objects.filter(kind="worked").exists(), "whoever wrote nothing loses nothing"
    second["worked-0-text"] = "Longer by an hour"
    assert client.post(address(roadmap, "lessons"), second).status_code == 302
    assert Lesson.objects.get(kind="worked").text == "Longer by an hour"


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


def test_what_must_be_mended_is_kept_without_scripts_and_offered_in_the_tree(
    client, officer, roadmap
):
    page = opened(client, roadmap, "introduction")
    page |= {"title": "", "introduction": "Typed for an hour", "priorities-0-name": "x" * 201}
    answer = client.post(address(roadmap, "introduction"), page)
    assert answer.status_code == 200
    assert "Typed for an hour" in answer.content.decode()
    draft = FormDraft.objects.get(user=officer)
    assert draft.data["to_mend"] == ["2"]
    tree = client.get(reverse("initiatives:roadmap-write", args=[roadmap.pk])).content.decode()
    assert "2 fields to mend" in tree
    back = client.get(address(roadmap, "introduction") + "?continue=1").content.decode()
    assert "Typed for an hour" in back
    page |= {"title": "A title", "priorities-0-name": "Mobility"}
    client.post(address(roadmap, "introduction"), page)
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("javascript", ["lost session"])
def test_a_section_sent_after_the_session_ended_comes_back_filled(
    client, officer, roadmap, javascript
):
    page = opened(client, roadmap, "lessons")
    page["worked-1-text"] = "Typed for an hour"
    client.logout()
    answer = client.post(address(roadmap, "lessons"), page)
    client.force_login(officer)
    kept = answer.url.split("next=")[1].replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")
    assert "Typed for an hour" in client.get(kept).content.decode()


def test_the_state_of_the_city_keeps_an_earlier_answer_when_asked(client, officer, roadmap):
    fill(roadmap)
    page = opened(client, roadmap, "state")
    at = f"dimension-{Dimension.objects.get().pk}-"
    page |= {f"{at}text": "Better", f"{at}as_of": "2022-06-30", f"{at}again": "on",
             f"{at}where_from": "Master plan"}  # fmt: skip
    client.post(address(roadmap, "state"), page)
    answers = AssessmentAnswer.objects.order_by("as_of").values_list("text", "where_from", "level")
    assert list(answers) == [("So\nso", "", 2), ("Better", "Master plan", 2)]


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


def test_pages_of_sections_take_few_queries_however_much_stands_in_them(client, officer, roadmap):
    fill(roadmap)

    def count():
        counts = {}
        for key in sections.WRITTEN:
            client.get(address(roadmap, key))
            with CaptureQueriesContext(connection) as queries:
                client.get(address(roadmap, key))
            asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
            counts[key] = len(asked)
        return counts

    few = count()
    for number in range(2, 20):
        factories.make_initiative(roadmap)
        Axis.objects.create(roadmap=roadmap, name=f"Axis {number}", position=number)
        for horizon in ("vision", "three_years"):
            ambition = roadmap.ambitions.create(statement="x", horizon=horizon, position=number)
            ambition.steps.create(text="A step")
        for kind in ("worked", "key"):
            Lesson.objects.create(roadmap=roadmap, kind=kind, text="x", position=number)
        GovernanceBody.objects.create(roadmap=roadmap, name="x", position=number)
        PriorityAxis.objects.create(roadmap=roadmap, name="x", position=number)
        roadmap.partners.add(factories.make_organisation())
    assert count() == few
    assert max(few.values()) <= 12, few
