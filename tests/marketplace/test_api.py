"""The solutions for programs."""

import pytest

from marketplace.models import Deployment, Entry, EntryKind, IndexChange, Technology
from tests.factories import make_city, make_entry, make_theme

pytestmark = pytest.mark.django_db

URL = "/api/v1/solutions/"


def slugs(client, query=""):
    return [row["slug"] for row in client.get(f"{URL}{query}").json()["results"]]


def test_the_list_holds_published_solutions_only(client):
    entry = make_entry(title="Open data")
    make_entry(kind=EntryKind.CITY_PROFILE)
    make_entry(state="draft")

    assert slugs(client) == [entry.slug]


def test_the_filters_of_the_page_narrow_the_list(client):
    energy = make_theme(slug="energy")
    one = make_entry(
        make_city(country="SE"), title="Open data", themes=[energy], is_open_source=True
    )
    one.live_revision.technologies.add(Technology.objects.create(slug="sensors", name="Sensors"))
    make_entry(make_city(country="FR"), title="Cycling", maturity="pilot", is_open_source=False)

    for query in (
        *("?q=open", "?q=opne+data", "?theme=energy", "?country=SE", "?technology=sensors"),
        *("?open_source=yes", "?maturity=deployed", "?theme=energy&country=SE&q=data"),
    ):
        assert slugs(client, query) == [one.slug], query
    assert slugs(client, "?country=SE&country=FR&theme=energy&maturity=pilot") == []


@pytest.mark.parametrize("query", ["?theme=nonsense", "?goal=99", "?country=%00", "?cost=cheap"])
def test_a_value_that_is_not_known_is_refused_with_its_name(client, query):
    response = client.get(f"{URL}{query}")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [query[1:].split("=")[0]]


@pytest.mark.parametrize("query", ["?nothing=known", "?theme[]=energy", "?ordering=password"])
def test_a_filter_that_is_not_known_is_refused_with_those_that_are(client, query):
    response = client.get(f"{URL}{query}&page=1&page_size=5&format=json")

    assert response.status_code == 400
    [(name, [said])] = response.json()["errors"].items()
    assert name == query[1:].split("=")[0]
    assert "Known are: q, theme, country" in said


def test_the_detail_tells_city_themes_and_deployments(client):
    city = make_city(name="Rouen", country="FR")
    entry = make_entry(city, title="Open data", themes=[make_theme(slug="energy", name="Energy")])
    Deployment.objects.create(entry=entry, city=make_city(name="Porto"), status="piloting")

    told = client.get(f"{URL}{entry.slug}/").json()

    assert told["title"] == "Open data"
    assert (told["city"]["name"], told["city"]["country"]["code"]) == ("Rouen", "FR")
    assert told["themes"] == [{"slug": "energy", "name": "Energy"}]
    assert [(row["city"]["name"], row["status"]) for row in told["deployments"]] == [
        ("Porto", "piloting")
    ]


def test_the_list_asks_as_often_for_thirty_solutions_as_for_three(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    theme = make_theme()
    for number in range(3):
        make_entry(title=f"Entry {number}", themes=[theme])
    slugs(client, "?q=entry")
    with django_assert_max_num_queries(8) as three:
        client.get(f"{URL}?q=entry")
    # Counted now: the next request starts a new log.
    number_for_three = len(three)
    for number in range(27):
        make_entry(title=f"Entry {number + 3}", themes=[theme])
    make_entry(title="Entry last")
    IndexChange.objects.bulk_create(IndexChange(entry=each) for each in Entry.objects.all())
    slugs(client, "?q=entry")

    with django_assert_num_queries(number_for_three):
        assert len(slugs(client, "?q=entry")) == 31


def test_the_order_of_the_page_and_what_fits_a_city_can_be_asked_for(client):
    small = make_entry(make_city(population=60_000), title="Beta", cost_band="under_50k")
    large = make_entry(make_city(population=900_000, slug="big"), title="Alpha")
    Entry.objects.filter(pk=small.pk).update(confirmed_reuse=2)

    assert slugs(client) == [large.slug, small.slug]
    assert slugs(client, "?sort=name") == [large.slug, small.slug]
    assert slugs(client, "?sort=reused") == [small.slug, large.slug]
    assert slugs(client, "?population=70000&budget=50000") == [small.slug, large.slug]
    assert slugs(client, "?like=big&sort=fit") == [small.slug, large.slug]
    assert slugs(client, "?size=over_500k") == [large.slug]
    assert slugs(client, "?page_size=1&page=2") == [small.slug]


@pytest.mark.parametrize("query", ["?sort=price", "?like=Atlantis", "?population=many", "?trait=x"])
def test_what_cannot_be_ordered_by_is_refused(client, query):
    assert client.get(f"{URL}{query}").status_code == 400
