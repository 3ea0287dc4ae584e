"""The demand board: its form, a demand's page, what the public reads, and the staff's screens."""

import uuid
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace import demand as demands
from marketplace.models import Demand, DemandThreshold, Need
from tests.factories import (
    make_city,
    make_entry,
    make_need,
    make_officer,
    make_staff,
    make_superuser,
    make_theme,
)

pytestmark = pytest.mark.django_db
LIST = "/marketplace/demand/"
STATE = f"{LIST}state/"


@pytest.fixture
def city(db):
    """A small city."""
    return make_city(name="Xanthi", population=4321)


@pytest.fixture
def officer(client, city):
    """Its officer, signed in."""
    person = make_officer(city)
    client.force_login(person)
    return person


def typed(city, **fields):
    """What a browser sends of the form."""
    return {
        "city": city.pk,
        "title": "Sensors for air in schools",
        "currency": "EUR",
        "urgency": "planned",
        "key": str(uuid.uuid4()),
        **fields,
    }


def text(response):
    return response.content.decode()


def test_an_officer_states_a_need_once_however_often_the_form_arrives(client, city, officer):
    theme = make_theme()
    year = date.today().year + 1
    sent = typed(
        city,
        words="For every classroom.",
        themes=[theme.pk],
        budget="12,000.50",
        budget_year=year,
        wanted_from=f"{year}-03-01",
        wanted_until=f"{year}-06-30",
    )
    first, again = client.post(STATE, sent), client.post(STATE, sent)
    assert first.status_code == 302, first.context["form"].errors
    need = Need.objects.get()
    assert first["Location"] == again["Location"] == need.demand.get_absolute_url()
    assert (str(need.budget), need.author, list(need.themes.all())) == (
        "12000.50",
        officer,
        [theme],
    )


def test_errors_keep_the_input(client, city, officer):
    page = text(
        client.post(
            STATE,
            typed(city, words="Kept words", budget_year=1999, wanted_from="2027-03-01",
                  wanted_until="2027-01-01"),
        )
    )  # fmt: skip
    assert "Kept words" in page
    assert "Write a year from" in page
    assert "cannot end before it begins" in page
    assert not Need.objects.exists()


def test_who_wants_the_same_is_shown_while_typing_and_asked_before_saving(client, city, officer):
    other = make_need(title="Air sensors in schools")
    part = text(client.get(f"{LIST}similar/", {"title": "sensors for air in schools"}))
    assert "Air sensors in schools" in part
    assert "<html" not in part
    sent = typed(city)
    page = text(client.post(STATE, sent))
    assert "Not saved yet" in page
    assert Need.objects.count() == 1
    client.post(STATE, sent | {"join": other.demand.slug})
    assert other.demand.needs.active().count() == 2


def test_a_need_that_is_different_begins_a_demand_of_its_own(client, city, officer):
    other = make_need(title="Air sensors in schools")
    client.post(STATE, typed(city, join="new"))
    assert Need.objects.exclude(demand=other.demand).count() == 1


def test_we_want_this_joins_from_a_demand_and_from_an_entry(client, city, officer):
    other = make_need(title="Air sensors")
    page = text(client.get(f"{STATE}?demand={other.demand.slug}"))
    assert "joins the demand “Air sensors”" in page
    client.post(f"{STATE}?demand={other.demand.slug}", typed(city))
    assert other.demand.needs.active().count() == 2

    entry = make_entry(title="Smart bins")
    assert 'value="Smart bins"' in text(client.get(f"{STATE}?entry={entry.slug}"))
    client.post(f"{STATE}?entry={entry.slug}", typed(city, title="Smart bins"))
    demand = Demand.objects.get(title="Smart bins")
    second = make_city()
    client.force_login(make_officer(second))
    client.post(f"{STATE}?entry={entry.slug}", typed(second, title="Bins that are smart"))
    assert demand.needs.active().count() == 2
    assert entry.get_absolute_url() in text(client.get(demand.get_absolute_url()))


def test_a_city_twice_in_a_demand_is_refused_in_words(client, city, officer):
    need = make_need(city)
    response = client.post(f"{STATE}?demand={need.demand.slug}", typed(city, words="Kept words"))
    assert response.status_code == 409
    assert "is in this demand already" in text(response)
    assert "Kept words" in text(response)


def test_the_public_reads_sums_and_agreed_names_and_cities_of_the_demand_all(client, city, officer):
    need = make_need(city, budget=100, budget_year=2027, words="Secret words")
    make_need(make_city(name="Yverdon", population=1000), need.demand, budget=50, budget_year=2027,
              is_named=True)  # fmt: skip
    make_need(make_city(name="Zwolle", population=10), need.demand, budget_year=2028)
    url = need.demand.get_absolute_url()
    public, inside = text(Client().get(url)), text(client.get(url))
    for words in ("3 cities want this", "5,331", "150.00 EUR", "Yverdon"):
        assert words in public
    for words in ("Xanthi", "Zwolle", "Secret words"):
        assert words not in public
        assert words in inside
    assert "Xanthi" not in text(Client().get(LIST))
    assert "Secret words" not in text(Client().get(f"{LIST}?q=xanthi"))


def test_a_need_is_edited_and_left_by_its_city_alone(client, city, officer):
    need = make_need(city)
    edit = reverse("marketplace:need-edit", args=[need.pk])
    sent = typed(city, title="Mended", version=1)
    assert client.post(edit, sent)["Location"] == need.demand.get_absolute_url()
    need.refresh_from_db()
    assert (need.title, need.version) == ("Mended", 2)
    # From a page that was opened before, both are asked for.
    page = text(client.post(edit, typed(city, title="Also mended", version=1)))
    assert "Changed by both of you" in page
    stranger = Client()
    stranger.force_login(make_officer(make_city()))
    assert stranger.get(edit).status_code == 404
    Need.objects.update(is_named=True)
    assert stranger.get(edit).status_code == 403
    assert client.post(reverse("marketplace:need-leave", args=[need.pk])).status_code == 302
    assert client.get(need.demand.get_absolute_url()).status_code == 404


