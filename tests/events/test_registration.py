"""Places at events: as many as there are, then a list in order."""

import random
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone

from cities.models import CityMembership
from events import services
from events.models import EventStatus, Registration, RegistrationStatus
from tests.events.test_signups import at_once
from tests.factories import make_city, make_event, make_officer, make_staff, make_user


def open_event(**fields):
    day = date(2090, 5, 1)
    fields = {
        "starts_on": day,
        "ends_on": day,
        "registration_opens_at": timezone.now() - timedelta(days=1),
        **fields,
    }
    return make_event(**fields)


def standing(event):
    return [
        (one.user.name, str(one.status))
        for one in event.registrations.order_by("queued_at", "pk").select_related("user")
    ]


@pytest.mark.django_db
def test_the_last_place_is_given_once_and_the_rest_wait_in_order(drain):
    event = open_event(capacity=2)
    for name in "ABCD":
        services.register(event, make_user(name=name))

    assert standing(event) == [
        ("A", "confirmed"), ("B", "confirmed"), ("C", "waiting"), ("D", "waiting"),
    ]  # fmt: skip
    drain()
    assert [message.subject.partition(":")[0] for message in mail.outbox] == [
        "You have a place", "You have a place",
        "You are on the waiting list", "You are on the waiting list",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_place_given_back_goes_to_whoever_waits_longest(drain):
    event = open_event(capacity=1)
    first, _second, _third = [services.register(event, make_user(name=name)) for name in "ABC"]

    services.cancel(first)
    services.cancel(first)

    assert dict(standing(event)) == {"A": "cancelled", "B": "confirmed", "C": "waiting"}
    services.register(event, first.user)
    assert standing(event) == [("B", "confirmed"), ("C", "waiting"), ("A", "waiting")]
    assert services.ahead_of(Registration.objects.get(user=first.user)) == 1
    drain()
    assert len(mail.outbox) == 6  # three came, one left, one moved up, one came back


@pytest.mark.django_db
def test_an_officer_registers_their_team_in_two_steps(client):
    event = open_event(capacity=2)
    city, other = make_city(name="Porto"), make_city(name="Braga")
    officer, ana, rui = (make_officer(city) for _each in range(3))
    CityMembership.objects.create(city=other, user=officer, role=officer.memberships.get().role)
    stranger = make_user()
    client.force_login(officer)
    page = f"/events/{event.slug}/register/team/"
    own = client.get(f"/events/{event.slug}/register/").content.decode()
    assert page in own
    assert "For which city?" in client.get(page).content.decode()
    assert "Who comes for Porto?" in client.get(f"{page}?city={city.slug}").content.decode()

    refused = client.post(page, {"city": city.slug, "people": [ana.pk, stranger.pk]})
    assert refused.status_code == 200
    assert not Registration.objects.exists()
    told = client.post(
        page, {"city": city.slug, "people": [officer.pk, ana.pk, rui.pk]}, follow=True
    ).content.decode()

    assert "3 people are registered." in told
    assert "1 of them waits." in told
    assert {one.city for one in Registration.objects.all()} == {city}
    assert sorted(str(one.status) for one in Registration.objects.all()) == [
        "confirmed", "confirmed", "waiting",
    ]  # fmt: skip
    assert (
        "Everybody of the team is registered"
        in client.get(f"{page}?city={city.slug}").content.decode()
    )
    client.force_login(stranger)
    assert client.get(page).status_code == 404
    assert page not in client.get(f"/events/{event.slug}/register/").content.decode()


@pytest.mark.django_db
def test_a_city_has_its_share_of_places_and_further_people_wait_for_one_of_theirs():
    event = open_event(capacity=4, places_per_city=2)
    big, small = make_city(), make_city()
    people = [make_user(name=name) for name in ("b1", "b2", "b3", "s1", "alone", "s2")]
    places = [
        services.register(event, person, city)
        for person, city in zip(people, [big, big, big, small, None, small], strict=True)
    ]
    assert [str(place.status) for place in places] == [
        "confirmed", "confirmed", "waiting", "confirmed", "confirmed", "waiting",
    ]  # fmt: skip

    # A place of nobody's city goes past whoever's city has its share.
    services.cancel(places[4])
    assert [name for name, status in standing(event) if status == "waiting"] == ["b3"]
    services.cancel(places[0])
    assert [name for name, status in standing(event) if status == "confirmed"] == [
        "b2", "b3", "s1", "s2",
    ]  # fmt: skip


@pytest.mark.django_db
def test_more_seats_move_people_up_in_their_order():
    event = open_event(capacity=1)
    for name in "ABC":
        services.register(event, make_user(name=name))
    event.capacity = 2
    event.save()

    assert services.fill_places(event) == 1
    assert dict(standing(event)) == {"A": "confirmed", "B": "confirmed", "C": "waiting"}


@pytest.mark.django_db
def test_registering_twice_is_registering_once(drain):
    event, person = open_event(), make_user()

    assert services.register(event, person) == services.register(event, person)
    drain()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"registration_opens_at": None},
        {"registration_opens_at": datetime(2089, 1, 1, tzinfo=timezone.get_default_timezone())},
        {
            "registration_opens_at": datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone()),
            "registration_closes_at": datetime(2020, 2, 1, tzinfo=timezone.get_default_timezone()),
        },
        {"status": EventStatus.CANCELLED},
        {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 1, 1)},
    ],
)
def test_nobody_gets_a_place_while_registration_is_closed(client, fields):
    event, person = open_event(**fields), make_user()
    with pytest.raises(services.RegistrationRefused):
        services.register(event, person)
    client.force_login(person)

    answer = client.post(f"/events/{event.slug}/register/", {}, follow=True)

    assert "not open" in answer.content.decode()
    assert not Registration.objects.exists()


