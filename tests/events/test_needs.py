"""What people need on site: said by themselves while they have a place, and soon forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import services
from events.models import EventStatus, Registration, RegistrationNeeds
from events.periodic import forget_needs
from tests.factories import make_city, make_officer, make_user
from tests.factories.labs import make_lab

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return make_lab(registration_opens_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def page(lab):
    return f"/events/{lab.slug}/register/"


def needs():
    return list(RegistrationNeeds.objects.values_list("registration__user__name", "access", "diet"))


def test_needs_are_kept_apart_and_deleted_a_week_after_the_event(lab, page, client):
    person = make_user(name="Ana")
    client.force_login(person)

    client.post(page, {"access": "Step-free", "diet": "Vegan"})

    assert needs() == [("Ana", "Step-free", "Vegan")]
    assert Registration.objects.get().note == ""
    today = timezone.localdate()
    for days, kept in [(0, 1), (7, 1), (8, 0)]:
        lab.starts_on = lab.ends_on = today - timedelta(days=days)
        lab.save()
        forget_needs()
        assert RegistrationNeeds.objects.count() == kept
    assert Registration.objects.get().user == person


def test_needs_go_with_a_place_that_is_given_back(lab):
    registration = services.register(lab, make_user(), diet="Vegan")

    services.cancel(registration)

    assert needs() == []


def test_whoever_an_officer_registered_says_what_they_need(lab, page, client):
    city = make_city()
    person = make_user(name="Rui")
    services.register_delegation(lab, city, [make_officer(city), person])
    client.force_login(person)
    assert 'name="diet"' in client.get(page).content.decode()

    told = client.post(
        page, {"state_needs": "1", "access": "", "diet": "No nuts"}, follow=True
    ).content.decode()

    assert "Saved. Those who prepare the event see what you need." in told
    assert 'value="No nuts"' in told
    assert needs() == [("Rui", "", "No nuts")]
    client.post(page, {"state_needs": "1", "access": "Step-free", "diet": ""})
    assert needs() == [("Rui", "Step-free", "")]
    client.post(page, {"state_needs": "1", "access": "", "diet": ""})
    assert needs() == []
    assert Registration.objects.filter(status="confirmed").count() == 2


def test_somebody_who_waits_says_what_they_need_as_well(lab, page, client):
    lab.capacity = 0
    lab.save()
    person = make_user(name="Eva")
    services.register(lab, person)
    client.force_login(person)

    client.post(page, {"state_needs": "1", "access": "", "diet": "Vegan"})

    assert needs() == [("Eva", "", "Vegan")]


def test_a_form_that_was_open_while_a_colleague_registered_its_writer_is_kept(lab, page, client):
    person = make_user(name="Ana")
    client.force_login(person)
    services.register(lab, person)

    sent = {"city": "", "note": "By train", "access": "", "diet": "Vegan"}
    told = client.post(page, sent, follow=True).content.decode()

    assert "You were registered already. What you wrote is kept." in told
    assert needs() == [("Ana", "", "Vegan")]
    assert Registration.objects.get().note == "By train"
    # The same page once more, with nothing in it, takes nothing away.
    client.post(page, {"city": "", "note": "", "access": "Lift", "diet": ""})
    assert needs() == [("Ana", "Lift", "Vegan")]


@pytest.mark.parametrize("how", ["given back", "over", "never registered"])
def test_nothing_is_kept_of_who_does_not_come(lab, page, client, how):
    person = make_user()
    client.force_login(person)
    if how != "never registered":
        registration = services.register(lab, person)
    if how == "given back":
        services.cancel(registration)
    if how == "over":
        lab.starts_on = lab.ends_on = timezone.localdate() - timedelta(days=3)
        lab.save()

    told = client.post(
        page, {"state_needs": "1", "access": "", "diet": "Vegan"}, follow=True
    ).content.decode()

    assert needs() == []
    assert "Saved." not in told
    if how == "given back":
        assert "You gave your place back" in told
        # It stands in the form that takes a place again.
        assert 'value="Vegan"' in told
    assert Registration.objects.open().count() == (1 if how == "over" else 0)


def test_nothing_is_kept_of_an_event_that_is_called_off(lab, page, client):
    person = make_user(name="Ana")
    services.register(lab, person, note="I need a seat near the door", access="Lift", diet="Vegan")
    other = make_lab(slug="other", registration_opens_at=lab.registration_opens_at)
    services.register(other, person, note="Kept", diet="Kept")

    services.change_status(lab, EventStatus.CANCELLED)

    assert needs() == [("Ana", "", "Kept")]
    assert list(lab.registrations.values_list("note", flat=True)) == [""]
    assert other.registrations.get().note == "Kept"
    client.force_login(person)
    assert 'name="diet"' not in client.get(page).content.decode()
    for sent in ({"state_needs": "1", "diet": "Vegan"}, {"city": "", "note": "Lift", "diet": ""}):
        told = client.post(page, sent, follow=True).content.decode()
        assert "The event is called off: nothing is prepared for it." in told
    assert needs() == [("Ana", "", "Kept")]
    assert list(lab.registrations.values_list("note", flat=True)) == [""]


def test_a_note_goes_with_needs_and_its_form_asks_for_none(lab, page, client):
    left, came = make_user(), make_user()
    for person in (left, came):
        services.register(lab, person, note="A lift, please")
    client.force_login(make_user())
    assert "close to the screen" not in client.get(page).content.decode()

    services.cancel(Registration.objects.get(user=left))

    assert Registration.objects.get(user=left).note == ""
    assert Registration.objects.get(user=came).note == "A lift, please"
    for days, kept in [(7, "A lift, please"), (8, "")]:
        lab.starts_on = lab.ends_on = timezone.localdate() - timedelta(days=days)
        lab.save()
        forget_needs()
        assert Registration.objects.get(user=came).note == kept


def test_needs_are_those_of_the_person_who_writes_alone(lab, page, client):
    city = make_city()
    officer, person = make_officer(city), make_user(name="Rui")
    services.register_delegation(lab, city, [officer, person])
    services.state_needs(Registration.objects.get(user=person), access="Lift", diet="Vegan")
    client.force_login(officer)

    assert "Vegan" not in client.get(page).content.decode()
    client.post(page, {"state_needs": "1", "access": "", "diet": ""})

    assert needs() == [("Rui", "Lift", "Vegan")]
