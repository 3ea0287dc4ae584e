"""Which country is meant is asked softly; kinds of companies reach portals loaded before."""

import pytest
from django.urls import reverse

from cities import checks
from cities.models import City, Organisation, OrganisationKind
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"time_zone": "America/Bogota"}, "The time zone America/Bogota belongs to Colombia"),
        ({"nuts": "EL522"}, "The NUTS code EL522 belongs to Greece"),
        ({"name": "Medellín (Colombia)"}, "The name “Medellín (Colombia)” belongs to Colombia"),
    ],
)
def test_facts_of_another_country_are_told_with_a_suggestion(facts, said):
    city = City(**{"name": "Medellín", "country": "MX", **facts})
    (words,) = checks.doubts_about_city(city)
    assert said in words
    assert "the country entered is Mexico" in words
    assert f"if {said.split('belongs to ')[1]} is meant, change the country" in words


@pytest.mark.parametrize(
    "facts",
    [
        {"country": "CO", "time_zone": "America/Bogota"},
        {"country": "GR", "nuts": "EL522", "time_zone": "Europe/Athens"},
        {"country": "GB", "nuts": "UKI31", "time_zone": "Europe/London"},
        {"country": "MX", "name": "Medellín (the old one)", "time_zone": "Nowhere/At_all"},
        {"country": "MX", "nuts": "ZZ1"},
    ],
)
def test_facts_that_agree_or_say_nothing_raise_no_doubt(facts):
    assert checks.doubts_about_city(City(**{"name": "Medellín", **facts})) == []


def test_a_city_of_that_name_elsewhere_is_named():
    there = factories.make_city(name="Córdoba", country="ES")
    there.names.create(language="en", name="Cordova")
    for name in ("Córdoba", "cordova"):
        (words,) = checks.doubts_about_city(City(name=name, country="AR"))
        assert words.startswith("Córdoba in Spain is in the portal already")
    assert checks.doubts_about_city(there) == []


def test_the_admin_saves_a_city_and_an_organisation_and_says_its_doubts(client):
    client.force_login(factories.make_superuser())
    rows = {
        f"{prefix}-{name}": "0"
        for prefix in ("names", "former_addresses", "participations")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    sent = {"name": "Medellín", "slug": "medellin", "kind": "municipality", "country": "MX"}
    page = client.post(
        reverse("admin:cities_city_add"),
        sent | rows | {"time_zone": "America/Bogota"},
        follow=True,
    ).content.decode()
    assert "if Colombia is meant, change the country" in page
    city = City.objects.get(slug="medellin")
    assert city.country == "MX"
    kind = OrganisationKind.objects.create(slug="agency", name="Agency")
    sent = {"name": "Ruta N", "slug": "ruta-n", "kind": kind.pk, "country": "CO", "city": city.pk}
    page = client.post(reverse("admin:cities_organisation_add"), sent, follow=True).content.decode()
    assert "Medellín belongs to Mexico, and the country entered is Colombia" in page
    assert Organisation.objects.get().country == "CO"
