"""Two people write in one section: all words are kept, or somebody chooses."""

import pytest

from cities.models import (
    AssessmentAnswer,
)
from initiatives.models import (
    Axis,
    Commitment,
    Lesson,
    MatrixEntry,
)
from tests import factories
from tests.initiatives.written import address, fill, opened
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


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
