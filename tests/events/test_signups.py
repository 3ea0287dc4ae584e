"""Places in sessions: as many as there are, then a list in order; and what is needed on site."""

import random
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from events import permissions, services
from events.models import Registration, SignUp
from tests.factories import make_session, make_staff, make_user
from tests.factories.labs import make_lab


def lab_session(capacity=2, **fields):
    event = make_lab(registration_opens_at=timezone.now() - timedelta(days=1))
    return make_session(event, capacity=capacity, **fields)


def comes_to(session, status="confirmed"):
    person = make_user()
    Registration.objects.create(event=session.day.event, user=person, status=status)
    return person


def standing(session):
    return [
        (one.user.name, str(one.status))
        for one in session.sign_ups.order_by("queued_at", "pk").select_related("user")
    ]


def at_once(works, workers=8):
    """Do pieces of work from several threads at the same time."""
    start, failures = threading.Barrier(workers), []

    def run(mine):
        try:
            start.wait()
            for work in mine:
                work()
                # As a request does: its connection is free for others then.
                connections.close_all()
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=[works[number::workers]]) for number in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db
def test_a_place_given_back_goes_to_whoever_waits_longest_who_is_told(drain):
    session = lab_session(capacity=1)
    first, second, third = (comes_to(session) for _each in range(3))
    places = [services.sign_up(session, person) for person in (first, second, third)]
    assert [str(place.status) for place in places] == ["confirmed", "waiting", "waiting"]
    assert [services.waits_behind(place) for place in places] == [None, 0, 1]

    services.leave(places[0])
    services.leave(places[0])

    assert standing(session) == [
        (first.name, "cancelled"),
        (second.name, "confirmed"),
        (third.name, "waiting"),
    ]
    drain()
    assert [message.to for message in mail.outbox] == [[second.email]]
    services.sign_up(session, first)
    assert standing(session)[-1] == (first.name, "waiting")


@pytest.mark.django_db
def test_signing_up_twice_is_once_and_more_places_move_people_up():
    session = lab_session(capacity=1)
    people = [comes_to(session) for _each in range(3)]
    for person in [*people, *people]:
        services.sign_up(session, person)
    assert SignUp.objects.count() == 3

    session.capacity = 2
    session.save()

    assert services.fill_session(session) == 1
    assert [status for _name, status in standing(session)] == ["confirmed", "confirmed", "waiting"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [None, "waiting", "confirmed"])
def test_places_in_sessions_are_for_those_who_come(status):
    session = lab_session()
    person = comes_to(session, status) if status else make_user()

    if status == "confirmed":
        assert services.sign_up(session, person).status == "confirmed"
    else:
        with pytest.raises(services.SignUpRefused, match="Register for the event first"):
            services.sign_up(session, person)


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"capacity": None}, {"is_cancelled": True}])
def test_a_session_without_places_or_called_off_takes_nobody(fields):
    session = lab_session(**fields)

    with pytest.raises(services.SignUpRefused, match="takes no sign-ups"):
        services.sign_up(session, comes_to(session))


@pytest.mark.django_db
def test_whoever_no_longer_comes_leaves_their_places_to_others():
    session = lab_session(capacity=1)
    leaver, waiter = comes_to(session), comes_to(session)
    for person in (leaver, waiter):
        services.sign_up(session, person)

    services.cancel(Registration.objects.get(user=leaver))

    assert standing(session) == [(leaver.name, "cancelled"), (waiter.name, "confirmed")]


@pytest.mark.django_db
def test_the_link_to_join_is_shown_to_those_who_have_a_place(client):
    session = lab_session(capacity=1, join_link="https://meet.example.org/room")
    inside, waiting, outside = comes_to(session), comes_to(session), make_user()
    for person in (inside, waiting):
        services.sign_up(session, person)

    def sees(person):
        client.logout()
        if person:
            client.force_login(person)
        shown = b"meet.example.org" in client.get(session.get_absolute_url()).content
        assert person is None or permissions.may_join(person, session) == shown
        return shown

    assert [sees(one) for one in (None, outside, waiting, inside, make_staff())] == [
        False, False, False, True, True,
    ]  # fmt: skip
    session.capacity = None
    session.save()
    assert sees(waiting)


@pytest.mark.django_db
def test_a_person_takes_and_gives_back_a_place_on_the_sessions_page(client):
    session = lab_session(capacity=1)
    client.force_login(comes_to(session))
    page = session.get_absolute_url()
    assert "1 of 1 places are free" in client.get(page).content.decode()

    told = client.post(f"{page}place/", follow=True).content.decode()

    assert "You have a place in this session." in told
    assert "Give my place back" in told
    client.post(f"{page}place/", {"give_back": "1"})
    assert str(SignUp.objects.get().status) == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_three_hundred_people_for_a_hundred_places_and_a_storm_of_cancellations():
    session = lab_session(capacity=100)
    people = [comes_to(session) for _number in range(300)]

    at_once([lambda person=person: services.sign_up(session, person) for person in people])

    queue = standing(session)
    assert [status for _name, status in queue] == ["confirmed"] * 100 + ["waiting"] * 200
    leaving = random.Random(7).sample(list(SignUp.objects.all()), 120)
    gone = {place.user_id for place in leaving}
    at_once([lambda place=place: services.leave(place) for place in leaving])

    left = [
        person
        for person in session.sign_ups.order_by("queued_at", "pk")
        if person.user_id not in gone
    ]
    assert [str(place.status) for place in left] == ["confirmed"] * 100 + ["waiting"] * 80
