"""Whoever left a city's team has no more part in what the city noted, promised and ranks."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import CityMembership, Mail
from events import notifications, permissions
from events.models import NextStep, Outcome, Registration
from events.services import outcomes, rankings
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.make_group("Corfu", "Cork")


@pytest.fixture
def corfu(group):
    return group.members.get(city__name="Corfu").city


def move(person, to=None):
    """Let somebody leave the team they are in, for another one or none."""
    CityMembership.objects.filter(user=person).update(
        since=date(2020, 1, 1), until=date(2021, 1, 1)
    )
    if to is not None:
        role = person.memberships.get().role
        CityMembership.objects.create(user=person, city=to, role=role, since=date(2021, 1, 2))


def test_who_left_writes_no_more_for_the_city_and_finds_no_way_in(group, corfu, client):
    officer = make.make_officer(corfu)
    group.members.create(city=corfu, user=officer, role="coordinator")
    noted = Outcome.objects.create(
        kind="need", city=corfu, group=group, title="A", written_by=officer
    )
    about = {"group": group, "city": corfu, "title": "S", "due_on": date(2090, 1, 1)}
    step = NextStep.objects.create(owner=officer, written_by=officer, **about)
    of_person = {**about, "city": None, "owner": officer}
    own_step = NextStep.objects.create(**of_person)
    client.force_login(officer)
    addresses = [reverse("events:outcome-edit", kwargs={"pk": noted.pk}), step.get_absolute_url()]
    addresses += [group.work_url()]

    def may():
        return [
            permissions.may_write_outcome(officer, noted),
            permissions.may_write_step(officer, step),
            permissions.leads(officer, group),
            corfu in permissions.cities_spoken_for(officer, group, ranking=True)
            or corfu in permissions.cities_spoken_for(officer, group),
            permissions.works_in(officer, group),
        ]

    assert may() == [True] * 5
    assert [client.get(one).status_code for one in addresses] == [200, 200, 200]

    move(officer, to=make.make_city())

    assert may() == [False] * 5
    assert [client.get(one).status_code for one in addresses] == [404, 404, 404]
    assert permissions.may_write_step(officer, own_step)


def test_people_without_a_city_keep_what_is_theirs(group, corfu):
    coordinator = make.make_user()
    group.members.create(user=coordinator, role="coordinator")
    expert = make.make_user()
    step = NextStep.objects.create(
        group=group, city=corfu, owner=expert, title="S", due_on=date(2090, 1, 1)
    )

    assert permissions.leads(coordinator, group)
    assert permissions.works_in(coordinator, group)
    assert permissions.may_write_step(coordinator, step)
    assert permissions.may_write_step(expert, step)
    assert list(NextStep.objects.on_the_desk_of(expert)) == [step]
    assert list(NextStep.objects.visible_to(expert)) == [step]


@pytest.mark.parametrize("way", ["left", "closed"])
def test_what_a_city_promised_goes_to_its_team_once_who_saw_to_it_is_gone(corfu, way, drain):
    session = make.make_session(make.make_lab())
    old, new = make.make_officer(corfu), make.make_officer(corfu)
    step = NextStep.objects.create(
        title="S", city=corfu, owner=old, session=session,
        due_on=timezone.localdate() + timedelta(days=3),
    )  # fmt: skip
    on_desks = NextStep.objects.on_the_desk_of
    assert (list(on_desks(old)), list(on_desks(new))) == ([step], [])

    if way == "left":
        move(old)
    else:
        old.is_active = False
        old.save()

    assert list(on_desks(new)) == [step]
    assert way == "closed" or list(on_desks(old)) == []
    step = NextStep.objects.get()
    assert notifications.remind(step, notifications.BEFORE) == (1 if way == "left" else 2)
    assert {mail.recipient for mail in Mail.objects.filter(kind="step-due")} == {new}


def test_who_left_the_city_they_came_for_notes_nothing_for_it(corfu):
    session = make.make_session(make.make_lab())
    person, viewer = make.make_officer(corfu), make.make_user()
    for one in (person, viewer):
        Registration.objects.create(
            event=session.day.event, user=one, city=corfu, status="confirmed"
        )
    assert outcomes.cities_noted_for(person, session) == [corfu]
    assert outcomes.cities_noted_for(viewer, session) == []

    move(person)

    assert outcomes.cities_noted_for(person, session) == []


def test_the_order_of_all_cities_counts_members_of_today(group, corfu):
    one, other = (group.priorities.create(title=title) for title in ("One", "Other"))
    cork = group.members.get(city__name="Cork").city
    by = make.make_user()
    rankings.set_ranking(group, corfu, {other.pk: 1}, by=by)
    rankings.set_ranking(group, cork, {one.pk: 1}, by=by)

    group.members.filter(city=corfu).delete()

    order, own = rankings.combined(group, [one, other])
    assert [(row.priority, row.points) for row in order] == [(one, 1), (other, 0)]
    assert [ranking.city for ranking in own] == [cork]
    group.members.create(city=corfu, role="mentor")
    assert len(rankings.combined(group, [one, other])[1]) == 1
    group.members.create(city=corfu)
    assert len(rankings.combined(group, [one, other])[1]) == 2
