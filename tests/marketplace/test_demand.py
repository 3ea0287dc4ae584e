"""Demands: gathered, added up, left, merged, split, and bought together."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cities.models import Mail
from marketplace import demand as demands
from marketplace.demand import BUYING, BuyingStep, DemandRefused
from marketplace.demand.sums import active_needs, sum_up_for_public
from marketplace.models import (
    Demand,
    DemandThreshold,
    JointProcurement,
    Need,
    Participant,
    ProcurementState,
)
from tests.factories import (
    make_city,
    make_edition,
    make_mentor,
    make_need,
    make_officer,
    make_reviewer,
    make_staff,
    make_user,
)
from tests.marketplace.at_once import all_at_once

pytestmark = pytest.mark.django_db


def stated(city, demand=None, actor=None, title="Sensors for air in schools", **fields):
    need = Need(city=city, title=title, **fields)
    return demands.state(need, [], demand=demand, actor=actor or make_officer(city))


def test_a_need_begins_a_demand_and_others_join_it():
    first = stated(make_city())
    second = stated(make_city(), first.demand)
    assert first.demand == second.demand
    assert first.demand.slug == "sensors-for-air-in-schools"
    third = stated(make_city())
    assert third.demand.slug == "sensors-for-air-in-schools-2"


def test_a_city_is_in_a_demand_once_and_can_leave_and_come_back():
    city = make_city()
    need = stated(city)
    with pytest.raises(DemandRefused, match="already"):
        stated(city, need.demand)
    demands.leave(need, actor=make_officer(city))
    assert not Demand.objects.current().exists()
    again = stated(city, need.demand)
    assert list(need.demand.needs.active()) == [again]


@pytest.mark.parametrize(
    ("who", "may_state"),
    [
        (lambda city: make_officer(city), True),
        (lambda city: make_staff(), True),
        (lambda city: make_officer(city, {"may_edit": False}), False),
        (lambda city: make_officer(make_city()), False),
        (lambda city: make_mentor(city), False),
        (lambda city: make_reviewer(), False),
    ],
)
def test_only_the_citys_editors_and_staff_state_and_leave(who, may_state):
    city = make_city()
    person = who(city)
    if may_state:
        need = stated(city, actor=person)
        demands.leave(need, actor=person)
        return
    with pytest.raises(PermissionDenied):
        stated(city, actor=person)
    with pytest.raises(PermissionDenied):
        demands.leave(make_need(city), actor=person)
    assert not Demand.objects.filter(slug__startswith="sensors").exists()


def test_the_others_learn_at_once_who_wants_the_same():
    first = stated(make_city())
    reader = make_officer(first.city)
    second = stated(make_city(name="Xanthi"), first.demand)
    mail = Mail.objects.get(recipient=reader)
    assert "2 cities want the same" in mail.subject
    assert "Xanthi" in mail.text
    assert not Mail.objects.filter(recipient__memberships__city=second.city).exists()


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("air sensors for our schools", True),
        ("Sensors for the air in schools", True),
        ("SÉNSORS FOR AIR", True),
        ("A new tram line", False),
        ("air", False),
        ("city", False),
        ("", False),
        ("\0", False),
    ],
)
def test_similar_needs_are_found_by_words_in_any_order(typed, is_found):
    make_need(title="Charging points for ships")
    need = make_need(title="Sensors for air in schools")
    assert demands.similar_demands(typed) == ([need.demand] if is_found else [])


def test_demands_that_were_left_or_merged_are_not_found():
    left = make_need(title="Sensors for air in schools")
    demands.leave(left, actor=make_staff())
    assert demands.similar_demands("air sensors in schools") == []


def test_sums_add_cities_people_budgets_by_year_and_windows():
    demand = make_need(
        make_city(population=1000),
        budget=Decimal("10.50"),
        budget_year=2027,
        wanted_from=date(2027, 1, 1),
        wanted_until=date(2027, 6, 30),
    ).demand
    make_need(
        make_city(population=500),
        demand,
        budget=Decimal("4.50"),
        budget_year=2027,
        wanted_from=date(2027, 3, 1),
        wanted_until=date(2027, 12, 31),
    )
    make_need(make_city(), demand, budget=7, budget_year=2026, currency="SEK")
    make_need(make_city(), demand)
    sums = demands.sum_up(active_needs(demand))
    assert len(sums.cities) == 4
    assert (sums.population, sums.without_population) == (1500, 2)
    assert sums.budgets == {(2026, "SEK"): 7, (2027, "EUR"): 15}
    assert list(sums.budgets) == [(2026, "SEK"), (2027, "EUR")]
    assert sums.totals == {"SEK": 7, "EUR": 15}
    assert sums.without_budget == 1
    assert sums.overlap == (date(2027, 3, 1), date(2027, 6, 30))


def test_windows_that_never_meet_have_nothing_in_common():
    demand = make_need(wanted_from=date(2027, 1, 1), wanted_until=date(2027, 2, 1), budget=1).demand
    make_need(None, demand, wanted_from=date(2027, 3, 1), wanted_until=date(2027, 4, 1))
    assert demands.sum_up(active_needs(demand)).overlap is None


def test_a_single_city_that_is_not_named_is_in_no_public_sum():
    demand = make_need(make_city(population=1000), budget=10, is_named=True).demand
    make_need(make_city(population=77), demand, budget=3)
    sums = sum_up_for_public(active_needs(demand))
    assert (sums.population, sums.totals, sums.left_out) == (1000, {"EUR": 10}, 1)
    make_need(make_city(population=5), demand, budget=2)
    sums = sum_up_for_public(active_needs(demand))
    assert (sums.population, sums.totals, sums.left_out) == (1082, {"EUR": 15}, 0)


def test_only_named_needs_are_public_and_cities_of_a_demand_read_each_others():
    hidden = make_need()
    named = make_need(None, hidden.demand, is_named=True)
    other = make_officer(make_city())
    for person in (make_user(), other, make_reviewer(), make_mentor(hidden.city)):
        assert list(Need.objects.visible_to(person)) == [named]
    inside = [make_officer(hidden.city), make_officer(named.city), make_staff()]
    for person in inside:
        assert set(Need.objects.visible_to(person)) == {hidden, named}


def test_staff_merge_demands_and_a_city_in_both_is_counted_once():
    staff = make_staff()
    into = make_need(title="Air sensors").demand
    other = make_need(title="Sensors for air")
    both = into.needs.get().city
    make_need(both, other.demand)
    earlier = make_need(title="Older").demand
    demands.merge([earlier], into=other.demand, actor=staff)
    demands.merge([other.demand, into], into=into, actor=staff)
    assert into.needs.active().count() == 3
    assert into.needs.active().filter(city=both).count() == 1
    assert set(Demand.objects.filter(merged_into=into)) == {other.demand, earlier}
    # Who joins the merged one, from a page opened before, lands in the other.
    assert stated(make_city(), other.demand).demand == into


def test_staff_split_needs_into_a_demand_of_their_own():
    staff = make_staff()
    first = make_need()
    second = make_need(None, first.demand, title="Something else")
    new = demands.split([second], actor=staff)
    assert (new.title, list(new.needs.all())) == ("Something else", [second])
    with pytest.raises(DemandRefused, match="stay"):
        demands.split([first], actor=staff)
    for act in (
        lambda: demands.split([second], actor=make_officer(first.city)),
        lambda: demands.merge([new], into=first.demand, actor=make_officer(first.city)),
    ):
        with pytest.raises(PermissionDenied):
            act()


# ── buying together ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def demand(db):
    """A demand of three cities, with a threshold of three."""
    DemandThreshold.objects.create(cities=3)
    need = make_need(budget=100)
    make_need(None, need.demand)
    make_need(None, need.demand)
    return need.demand


@pytest.fixture
def staff(db):
    """Programme staff."""
    return make_staff()


def agreed(demand, number=2):
    for need in list(demand.needs.active().select_related("city"))[:number]:
        actor = make_officer(need.city)
        demands.answer(demand.procurement, need.city, agrees=True, actor=actor)
    demand.procurement.lead_buyer = demand.needs.first().city
    demand.procurement.summary = "Sensors, and who reads them."
    demand.procurement.outcome = "Bought."
    demand.procurement.save()


def test_the_threshold_is_that_of_the_running_edition_or_the_default():
    default = DemandThreshold.objects.create(amount=1000)
    edition = make_edition(starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    own = DemandThreshold.objects.create(edition=edition, cities=2)
    assert demands.threshold_on(date(2020, 6, 1)) == own
    assert demands.threshold_on(date(2024, 6, 1)) == default
    demand = make_need(budget=999).demand
    sums = demands.sum_up(active_needs(demand))
    assert not demands.is_beyond_threshold(sums, default)
    make_need(None, demand, budget=1)
    sums = demands.sum_up(active_needs(demand))
    assert demands.is_beyond_threshold(sums, default)
    assert demands.is_beyond_threshold(sums, own)
    assert not demands.is_beyond_threshold(sums, None)


def test_below_the_threshold_nobody_opens_a_procurement(staff):
    demand = make_need().demand
    with pytest.raises(DemandRefused, match="No threshold"):
        demands.open_procurement(demand, actor=staff)
    DemandThreshold.objects.create(cities=2)
    with pytest.raises(DemandRefused, match="below the threshold"):
        demands.open_procurement(demand, actor=staff)
    with pytest.raises(PermissionDenied):
        demands.open_procurement(demand, actor=make_officer(make_city()))


def test_staff_open_it_once_and_every_city_is_asked(demand, staff):
    people = [make_officer(need.city) for need in demand.needs.all()]
    procurement = demands.open_procurement(demand, actor=staff)
    assert demands.open_procurement(demand, actor=staff) == procurement
    assert procurement.participants.filter(consent="asked").count() == 3
    assert Mail.objects.filter(kind="procurement_step", recipient__in=people).count() == 3
    late = stated(make_city(), demand)
    assert procurement.participants.filter(city=late.city).exists()


@pytest.mark.parametrize("state", ProcurementState)
@pytest.mark.parametrize("step", BuyingStep)
def test_steps_follow_the_table_and_every_other_pair_is_refused(demand, staff, state, step):
    demands.open_procurement(demand, actor=staff)
    agreed(demand)
    JointProcurement.objects.update(state=state)
    if (state, step) in BUYING:
        event = demands.perform(step, demand.procurement, actor=staff)
        assert (event.before, event.after) == (state, BUYING[state, step])
    else:
        with pytest.raises(DemandRefused, match="moved on"):
            demands.perform(step, demand.procurement, actor=staff)
    with pytest.raises(PermissionDenied):
        demands.perform(step, demand.procurement, actor=make_officer(make_city()))


def test_preparing_needs_two_cities_and_a_lead_among_them(demand, staff):
    demands.open_procurement(demand, actor=staff)
    prepare = partial(demands.perform, BuyingStep.PREPARE, demand.procurement, actor=staff)
    agreed(demand, number=1)
    with pytest.raises(DemandRefused, match="two cities"):
        prepare()
    need = demand.needs.last()
    demands.answer(demand.procurement, need.city, agrees=True, actor=make_officer(need.city))
    JointProcurement.objects.update(lead_buyer=make_city())
    with pytest.raises(DemandRefused, match="lead buyer"):
        prepare()
    JointProcurement.objects.update(lead_buyer=need.city)
    assert prepare().after == "preparing"
    with pytest.raises(DemandRefused, match="leads"):
        demands.answer(demand.procurement, need.city, agrees=False, actor=make_officer(need.city))
    with pytest.raises(DemandRefused, match="leads"):
        demands.leave(need, actor=make_officer(need.city))


def test_who_speaks_for_a_city_answers_until_the_tender(demand, staff):
    demands.open_procurement(demand, actor=staff)
    need = demand.needs.first()
    for person in (make_officer(need.city, {"may_submit": False}), staff, make_mentor(need.city)):
        with pytest.raises(PermissionDenied):
            demands.answer(demand.procurement, need.city, agrees=True, actor=person)
    officer = make_officer(need.city)
    for _twice in range(2):
        told = demands.answer(demand.procurement, need.city, agrees=True, actor=officer)
        assert told.consent == "agreed"
    JointProcurement.objects.update(state="tendered", lead_buyer=make_city())
    with pytest.raises(DemandRefused, match="settled"):
        demands.answer(demand.procurement, need.city, agrees=False, actor=officer)


def test_who_leaves_the_demand_does_not_take_part(demand, staff):
    demands.open_procurement(demand, actor=staff)
    need = demand.needs.last()
    demands.leave(need, actor=make_officer(need.city))
    assert Participant.objects.get(city=need.city).consent == "declined"


def procurement_of(demand, state):
    """A joint procurement as it stands in a state, with its demand's cities agreed."""
    made = JointProcurement.objects.create(
        demand=demand, state=state, lead_buyer=make_city(), outcome="Bought."
    )
    for need in demand.needs.active():
        made.participants.create(city=need.city, consent="agreed", answered_at=timezone.now())
    return made


