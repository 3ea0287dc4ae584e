"""Cities that are interested in an entry want the same: they are gathered into its demand."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail
from marketplace import demand as demands
from marketplace import moves
from marketplace.demand.sums import active_needs
from marketplace.ledger import Action, perform
from marketplace.models import Consent, Demand, Deployment, JointProcurement, Need
from tests.factories import make_city, make_entry, make_officer, make_staff
from tests.marketplace.at_once import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return make_entry(title="Rain gauges")


def said(action, entry, city, **details):
    return perform(
        action, entry, city, actor=make_officer(city), words="Because.", details=details
    ).deployment


def wanting(demand):
    return [need.city for need in active_needs(demand)]


def test_three_cities_that_are_interested_are_one_demand(entry):
    cities = [make_city(population=number) for number in (1000, 20000, 300000)]
    for city in cities:
        said(Action.WANT, entry, city)
        said(Action.WANT, entry, city)
    demand = Demand.objects.current().get()
    assert (demand.title, wanting(demand)) == ("Rain gauges", cities)
    assert demands.sum_up(active_needs(demand)).population == 321000
    assert Mail.objects.filter(kind="demand_joined").count() == 2 + 4


def test_they_join_those_who_look_for_cities_to_buy_it_with(client, entry):
    first, second = make_city(), make_city()
    client.force_login(make_officer(first))
    url = f"{reverse('marketplace:demand-state')}?entry={entry.slug}"
    typed = {"title": "Gauges", "city": first.pk, "urgency": "planned", "currency": "EUR"}
    client.post(url, typed | {"budget": "40000", "budget_year": "2027"})
    said(Action.WANT, entry, first)
    said(Action.WANT, entry, second)
    demand = Demand.objects.current().get()
    assert (demand.title, wanting(demand)) == ("Gauges", [first, second])
    # Who was interested first and then says how much stands there once, with its budget.
    client.force_login(make_officer(second))
    client.post(url, typed | {"city": second.pk, "budget": "2000", "budget_year": "2027"})
    assert wanting(demand) == [first, second]
    assert demands.sum_up(active_needs(demand)).budgets == {(2027, "EUR"): 42000}


@pytest.mark.parametrize(
    ("action", "wants"),
    [(Action.ADAPT, True), (Action.PILOT, True), (Action.USE, False), (Action.STOP, False)],
)
def test_a_city_is_counted_until_it_uses_it_or_stops(entry, action, wants):
    city, other = make_city(), make_city()
    for each in (city, other):
        said(Action.WANT, entry, each)
    said(action, entry, city)
    demand = Demand.objects.current().get()
    assert wanting(demand) == ([city, other] if wants else [other])
    if action == Action.STOP:
        said(Action.WANT, entry, city)
        assert set(wanting(demand)) == {city, other}


def test_what_a_city_stated_itself_or_agreed_to_stays(entry):
    own, agreed = make_city(), make_city()
    need = Need(city=own, entry=entry, title="Gauges")
    demands.state(need, [], demand=None, actor=make_officer(own))
    said(Action.WANT, entry, agreed)
    procurement = JointProcurement.objects.create(demand=need.demand)
    for city in (own, agreed):
        procurement.participants.update_or_create(
            city=city, defaults={"consent": Consent.AGREED, "answered_at": timezone.now()}
        )
        said(Action.USE, entry, city)
    assert wanting(need.demand) == [own, agreed]
    assert procurement.participants.filter(consent=Consent.AGREED).count() == 2


def test_who_uses_what_was_bought_together_did_take_part(entry):
    city = make_city()
    said(Action.WANT, entry, city)
    procurement = JointProcurement.objects.create(
        demand=Need.objects.get().demand, state="closed", outcome="Bought.", lead_buyer=make_city()
    )
    procurement.participants.create(city=city, consent=Consent.AGREED, answered_at=timezone.now())
    said(Action.USE, entry, city)
    assert procurement.participants.get().consent == Consent.AGREED
    assert not Need.objects.active().exists()


def test_it_is_named_as_the_city_wishes_in_the_ledger(client, entry):
    city = make_city()
    row = said(Action.WANT, entry, city, is_named=False)
    need = Need.objects.get()
    assert not need.is_named
    client.force_login(make_officer(city))
    url = reverse("marketplace:reuse-edit", kwargs={"slug": entry.slug, "city": city.slug})
    page = client.get(url)
    typed = {**page.context["form"].initial, "is_named": "on", "step": "", "cost": ""}
    rows = page.context["rows"]
    typed |= {f"{rows.prefix}-{name}": value for name, value in (
        ("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}  # fmt: skip
    typed |= {"version": row.version, "values-seen": rows.seen}
    assert client.post(url, typed).status_code == 302
    need.refresh_from_db()
    assert need.is_named
    shown = client.get(row.get_absolute_url()).content.decode()
    assert need.demand.get_absolute_url() in shown
    assert reverse("marketplace:need-edit", args=[need.pk]) in shown


def test_a_city_that_left_the_demand_is_not_brought_back_by_editing(entry):
    city = make_city()
    said(Action.WANT, entry, city)
    demands.leave(Need.objects.get(), actor=make_officer(city))
    said(Action.WANT, entry, city)
    said(Action.ADAPT, entry, city)
    assert not Demand.objects.current().exists()


def test_who_uses_it_by_the_name_of_a_duplicate_is_not_counted(entry):
    city, other = make_city(), make_entry(title="Gauges for rain")
    said(Action.WANT, entry, city)
    said(Action.USE, other, city)
    moves.merge(entry, other, actor=make_staff(), reason="The same.")
    assert Deployment.objects.get(entry=entry).status == "live"
    assert not Demand.objects.current().exists()


@pytest.mark.django_db(transaction=True)
def test_cities_that_say_so_at_the_same_moment_are_one_demand(entry):
    cities = [make_city() for _number in range(4)]
    officers = [make_officer(city) for city in cities]

    def wants(officer, number, gate):
        gate.wait()
        perform(Action.WANT, entry, cities[number], actor=officer)

    all_at_once(wants, officers)
    assert set(wanting(Demand.objects.current().get())) == set(cities)


def test_when_two_entries_become_one_so_do_the_demands_that_are_about_them_alone(entry):
    double, besides = make_entry(title="Rain meters"), make_entry(title="Pumps")
    first, second, third = make_city(), make_city(), make_city()
    said(Action.WANT, entry, first)
    said(Action.WANT, double, first)
    said(Action.WANT, double, second)
    # A demand in which others want something else is not about the entry alone.
    said(Action.WANT, besides, third)
    mixed = Demand.objects.get(needs__entry=besides)
    Need.objects.create(city=second, title="Meters and pumps", entry=double, demand=mixed)
    moves.merge(entry, double, actor=make_staff(), reason="One thing.")
    kept = Demand.objects.get(title="Rain gauges")
    assert wanting(kept) == [first, second]
    assert Demand.objects.get(title="Rain meters").merged_into == kept
    assert set(Demand.objects.current()) == {kept, mixed}


def test_of_two_demands_the_one_that_is_bought_together_stays(entry):
    double = make_entry(title="Rain meters")
    said(Action.WANT, entry, make_city())
    said(Action.WANT, double, make_city())
    bought = Demand.objects.get(title="Rain meters")
    JointProcurement.objects.create(demand=bought)
    moves.merge(entry, double, actor=make_staff(), reason="One thing.")
    assert Demand.objects.current().get() == bought
    assert len(wanting(bought)) == 2
