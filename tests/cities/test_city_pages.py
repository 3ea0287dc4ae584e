"""The public pages about cities and what stands around them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.filters import worth_showing
from cities.models import (
    CityName,
    Consortium,
    Edition,
    Pairing,
    ParticipationRole,
    Source,
)
from tests.factories import (
    make_city,
    make_edition,
    make_organisation,
    make_participation,
    make_theme,
)

pytestmark = pytest.mark.django_db


def make_consortium(name, *cities, **fields):
    slug = name.lower().replace(" ", "-")
    consortium = Consortium.objects.create(slug=slug, name=name, **fields)
    for city in cities:
        consortium.members.create(city=city)
    return consortium


def make_role(slug, edition=None, **fields):
    fields = {"name": slug.title(), "name_plural": f"{slug.title()}s", **fields}
    return ParticipationRole.objects.create(edition=edition or make_edition(), slug=slug, **fields)


def names_on(client, query=""):
    response = client.get(f"/cities/{query}")
    assert response.status_code == 200
    return {city.name for city, _roles in response.context["cards"]}


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("words", ["timisoara", "TIMIŞOARA", "Temesvar", "temešvar", "timi ara"])
def test_a_city_is_found_by_any_of_its_names_with_or_without_accents(client, words):
    city = make_city(name="Timișoara", country="RO")
    CityName.objects.create(city=city, language="hu", name="Temesvár")
    make_city(name="Łódź", country="PL")

    assert names_on(client, f"?q={words}") == {"Timișoara"}
    assert names_on(client, "?q=lodz") == {"Łódź"}


def test_edition_role_and_theme_must_hold_of_one_participation(client):
    second = make_edition(slug="second", short_name="Second")
    mentor, theme = make_role("mentor"), make_theme()
    moved = make_city(name="Moved")
    make_participation(city=moved, role=mentor).themes.add(theme)
    make_participation(city=moved, edition=second)
    make_participation(city=make_city(name="Core in the first"))

    assert names_on(client, "?edition=first&role=core") == {"Core in the first"}
    assert names_on(client, "?edition=second&role=core") == {"Moved"}
    assert names_on(client, f"?theme={theme.slug}&role=mentor") == {"Moved"}
    assert names_on(client, f"?theme={theme.slug}&role=core") == set()


def test_members_of_a_consortium_take_part_through_it(client):
    member = make_city(name="Member", country="IT")
    consortium = make_consortium("Four towns", member, make_city(name="Other", country="SE"))
    make_participation(consortium=consortium)
    make_city(name="Outsider", country="IT")

    assert names_on(client, "?edition=first") == {"Member", "Other"}
    assert names_on(client, "?consortium=four-towns&country=IT") == {"Member"}


def test_counts_say_what_one_more_filter_would_leave(client):
    for country, role in [("FR", "core"), ("FR", "core"), ("DE", "core"), ("FR", None)]:
        city = make_city(country=country)
        if role:
            make_participation(city=city)

    groups = client.get("/cities/?role=core&country=FR").context["groups"]

    counts = {
        group["name"]: {at["value"]: at["count"] for at in group["options"]} for group in groups
    }
    assert counts["country"] == {"FR": 2, "DE": 1}
    assert counts["role"] == {"core": 2}


def test_an_unknown_filter_value_is_named_with_the_known_ones(client):
    make_participation()

    response = client.get("/cities/?role=100%25mayor")

    assert response.status_code == 200
    assert "“100%mayor” is not known here. Known are: core." in response.content.decode()


def test_htmx_gets_the_results_alone(client):
    make_city()

    part = client.get("/cities/", headers={"HX-Request": "true"}).content.decode()

    assert 'id="results"' in part
    assert "<html" not in part


def test_a_city_page_tells_its_part_in_the_programme(client):
    city, mentor = make_city(name="Corinth", country="GR"), make_city(name="Aarhus", country="DK")
    CityName.objects.create(city=city, language="el", name="Κόρινθος")
    make_participation(consortium=make_consortium("Two towns", city), source="A52")
    make_organisation(name="Hub of Corinth", city=city)
    Pairing.objects.create(kind="mentor", first_city=mentor, second_city=city)

    page = client.get(city.get_absolute_url()).content.decode()

    assert '<span lang="el">Κόρινθος</span>' in page
    for words in ["Two towns", "Core city", "Hub of Corinth", "Mentors this city", "#A52"]:
        assert words in page


def test_a_consortium_may_be_led_by_a_body_that_is_no_city(client):
    consortium = make_consortium(
        "Across borders", make_city(), lead_organisation=make_organisation(name="The network")
    )

    page = client.get(consortium.get_absolute_url()).content.decode()

    assert "The network" in page
    assert "not a city" in page


@pytest.mark.parametrize(
    "address", ["/cities/organisations/", "/sources/", "/accessibility/", "/about/"]
)
def test_the_pages_around_cities_answer_visitors_without_a_cookie(client, address):
    make_edition()
    make_organisation(city=make_city())
    Source.objects.create(key="A1", title="A page")

    response = client.get(address)

    assert response.status_code == 200
    assert not response.cookies


def test_hidden_and_unknown_addresses_are_not_found(client):
    for address in ["/cities/nowhere/", "/cities/consortia/none/", "/cities/organisations/none/"]:
        assert client.get(address).status_code == 404


def test_lists_and_pages_take_as_many_queries_for_thirty_rows_as_for_three(client):
    def add(number):
        for _number in range(number):
            city = make_city(latitude=48.0, longitude=2.0)
            CityName.objects.create(city=city, language="fr", name=city.name)
            participation = make_participation(city=city)
            participation.themes.add(theme)
            consortium.members.create(city=city)
            make_organisation(city=first)
            Pairing.objects.create(kind="tandem", first_city=first, second_city=city)

    theme, first = make_theme(), make_city()
    consortium = make_consortium("All", first)
    addresses = [
        "/cities/", "/cities/?q=city&role=core", "/cities/organisations/",
        first.get_absolute_url(), consortium.get_absolute_url(),
    ]  # fmt: skip
    add(3)
    before = [queries_of(client, address) for address in addresses]
    add(27)

    assert [queries_of(client, address) for address in addresses] == before
    assert max(before[:3]) <= 8


def test_guests_are_counted_apart_from_cities_of_the_programme(client):
    make_participation(city=make_city(name="Rouen"))
    make_city(name="Sarajevo")
    answer = client.get("/cities/")
    assert (answer.context["taking_part"], answer.context["guests"]) == (1, 1)
    assert "1 city in the programme" in answer.content.decode()
    assert ">Guest<" in answer.content.decode()


def test_a_group_of_filters_that_narrows_nothing_is_left_out():
    def group(name, *counts, selected=False):
        options = [{"count": count, "selected": selected} for count in counts]
        return {"name": name, "options": options}

    groups = [
        group("one option", 40),
        group("hardly any", 1, 2),
        group("useful", 20, 5),
        group("chosen", 1, selected=True),
    ]
    assert [one["name"] for one in worth_showing(groups, 40)] == ["useful", "chosen"]


def test_an_edition_whose_short_name_tells_no_years_is_told_whole():
    dcc = Edition(
        name="Digital Cities Challenge", short_name="DCC",
        starts_on=date(2017, 10, 1), ends_on=date(2019, 12, 31),
    )  # fmt: skip
    assert dcc.explained_name == "Digital Cities Challenge (2017–2019)"
    dcc.short_name = "DCC 2017"
    assert dcc.explained_name == "DCC 2017"


def test_sources_stand_in_the_order_people_count(client):
    for key in ["A10", "A2", "A1", "lab2-article"]:
        Source.objects.create(key=key, title=key)
    sources = client.get("/sources/").context["sources"]
    assert [one.key for one in sources] == ["lab2-article", "A1", "A2", "A10"]


# ── renamed ─────────────────────────────────────────────────────────────────────────────────────
def test_the_old_address_of_a_renamed_city_leads_to_the_new_one(client):
    city = make_city(slug="old")
    for slug in ("middle", "new"):
        city.slug = slug
        city.save()
    for old in ("old", "middle"):
        answer = client.get(f"/cities/{old}/")
        assert (answer.status_code, answer.url) == (301, "/cities/new/")
    assert client.get("/cities/new/").status_code == 200


def test_a_city_that_has_an_address_now_goes_before_one_that_had_it(client):
    city = make_city(slug="old")
    city.slug = "new"
    city.save()
    make_city(name="Another", slug="old")
    assert "Another" in client.get("/cities/old/").content.decode()
    city.slug = "old-again"
    city.save()
    assert client.get("/cities/new/").url == "/cities/old-again/"


def test_the_old_address_of_a_city_nobody_may_see_stays_unknown(client):
    assert client.get("/cities/never-there/").status_code == 404
