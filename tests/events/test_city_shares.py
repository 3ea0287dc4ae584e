"""Places that cities share: who acts for one says for which, and staff may say for another."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cities.models import Mail
from events import services
from events.models import MeetingEnd, Registration
from tests import factories as make
from tests.factories.labs import make_asker, make_lab, make_meeting, make_meeting_expert
from tests.factories.labs import make_meeting_round as make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    opened = timezone.now() - timedelta(days=1)
    return make_lab(places_per_city=1, registration_opens_at=opened)


def send(client, lab, city):
    sent = {"city": city.pk if city else "", "note": "Hello", "access": "", "diet": "Vegan"}
    return client.post(f"/events/{lab.slug}/register/", sent)


def test_who_acts_for_a_city_comes_for_one_where_cities_share_the_places(lab, client):
    city = make.make_city()
    first, second = make.make_officer(city), make.make_officer(city)
    services.register(lab, first, city)
    client.force_login(second)

    refused = send(client, lab, None)

    assert "city" in refused.context["form"].errors
    assert 'value="Vegan"' in refused.content.decode()
    with pytest.raises(services.RegistrationRefused, match="for which city"):
        services.register(lab, second)
    assert not Registration.objects.filter(user=second).exists()
    send(client, lab, city)
    assert str(Registration.objects.get(user=second).status) == "waiting"


@pytest.mark.parametrize("who", ["nobody's", "no share"])
def test_others_come_for_no_city_as_before(lab, client, who):
    person = make.make_user() if who == "nobody's" else make.make_officer(make.make_city())
    if who == "no share":
        lab.places_per_city = None
        lab.save()
    client.force_login(person)

    send(client, lab, None)

    assert [(one.city, str(one.status)) for one in Registration.objects.all()] == [
        (None, "confirmed")
    ]


def change_city(client, registration, city, **sent):
    client.force_login(make.make_staff())
    needs = {f"needs-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    page = f"/admin/events/registration/{registration.pk}/change/"
    answer = client.post(page, {"city": city.pk, "note": registration.note, **needs, **sent})
    assert answer.status_code == 302, answer.context["errors"]


def test_another_city_in_the_admin_gives_its_place_to_who_waits(lab, client, drain):
    crowded, other = make.make_city(), make.make_city()
    first, second = (
        services.register(lab, make.make_user(), crowded, note="By train") for _each in range(2)
    )
    assert str(second.status) == "waiting"
    drain()
    mail.outbox.clear()

    change_city(client, first, other, note="By boat")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.city, first.note, str(first.status)) == (other, "By boat", "confirmed")
    assert str(second.status) == "confirmed"
    drain()
    assert [message.to for message in mail.outbox] == [[second.user.email]]


def test_who_waits_and_comes_for_a_city_with_room_moves_up_at_once(lab, client):
    crowded, other = make.make_city(), make.make_city()
    _first, second = (services.register(lab, make.make_user(), crowded) for _each in range(2))

    change_city(client, second, other)

    second.refresh_from_db()
    assert (second.city, str(second.status)) == (other, "confirmed")


def test_talks_follow_a_city_that_leaves_and_comes_with_a_changed_registration(lab, client, drain):
    lab.places_per_city = None
    lab.save()
    round = make_round(1, published=True, event=lab)
    slot = round.slots.get()
    expert = make_meeting_expert(round, slot)
    talk = make_meeting(make_asker(round, expert), expert, slot)
    city, other = talk.asker.city, make.make_city()
    gone = services.register(lab, make.make_officer(city), city)
    stays = services.register(lab, make.make_officer(city), city)
    services.cancel(gone)

    change_city(client, stays, other)

    talk.refresh_from_db()
    assert talk.cause == MeetingEnd.LEFT
    drain()
    assert Mail.objects.filter(key=f"meeting:{talk.pk}:off").exists()
    change_city(client, stays, city)
    assert [one.asker.city for one in round.meetings.live()] == [city]
