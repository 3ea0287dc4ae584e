"""Another city's initiative that is hidden by now: what is said of it stays, its name is told to
nobody who may not know of it."""

import pytest
from django.urls import reverse

from initiatives import services
from initiatives.models import DependencyKind
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
