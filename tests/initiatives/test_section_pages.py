"""Writing a roadmap section by section: rows in order, and nothing typed is lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import (
    FormDraft,
)
from initiatives import sections
from initiatives.models import (
    Axis,
    GovernanceBody,
    Lesson,
    PriorityAxis,
    SectionSave,
)
from tests import factories
from tests.initiatives.written import address, everything, fill, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


def test_every_section_opens_and_saves_untouched_without_any_change(client, officer, roadmap):
    fill(roadmap)
    before = everything(roadmap)
    for key in sections.WRITTEN:
        answer = client.post(address(roadmap, key), opened(client, roadmap, key))
        assert (key, answer.status_code) == (key, 302)
    assert everything(roadmap) == before
    assert SectionSave.objects.filter(user=officer).count() == len(sections.WRITTEN)


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
