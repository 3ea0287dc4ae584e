"""Whoever manages a city's team puts people in and ends roles; nobody gives more than they have."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from cities.models import CityMembership, CityRole, Mail
from cities.permissions import may_edit_for
from cities.today import today
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(city):
    return reverse("initiatives:my-city-team", args=[city.slug])


@pytest.fixture
def writer(db):
    return CityRole.objects.create(slug="writer", name="Writer", may_edit=True)


def put_in(client, page, address, role):
    typed = fields_of(client.get(page).content.decode(), "team-form")
    return client.post(page, typed | {"address": address, "role": str(role.pk)})


def test_somebody_with_an_account_is_put_in_and_told(client, officer, city, page, writer):
    person = factories.make_user(email="ada@example.org")
    assert put_in(client, page, "Ada@Example.org", writer).url == page
    assert may_edit_for(person, city)
    assert officer.name in Mail.objects.get(recipient=person).text
    assert str(person) in client.get(page).content.decode()
    # Twice is once.
    put_in(client, page, "ada@example.org", writer)
    assert person.memberships.count() == 1


def test_an_address_without_an_account_is_refused_and_stays_typed(client, officer, page, writer):
    answer = put_in(client, page, "nobody@example.org", writer)
    said = answer.content.decode()
    assert "Nobody has an account with this address" in said
    assert "nobody@example.org" in said


def test_nobody_gives_a_role_that_allows_more_than_their_own(client, city, page, writer):
    manager = factories.make_officer(city, role={"may_submit": False})
    client.force_login(manager)
    more = CityRole.objects.create(slug="more", name="More", may_edit=True, may_submit=True)
    confirmed = CityRole.objects.create(slug="c", name="Confirmed", staff_confirm_handover=True)
    person = factories.make_user()
    for role in (more, confirmed):
        put_in(client, page, person.email, role)
    assert not person.memberships.exists()
    put_in(client, page, person.email, writer)
    assert person.memberships.get().role == writer


def test_a_role_ends_and_nothing_is_deleted(client, officer, city, page):
    colleague = factories.make_officer(city)
    membership = colleague.memberships.get()
    end = reverse("initiatives:my-city-team-end", args=[city.slug, membership.pk])
    for _press in range(2):
        client.post(end)
    membership.refresh_from_db()
    assert membership.until == today()
    assert Mail.objects.filter(recipient=colleague).count() == 1
    own = officer.memberships.get()
    client.post(reverse("initiatives:my-city-team-end", args=[city.slug, own.pk]))
    own.refresh_from_db()
    assert own.until is None
    other = factories.make_officer(factories.make_city()).memberships.get()
    strange = reverse("initiatives:my-city-team-end", args=[city.slug, other.pk])
    assert client.post(strange).status_code == 404
    assert CityMembership.objects.count() == 3


def test_only_who_manages_the_team_sees_the_way_there(client, city, page):
    desk = reverse("initiatives:my-city", args=[city.slug])
    for manages in (True, False):
        client.force_login(factories.make_officer(city, role={"may_manage_team": manages}))
        assert (page in client.get(desk).content.decode()) is manages
        assert client.get(page).status_code == (200 if manages else 403)


def end(client, city, membership):
    answer = client.post(
        reverse("initiatives:my-city-team-end", args=[city.slug, membership.pk]), follow=True
    )
    membership.refresh_from_db()
    return answer.content.decode()


def test_only_roles_one_could_give_can_be_ended(client, city, page):
    client.force_login(factories.make_officer(city, role={"may_submit": False}))
    guarded = CityRole.objects.create(slug="g", name="Guarded", staff_confirm_handover=True)
    officers = [factories.make_officer(city).memberships.get() for _number in range(3)]
    officers[2].role = guarded
    officers[2].save()
    button = reverse("initiatives:my-city-team-end", args=[city.slug, officers[0].pk])
    assert button not in client.get(page).content.decode()
    for more in (officers[0], officers[2]):
        assert "ask staff" in end(client, city, more)
        assert more.until is None


def test_the_last_who_may_submit_or_manage_for_as_long_is_kept(client, officer, city, page):
    own = officer.memberships.get()
    own.until = today() + timedelta(days=1)
    own.save()
    submitter = factories.make_officer(city, role={"may_manage_team": False}).memberships.get()
    manager = factories.make_officer(city, role={"may_submit": False}).memberships.get()
    assert "may submit for the city" in end(client, city, submitter)
    assert "may manage the team" in end(client, city, manager)
    assert submitter.until is None
    assert manager.until is None
    factories.make_officer(city)
    end(client, city, submitter)
    assert submitter.until == today()


def test_who_joins_later_is_named_with_the_day_and_nothing_typed_is_lost(
    client, officer, city, page, writer
):
    later = today() + timedelta(days=9)
    person = factories.make_user(email="later@example.org")
    person.memberships.create(city=city, role=writer, since=later)
    answer = put_in(client, page, "later@example.org", writer)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert f"joins the team on {date_format(later, 'DATE_FORMAT')} already" in said
    assert 'value="later@example.org"' in said
    assert f'<option value="{writer.pk}" selected>' in said


def test_a_wrong_role_is_ended_and_the_right_one_given_on_the_same_day(
    client, officer, city, page, writer
):
    person = factories.make_user()
    wrong = CityRole.objects.create(slug="wrong", name="Wrong", may_edit=False)
    put_in(client, page, person.email, wrong)
    end(client, city, person.memberships.get())
    assert put_in(client, page, person.email, writer).url == page
    assert person.memberships.get(until=None).role == writer


@pytest.mark.parametrize("zone", ["America/Toronto", "Europe/Brussels", "Asia/Tokyo"])
def test_a_role_begins_and_ends_at_once_whatever_day_its_reader_has(client, page, city, zone):
    person = factories.make_user(email="ada@example.org", time_zone=zone)
    with time_machine.travel("2026-11-29 23:30:00Z", tick=False):
        manager = factories.make_officer(city, time_zone="Europe/Brussels")
        writer = CityRole.objects.create(slug="editor", name="Editor", may_edit=True)
        client.force_login(manager)
        put_in(client, page, person.email, writer)
        desk = page.removesuffix("team/")
        reader = Client()
        reader.force_login(person)
        assert (may_edit_for(person, city), reader.get(desk).status_code) == (True, 200)
        membership = person.memberships.get()
        client.post(reverse("initiatives:my-city-team-end", args=[city.slug, membership.pk]))
        membership.refresh_from_db()
        assert membership.until == date(2026, 11, 29)
    with time_machine.travel("2026-11-30 00:30:00Z", tick=False):
        assert (may_edit_for(person, city), reader.get(desk).status_code) == (False, 404)
