"""What cities have in common: said by their officers, loaded once, followed by the search."""

import pytest

from cities.models import City, CityTrait
from marketplace.models import Deployment, IndexChange
from marketplace.search.answers import answer
from marketplace.search.questions import Question
from tests.factories import make_city, make_entry, make_officer, make_staff, make_trait
from tests.icc_portal.programme import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


@pytest.fixture
def city():
    """A city by the sea."""
    made = make_city(slug="porto", name="Porto")
    made.traits.add(make_trait("coast"))
    make_trait("port", kind="other")
    make_trait("atlantic", kind="climate")
    return made


def url(city):
    return f"/cities/{city.slug}/traits/"


def keys(*slugs):
    return [CityTrait.objects.get(slug=slug).pk for slug in slugs]


def test_an_officer_says_what_the_city_is_like_and_the_search_follows(client, city):
    entry = make_entry(city, maturity="deployed")
    used = make_entry()
    Deployment.objects.create(entry=used, city=city, status="live")
    client.force_login(make_officer(city))
    assert answer(Question()).total == 2
    before = IndexChange.objects.count()

    client.post(url(city), {"before": keys("coast"), "place": keys("coast"), "other": keys("port")})

    assert {trait.slug for trait in city.traits.all()} == {"coast", "port"}
    changed = IndexChange.objects.order_by("pk")[before:].values_list("entry", flat=True)
    assert set(changed) == {entry.pk, used.pk}
    assert "Coast, Port" in client.get(city.get_absolute_url()).content.decode()


def test_what_two_people_tick_at_once_is_both_kept(client, city):
    client.force_login(make_officer(city))
    stale = {"before": keys("coast"), "place": keys("coast")}

    client.post(url(city), stale | {"other": keys("port")})
    client.post(url(city), stale | {"climate": keys("atlantic")})

    assert {trait.slug for trait in city.traits.all()} == {"coast", "port", "atlantic"}


def test_a_trait_of_another_kind_is_refused_and_nothing_is_lost(client, city):
    client.force_login(make_officer(city))

    answered = client.post(url(city), {"before": keys("coast"), "climate": keys("port")})

    assert answered.status_code == 200
    assert [trait.slug for trait in city.traits.all()] == ["coast"]


def test_only_the_team_and_staff_change_it_and_only_they_are_led_there(client, city):
    link = f'href="{url(city)}"'
    assert link not in client.get(city.get_absolute_url()).content.decode()
    client.force_login(make_officer(make_city()))
    assert client.post(url(city), {}).status_code == 403
    client.force_login(make_officer(city))
    assert link in client.get(city.get_absolute_url()).content.decode()
    client.force_login(make_staff())
    assert client.get(url(city)).status_code == 200


def test_the_programme_brings_plain_geography_once_and_leaves_later_changes_alone():
    load(verbosity=0)
    rouen = City.objects.get(slug="rouen")
    assert {trait.slug for trait in rouen.traits.all()} == {"river", "port", "atlantic"}
    assert City.objects.filter(traits__slug="capital").count() > 5
    assert not CityTrait.objects.get(slug="tourism").cities.exists(), "that is the city's to say"

    rouen.traits.set([CityTrait.objects.get(slug="industry")])
    load(verbosity=0)

    assert [trait.slug for trait in rouen.traits.all()] == ["industry"]
