"""Another city's initiative that is hidden by now: what is said of it stays, its name is told to
nobody who may not know of it."""

import pytest
from django.urls import reverse

from initiatives import services
from initiatives.exchange import accepting, differences, jsons, workbooks, writing
from initiatives.exchange.writing import Line
from initiatives.models import DependencyKind, RoadmapSheet
from initiatives.sections import deleted
from tests import factories
from tests.initiatives.test_two_officers import Form

pytestmark = pytest.mark.django_db
HIDDEN = "An initiative that is not public"


@pytest.fixture
def secret():
    """An initiative of another city, which everybody saw and nobody else does any more."""
    made = factories.make_initiative(name="Plan of another city", slug="plan-of-another-city")
    services.take_back(made.roadmap)
    return made


def depends(initiative, on, text=""):
    return initiative.dependencies.create(
        kind=DependencyKind.INITIATIVE, on_initiative=on, text=text
    )


def charter(initiative):
    return Form(reverse("initiatives:initiative-edit", args=[initiative.slug]), "charter-form")


@pytest.mark.parametrize("text", ["", "Their data"])
def test_a_charter_is_saved_and_keeps_its_dependency(client, officer, initiative, secret, text):
    row = depends(initiative, secret, text)
    form = charter(initiative)
    page = client.get(form.url).content.decode()
    assert HIDDEN in page
    assert secret.name not in page
    answer = client.post(form.url, form.sent(page) | {"goal": ["New words"]})
    row.refresh_from_db()
    initiative.refresh_from_db()
    assert (answer.status_code, initiative.goal) == (302, "New words")
    assert (row.on_initiative, row.text) == (secret, text)


def test_nobody_learns_the_name_where_two_changed_one_dependency(
    client, officer, initiative, secret
):
    seen, mine = factories.make_initiative(name="Seen"), factories.make_initiative(name="Mine")
    row = depends(initiative, seen)
    form = charter(initiative)
    sent = form.sent(client.get(form.url).content.decode())
    row.on_initiative = secret
    row.save()
    sent["dependencies-0-on_initiative"] = [str(mine.pk)]
    page = client.post(form.url, sent).content.decode()
    assert f"Somebody else saved “{HIDDEN}”" in page
    assert secret.name not in page
    # Nor is another that is hidden taken because one may stay.
    other = factories.make_initiative(factories.make_roadmap(published=False), name="Other secret")
    sent["dependencies-0-on_initiative"] = [str(other.pk)]
    assert client.post(form.url, sent).status_code == 200
    row.refresh_from_db()
    assert row.on_initiative == secret


# ── sheets ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", [workbooks, jsons])
def test_a_sheet_names_it_to_nobody_and_keeps_it_when_it_comes_back(
    client, officer, initiative, secret, kind
):
    row = depends(initiative, secret, "Their data")
    roadmap = initiative.roadmap
    word = "json" if kind is jsons else "xlsx"
    data = client.get(reverse("initiatives:sheet-take", args=[roadmap.pk, word])).content
    content, taken = kind.read(data, roadmap)
    assert secret.slug not in str((content, taken))
    assert secret.name not in str((content, taken))
    assert differences.compare(roadmap, officer, content, taken).changes == []
    # Other cells of the row are written beside it.
    (line,) = content["dependencies"]
    line.cells["text"] = "Their new data"
    sheet = RoadmapSheet.objects.create(roadmap=roadmap, user=officer)
    accepting.accept(sheet, ["dependencies-3-text"], content, taken)
    row.refresh_from_db()
    assert (row.on_initiative, row.text) == (secret, "Their new data")
    # Nobody makes a link of the words that stand for it.
    new = Line("", 4, {"initiative": initiative.name, "on_initiative": writing.HIDDEN})
    found = differences.compare(roadmap, officer, {"dependencies": [new]}, {})
    assert [one.fault for one in found.changes[0].fields if one.column == "on_initiative"] != [""]


def test_a_sheet_of_before_it_was_hidden_changes_nothing(officer, initiative):
    other = factories.make_initiative(slug="seen-by-all")
    depends(initiative, other)
    roadmap = initiative.roadmap
    content, taken = jsons.read(jsons.write(roadmap, writing.lines_of(roadmap, officer)), roadmap)
    assert "seen-by-all" in str(content)
    services.take_back(other.roadmap)
    assert differences.compare(roadmap, officer, content, taken).changes == []


# ── what was taken away ─────────────────────────────────────────────────────────────────────────
def test_what_was_taken_away_and_comes_back_does_not_name_it(client, officer, initiative, secret):
    depends(initiative, secret).delete()
    seen = factories.make_initiative(name="Seen by all")
    depends(initiative, seen).delete()
    page = reverse("initiatives:sections-deleted", args=[initiative.roadmap.pk])
    listed = client.get(page).content.decode()
    assert HIDDEN in listed
    assert "Seen by all" in listed
    assert secret.name not in listed
    entries = deleted.lately(initiative.roadmap, reader=officer)
    (entry,) = [one for one in entries if one.words == HIDDEN]
    sent = {"kind": entry.kind, "history": entry.history}
    said = client.post(page, sent, follow=True).content.decode()
    assert f"“{HIDDEN}” is back" in said
    assert secret.name not in said
    assert initiative.dependencies.get().on_initiative == secret