def test_the_desk_says_who_wants_the_same(client, city, officer):
    need = make_need(city, title="Air sensors")
    make_need(make_city(name="Yverdon"), need.demand)
    page = text(client.get("/desk/"))
    assert "Also wanted by Yverdon" in page


def test_a_merged_demand_leads_to_the_other(client):
    into, other = make_need().demand, make_need().demand
    demands.merge([other], into=into, actor=make_staff())
    assert client.get(other.get_absolute_url())["Location"] == into.get_absolute_url()


def test_a_city_answers_to_buying_together_and_the_public_reads_who_agreed(client, city, officer):
    DemandThreshold.objects.create(cities=2)
    need = make_need(city, is_named=True)
    make_need(make_city(name="Yverdon"), need.demand, is_named=True)
    demands.open_procurement(need.demand, actor=make_staff())
    url = need.demand.get_absolute_url()
    answer = reverse("marketplace:procurement-answer", args=[need.demand.slug])
    assert answer in text(client.get(url))
    assert "Cities are asked" in text(Client().get(url))
    sent = {"city": city.pk, "agrees": "yes", "note": "If it is green."}
    assert client.post(answer, sent).status_code == 302
    public = text(Client().get(url))
    part = public[public.index('id="procurement"') :]
    assert "Xanthi" in part
    assert "Yverdon" not in part
    assert "If it is green." not in part
    assert "1 city takes part." in part
    assert "not named here" not in part
    need.is_named = False
    need.save()
    hidden = text(Client().get(f"{url}?fresh"))
    part = hidden[hidden.index('id="procurement"') :]
    assert "1 of them is not named here." in part
    assert "Xanthi" not in part


def test_staff_merge_split_open_and_lead_in_the_admin(client):
    client.force_login(make_superuser())
    DemandThreshold.objects.create(cities=2)
    first, second = make_need(title="First"), make_need(title="Second")
    make_need(None, first.demand)

    def act(model, name, *rows):
        url = reverse(f"admin:marketplace_{model}_changelist")
        data = {"action": name, admin.helpers.ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
        return client.post(url, data, follow=True)

    act("demand", "merge", first.demand, second.demand)
    assert first.demand.needs.active().count() == 3
    second.refresh_from_db()
    act("need", "split", second)
    assert first.demand.needs.active().count() == 2
    act("demand", "open_procurement", first.demand)
    procurement = first.demand.procurement
    assert "At least two cities" in text(act("jointprocurement", "prepare", procurement))
    for page in ("demand", "need", "jointprocurement", "demandthreshold"):
        assert client.get(reverse(f"admin:marketplace_{page}_changelist")).status_code == 200
    change = reverse("admin:marketplace_jointprocurement_change", args=[procurement.pk])
    assert client.get(change).status_code == 200


@pytest.mark.parametrize("page", ["list", "demand", "desk", "similar"])
@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_pages_ask_as_often_for_thirty_cities_as_for_three(client, city, page, who):
    if who == "officer":
        client.force_login(make_officer(city))
    elif page == "desk":
        return
    need = make_need(city, title="Air sensors")
    urls = {
        "list": LIST,
        "demand": need.demand.get_absolute_url(),
        "desk": "/desk/",
        "similar": f"{LIST}similar/?title=air+sensors",
    }

    def grow(number):
        for _each in range(number):
            make_need(None, need.demand, is_named=True, budget=1, budget_year=2027,
                      wanted_from=date(2027, 1, 1), wanted_until=date(2027, 2, 1))  # fmt: skip
            make_need(title="Air sensors too")

    def count():
        client.get(urls[page])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(urls[page]).status_code == 200
        return len(queries)

    grow(3)
    three = count()
    grow(27)
    assert count() == three


def test_programs_read_the_sums_that_the_page_shows(client):
    need = make_need(make_city(population=1000), budget=10, budget_year=2027, is_named=True)
    make_need(make_city(name="Xanthi", population=77), need.demand, budget=3, words="Secret words")
    response = client.get("/api/v1/demands/")
    (told,) = response.json()["results"]
    assert (told["number_of_cities"], told["population"]) == (2, 1000)
    assert told["budgets"] == [{"year": 2027, "currency": "EUR", "amount": "10.00"}]
    assert [city["name"] for city in told["cities"]] == [need.city.name]
    for secret in ("Xanthi", "Secret words"):
        assert secret not in text(response)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/demands/")
        return len(queries)

    two = count()
    for _each in range(10):
        make_need(None, need.demand, is_named=True)
        make_need()
    assert count() == two


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ([{"budget": 10}, {"budget": 5}], "15.00 EUR from 2 cities"),
        (
            [{"budget": 10}, {"budget_band": "under_50k"}, {"budget_band": "over_1m"}, {}],
            "10.00 EUR from 1 city; 2 cities gave a range; 1 city gave none",
        ),
        ([{"budget_band": "under_50k"}, {}], "1 city gave a range; 1 city gave none"),
        ([{}, {}], ""),
    ],
)
def test_the_page_says_of_how_many_cities_the_budget_is(client, needs, words):
    first = make_need(make_city(), is_named=True, **needs[0])
    for fields in needs[1:]:
        make_need(make_city(), first.demand, is_named=True, **fields)
    page = text(client.get(first.demand.get_absolute_url()))
    assert (words in page) if words else ("Budgets together" not in page)
