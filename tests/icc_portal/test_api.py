"""The API as a whole: its schema, its pages, its errors; cities and events in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from cities.models import CityName, Consortium
from tests.factories import (
    make_city,
    make_edition,
    make_event,
    make_initiative,
    make_participation,
    make_roadmap,
    make_session,
    make_staff,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db

# What a page of cities takes.
CITY_QUERIES = 10


def paths():
    """The addresses of the API, as its schema has them."""
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


def test_the_schema_is_valid_openapi_3_1(client):
    schema = SchemaGenerator().get_schema(request=None, public=True)

    validate(schema)
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/cities/", "/api/v1/events/{slug}/"} <= set(schema["paths"])
    assert client.get("/api/v1/schema/").status_code == 200


def test_the_first_page_speaks_to_people_and_to_programs(client):
    page = client.get("/api/v1/", headers={"Accept": "text/html"})

    assert '<a href="/api/v1/cities/">' in page.content.decode()
    assert client.get("/api/v1/").json()["events"] == "http://testserver/api/v1/events/"
    assert not page.cookies


def test_an_answer_can_be_looked_at_in_a_browser(client):
    make_city(name="Gijón")

    page = client.get("/api/v1/cities/", headers={"Accept": "text/html"})

    assert "Gijón" in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_a_city_tells_its_names_and_its_part_in_each_edition(client):
    city, theme = make_city(name="Corinth", country="GR"), make_theme()
    CityName.objects.create(city=city, language="el", name="Κόρινθος")
    consortium = Consortium.objects.create(slug="two-towns", name="Two towns")
    consortium.members.create(city=city)
    make_participation(consortium=consortium).themes.add(theme)

    told = client.get(f"/api/v1/cities/{city.slug}/").json()

    assert told["country"] == {"code": "GR", "name": "Greece"}
    assert told["names"] == [{"language": "el", "name": "Κόρινθος"}]
    assert told["participations"] == [
        {
            "edition": "first", "role": "core", "role_name": "Core city",
            "consortium": "two-towns", "themes": [theme.slug],
        }
    ]  # fmt: skip
    assert told["page"] == f"http://testserver/cities/{city.slug}/"


def test_lists_take_the_filters_of_the_pages(client):
    city = make_city(name="Łódź", country="PL")
    make_participation(city=city)
    make_city(country="FR")
    make_event(title="Other")
    make_session(make_event(title="Lab", edition=make_edition()), theme=make_theme(slug="energy"))

    def found(address):
        return [one.get("name") or one["title"] for one in client.get(address).json()["results"]]

    assert found("/api/v1/cities/?q=lodz") == ["Łódź"]
    assert found("/api/v1/cities/?country=PL&role=core&edition=first") == ["Łódź"]
    assert found("/api/v1/events/?theme=energy") == ["Lab"]


def test_an_unknown_value_is_a_problem_that_names_the_known_ones(client):
    make_participation()

    answer = client.get("/api/v1/cities/?role=mayor")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["errors"]["role"] == ["“mayor” is not known here. Known are: core."]
    assert told["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("cities", "q, edition, role, theme, consortium, country"),
        ("deals", "stage"),
        ("demands", ""),
        ("events", "q, "),
        ("initiatives", "q, "),
        ("solutions", "q, "),
    ],
)
def test_a_list_refuses_a_name_that_is_no_filter_and_says_which_are(client, kind, known):
    answer = client.get(f"/api/v1/{kind}/?contry=FR&page=1")

    assert answer.status_code == 400
    [told] = answer.json()["errors"]["contry"]
    assert told.startswith(f"There is no such filter. Known are: {known}")
    assert told.endswith("page, page_size, format.")
    for address in ("?page=1&page_size=5", "?format=json", "?utm_source=x&msclkid=1&ref=mail"):
        assert client.get(f"/api/v1/{kind}/{address}").status_code == 200, address


def test_every_list_of_the_api_refuses_them(client):
    lists = [path for path in paths() if "{" not in path and path != "/api/v1/"]

    assert len(lists) >= 6
    for path in lists:
        assert client.get(f"{path}?no-such-filter=1").status_code == 400, path


def test_the_schema_names_what_a_list_takes(client):
    schema = SchemaGenerator().get_schema(request=None, public=True)

    def taken(kind):
        told = schema["paths"][f"/api/v1/{kind}/"]["get"].get("parameters", [])
        return [one["name"] for one in told if one["in"] == "query"]

    assert sorted(taken("cities")) == sorted(
        ["q", "edition", "role", "theme", "consortium", "country", "page", "page_size"]
    )
    assert sorted(taken("deals")) == ["page", "page_size", "stage"]
    assert sorted(taken("demands")) == ["page", "page_size"]


def test_one_that_is_named_is_found_whatever_else_stands_in_the_address(client):
    city = make_city()

    assert client.get(f"/api/v1/cities/{city.slug}/?contry=FR").status_code == 200


def test_an_event_brings_its_agenda_in_order_and_a_draft_is_not_there(client):
    event = make_event()
    session = make_session(event, title="Late", starts_at=None, ends_at=None)
    make_session(event, title="Timed")
    block = session.agenda_items.create(position=3, title="Block", minutes=15)
    session.talks.create(title="Talk", item=block, city=make_city(slug="porto"))
    draft = make_event(status="draft")

    told = client.get(f"/api/v1/events/{event.slug}/").json()

    assert [one["title"] for one in told["sessions"]] == ["Timed", "Late"]
    assert told["sessions"][0]["starts_at"] == "2021-02-16T09:00:00Z"
    assert told["sessions"][1]["part_of_day"] == "unknown"
    assert told["sessions"][1]["talks"] == [
        {"title": "Talk", "item": 3, "city": "porto", "organisation": None, "summary": ""}
    ]
    for person, status in [(None, 404), (make_user(), 404), (make_staff(), 200)]:
        if person:
            client.force_login(person)
        answer = client.get(f"/api/v1/events/{draft.slug}/")
        assert answer.status_code == status


def test_a_page_holds_what_was_asked_for_up_to_two_hundred(client):
    for _number in range(5):
        make_city()

    assert len(client.get("/api/v1/cities/?page_size=2").json()["results"]) == 2
    assert client.get("/api/v1/cities/?page_size=9999").json()["next"] is None
    missing = client.get("/api/v1/cities/?page=99")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_nothing_can_be_written(client):
    client.force_login(make_staff())
    assert client.post("/api/v1/cities/", {"name": "Mine"}).status_code == 405
    assert client.delete(f"/api/v1/cities/{make_city().slug}/").status_code == 405


def test_lists_take_as_many_queries_for_thirty_rows_as_for_three(client):
    event, theme = make_event(), make_theme()
    consortium = Consortium.objects.create(slug="all", name="All")
    make_participation(consortium=consortium)
    addresses = ["/api/v1/cities/", "/api/v1/events/", f"/api/v1/events/{event.slug}/"]

    def add(number):
        for _number in range(number):
            city = make_city()
            make_participation(city=city).themes.add(theme)
            consortium.members.create(city=city)
            session = make_session(event, theme=theme)
            item = session.agenda_items.create(title="Block")
            session.talks.create(title="Talk", city=city, item=item)
            event.attendances.create(city=city)
            make_event(city=city, edition=make_edition())

    def counted():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    add(3)
    few = counted()
    add(27)

    assert counted() == few
    assert few[0] == CITY_QUERIES


def test_what_is_answered_is_what_the_schema_says(client):
    event = make_event(edition=None, link="https://example.org")
    make_session(event).talks.create(title="Talk")
    make_participation(city=make_city())
    link = "https://example.org"
    initiative = make_initiative(make_roadmap(make_city()), results_url=link)
    initiative.kpis.create(name="Visits")
    initiative.stakeholders.create(name="Shops")
    schema = client.get("/api/v1/schema/?format=json").json()
    for path, shape in (
        ("cities/", "PaginatedCityList"),
        ("events/", "PaginatedEventList"),
        (f"events/{event.slug}/", "EventDetail"),
        ("initiatives/", "PaginatedInitiativeList"),
        (f"initiatives/{initiative.slug}/", "InitiativeDetail"),
    ):
        asked = {"$ref": f"#/components/schemas/{shape}", "components": schema["components"]}
        answer = client.get(f"/api/v1/{path}")
        found = [error.message for error in Draft202012Validator(asked).iter_errors(answer.json())]
        assert found == [], path


def test_an_empty_value_is_no_filter(client):
    make_city()
    for path in (
        "cities/?country=&role=",
        "events/?kind=",
        "initiatives/?city=",
        "solutions/?theme=",
    ):
        assert client.get(f"/api/v1/{path}").status_code == 200
    assert client.get("/api/v1/cities/?country=").json()["count"] == 1