@pytest.mark.parametrize("state", ProcurementState)
def test_who_takes_part_is_settled_with_the_tender_also_for_who_leaves(state):
    need = make_need()
    procurement = procurement_of(need.demand, state)
    demands.leave(need, actor=make_officer(need.city))
    assert not need.demand.needs.active().exists()
    is_open = state in {ProcurementState.GATHERING, ProcurementState.PREPARING}
    assert procurement.participants.get().consent == ("declined" if is_open else "agreed")


@pytest.mark.parametrize("state", ProcurementState)
def test_cities_whose_demand_goes_into_one_that_is_bought_are_asked(state):
    into, other = make_need().demand, make_need()
    officer = make_officer(other.city)
    both = make_need(into.needs.get().city, other.demand)
    procurement = procurement_of(into, state)

    for _twice in range(2):
        demands.merge([other.demand], into=into, actor=make_staff())

    asked = Mail.objects.filter(kind="procurement_step", recipient=officer)
    if state in {ProcurementState.GATHERING, ProcurementState.PREPARING}:
        assert asked.get().link == f"{into.get_absolute_url()}#procurement"
        told = demands.answer(procurement, other.city, agrees=True, actor=officer)
        assert told.consent == "agreed"
        assert procurement.participants.get(city=both.city).consent == "agreed"
    else:
        assert not asked.exists()
        with pytest.raises(DemandRefused, match="settled"):
            demands.answer(procurement, other.city, agrees=True, actor=officer)
        assert procurement.participants.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_join_at_once_make_one_need():
    demand, city = make_need().demand, make_city()
    officers = [make_officer(city) for _each in range(4)]

    def join(officer, _number, gate):
        gate.wait()
        return stated(city, demand, actor=officer)

    outcomes = all_at_once(join, officers)
    made = [outcome for outcome in outcomes if isinstance(outcome, Need)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, DemandRefused)]
    assert (len(made), len(refused)) == (1, 3), outcomes
    assert demand.needs.active().filter(city=city).count() == 1
