"""Accounts that were closed wait for nothing, and nobody waits for a number that is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import services
from events.models import Registration, SignUp
from tests.factories import (
    make_lab,
    make_sitting,
    make_superuser,
    make_user,
)
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return make_lab(registration_opens_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def session(lab):
    """A session with one place, at whose event everybody has one."""
    made = make_sitting(lab)
    made.capacity, made.audience = 1, "public"
    made.save()
    return made


def comes(lab, name):
    person = make_user(name=name)
    services.register(lab, person)
    return person


def states(rows):
    return [str(one.status) for one in rows.order_by("queued_at", "pk")]


def close(person):
    person.is_active = False
    person.save()


def test_a_place_at_an_event_goes_past_an_account_that_was_closed(lab, drain):
    lab.capacity = 1
    lab.save()
    first, closed, third = (services.register(lab, make_user()) for _each in range(3))
    close(closed.user)
    assert services.ahead_of(third) == 0

    services.cancel(first)

    assert states(lab.registrations) == ["cancelled", "waiting", "confirmed"]
    # Once it is open again, it waits where it stood.
    closed.user.is_active = True
    closed.user.save()
    services.cancel(Registration.objects.get(pk=third.pk))
    assert states(lab.registrations) == ["cancelled", "confirmed", "cancelled"]


@pytest.mark.parametrize("audience", ["public", "cities"])
def test_a_place_in_a_session_goes_past_an_account_that_was_closed(
    lab, session, audience, monkeypatch
):
    session.audience = audience
    session.save()
    monkeypatch.setattr("events.permissions.is_of_audience", lambda *_who: True)
    monkeypatch.setattr(
        "events.services.signups.audiences_of",
        lambda _event, people: {person: {audience} for person in people},
    )
    places = [services.sign_up(session, comes(lab, name)) for name in "ABC"]
    close(places[1].user)
    assert services.waits_behind(places[2]) == 0
    assert services.waits_behind(places[1]) == 0

    services.leave(places[0])

    assert states(session.sign_ups) == ["cancelled", "waiting", "confirmed"]


def test_without_a_number_of_places_nobody_waits_for_one(lab, session, drain):
    for name in "ABC":
        services.sign_up(session, comes(lab, name))
    drain()
    session.capacity = None
    session.save()

    assert services.places_left(session) is None
    assert services.fill_session(session) == 2

    assert states(session.sign_ups) == ["confirmed"] * 3
    assert services.fill_session(session) == 0


@pytest.mark.parametrize(("capacity", "confirmed"), [("", 3), ("2", 2)])
def test_staff_who_raise_or_remove_a_number_move_people_up(
    lab, session, client, capacity, confirmed
):
    for name in "ABC":
        services.sign_up(session, comes(lab, name))
    client.force_login(make_superuser())
    address = f"/admin/events/session/{session.pk}/change/"
    sent = fields_of(client.get(address).content.decode(), "session_form")

    assert client.post(address, {**sent, "capacity": capacity}).status_code == 302

    assert SignUp.objects.filter(status="confirmed").count() == confirmed


def test_without_a_number_of_seats_nobody_waits_for_an_event(lab):
    lab.capacity = 1
    lab.save()
    for _each in range(3):
        services.register(lab, make_user())
    lab.capacity = None
    lab.save()

    assert services.fill_places(lab) == 2

    assert states(lab.registrations) == ["confirmed"] * 3


def test_a_number_removed_while_the_event_was_hidden_is_made_up_for(lab, session):
    for name in "AB":
        services.sign_up(session, comes(lab, name))
    services.change_status(lab, "draft")
    session.capacity = None
    session.save()
    services.fill_session(session)
    assert states(session.sign_ups) == ["confirmed", "waiting"]

    services.change_status(lab, "published")

    assert states(session.sign_ups) == ["confirmed", "confirmed"]
