"""Pages are remembered for visitors, and for nobody else; never longer than they are true."""

import pytest
from django.test import Client, override_settings

from cities.models import Theme
from cities.templatetags.drawing import draw
from marketplace.filters import labels
from marketplace.filters.labels import Labels
from marketplace.models import IndexChange
from marketplace.views import remembered
from tests.factories import make_entry, make_reviewer, make_revision, make_theme

pytestmark = pytest.mark.django_db
LIST = "/marketplace/"


@pytest.fixture(autouse=True)
def memory(settings):
    settings.PAGES_REMEMBERED_S = settings.LABELS_REMEMBERED_S = 60.0
    remembered._pages.clear()
    labels._remembered.clear()
    yield
    remembered._pages.clear()
    labels._remembered.clear()


@pytest.fixture
def entry():
    return make_entry(title="Open data")


def test_a_visitor_is_shown_what_was_made_for_the_one_before(client, entry):
    for page in (LIST, entry.get_absolute_url()):
        first = client.get(page)
        assert page in {key[0] for key in remembered._pages}
        again = Client().get(page)
        assert again.content == first.content
        assert again["Content-Type"] == first["Content-Type"]
        assert "Content-Security-Policy" in again
        assert not again.cookies


def test_what_changes_for_the_public_is_shown_at_once(client, entry):
    client.get(LIST)
    client.get(entry.get_absolute_url())
    make_revision(entry, state="published", title="Open streets")
    IndexChange.objects.create(entry=entry)

    assert "Open streets" in client.get(LIST).content.decode()
    assert "Open streets" in client.get(entry.get_absolute_url()).content.decode()


def test_whoever_signed_in_is_answered_anew(client, entry):
    client.get(LIST)
    remembered._pages.update(dict.fromkeys(remembered._pages, remembered.Page(b"old", "", 1e12)))
    reader = Client()
    reader.force_login(make_reviewer())

    assert "Open data" in reader.get(LIST).content.decode()
    assert client.get(LIST).content == b"old"


def test_whoever_is_told_something_is_answered_anew(client, entry):
    client.get(LIST)
    remembered._pages.update(dict.fromkeys(remembered._pages, remembered.Page(b"old", "", 1e12)))
    client.cookies["messages"] = "something"

    assert "Open data" in client.get(LIST).content.decode()


def test_a_part_for_htmx_is_not_taken_for_the_whole_page(client, entry):
    whole = client.get(LIST).content
    part = client.get(LIST, headers={"HX-Request": "true"}).content

    assert len(part) < len(whole)
    assert client.get(LIST).content == whole
    assert client.get(LIST, headers={"HX-Request": "true"}).content == part


def test_a_page_is_forgotten_after_a_while_and_old_ones_first(client, entry, settings, monkeypatch):
    client.get(LIST)
    remembered._pages.update(dict.fromkeys(remembered._pages, remembered.Page(b"old", "", -1e12)))
    assert client.get(LIST).content != b"old"

    monkeypatch.setattr(remembered, "MOST_REMEMBERED", 2)
    for number in range(5):
        client.get(f"{LIST}?q=word{number}")
    assert len(remembered._pages) == 2


def test_refusals_are_not_remembered(client):
    assert client.get("/marketplace/nothing/").status_code == 404
    assert not remembered._pages


def test_names_of_filters_are_remembered_for_visitors_and_read_anew_for_others():
    theme = make_theme(short_name="Energy")
    assert Labels.remembered().by_facet["theme"][theme.slug] == "Energy"
    Theme.objects.filter(pk=theme.pk).update(short_name="Power")

    assert Labels.remembered().by_facet["theme"][theme.slug] == "Energy"
    assert Labels.read().by_facet["theme"][theme.slug] == "Power"
    with override_settings(LABELS_REMEMBERED_S=0.0):
        assert Labels.remembered().by_facet["theme"][theme.slug] == "Power"


def test_a_component_is_drawn_for_its_inputs():
    one = draw("card.html", title="<b>", url="/", tags=["a"], meta=[])
    assert draw("card.html", title="<b>", url="/", tags=["a"], meta=[]) is one
    assert draw("card.html", title="<b>", url="/", tags=["b"], meta=[]) != one
    assert "&lt;b&gt;" in one
    safe = draw("card.html", title="T", url="/", highlight=one)
    plain = draw("card.html", title="T", url="/", highlight=str(one) + "")
    assert safe != plain