@pytest.mark.django_db
def test_an_officer_registers_for_their_city_and_gives_the_place_back(client):
    event, city = open_event(capacity=1), make_city(name="Home")
    officer, address = make_officer(city), f"/events/{event.slug}/register/"
    assert client.post(address, {"note": "By train"}).url.startswith("/accounts/login/")
    client.force_login(officer)
    assert f'<option value="{city.pk}" selected>' in client.get(address).content.decode()

    client.post(address, {"city": city.pk, "note": "By train"})

    own = Registration.objects.get()
    assert (own.user, own.city, own.note, own.status) == (officer, city, "By train", "confirmed")
    assert "You come for Home" in client.get(address).content.decode()
    client.post(address, {"give_back": "1"})
    own.refresh_from_db()
    assert own.status == RegistrationStatus.CANCELLED


@pytest.mark.django_db
def test_nobody_registers_for_a_city_they_do_not_act_for(client):
    event, other = open_event(), make_city()
    client.force_login(make_officer(make_city()))

    answer = client.post(f"/events/{event.slug}/register/", {"city": other.pk})

    assert answer.status_code == 200
    assert not Registration.objects.exists()


@pytest.mark.django_db
def test_registrations_are_seen_by_the_person_their_city_and_staff():
    city = make_city()
    officer, colleague, stranger = make_officer(city), make_officer(city), make_user()
    event = open_event()
    services.register(event, officer, city)
    services.register(event, stranger)

    seen = {
        name: {one.user for one in Registration.objects.visible_to(person)}
        for name, person in [("colleague", colleague), ("stranger", stranger)]
    }

    assert seen == {"colleague": {officer}, "stranger": {stranger}}
    assert Registration.objects.visible_to(make_staff()).count() == 2


@pytest.mark.django_db(transaction=True)
def test_three_hundred_people_for_a_hundred_places_and_a_storm_of_cancellations():
    event = open_event(capacity=100)
    people = [make_user() for _number in range(300)]

    at_once([partial(services.register, event, person) for person in people])

    assert [state for _name, state in standing(event)] == ["confirmed"] * 100 + ["waiting"] * 200
    leaving = random.Random(7).sample(list(event.registrations.all()), 120)
    gone = {registration.user_id for registration in leaving}
    at_once([partial(services.cancel, registration) for registration in leaving])

    left = event.registrations.exclude(user__in=gone).order_by("queued_at", "pk")
    assert [str(one.status) for one in left] == ["confirmed"] * 100 + ["waiting"] * 80
    assert event.registrations.filter(status="cancelled").count() == 120


@pytest.mark.django_db(transaction=True)
def test_people_come_and_go_at_once_and_nobody_is_passed():
    event = open_event(capacity=10)
    early = [services.register(event, make_user()) for _number in range(30)]
    late = [make_user() for _number in range(20)]
    works = [partial(services.cancel, one) for one in random.Random(3).sample(early, 15)]
    works += [partial(services.register, event, person) for person in late]

    at_once(random.Random(5).sample(works, len(works)))

    left = [str(one.status) for one in event.registrations.open().order_by("queued_at", "pk")]
    assert left == ["confirmed"] * 10 + ["waiting"] * 25
