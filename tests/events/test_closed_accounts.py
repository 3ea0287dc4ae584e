"""Accounts that were closed wait for nothing, and nobody waits for a number that is gone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cities.models import Mail
from events import services
from events.models import Registration, SignUp
from events.periodic import give_on_places
from events.services import peer_problems, peers
from icc_portal.celery import app
from tests.factories import (
    make_lab,
    make_officer,
    make_sitting,
    make_superuser,
    make_user,
)
from tests.factories.labs import (
    make_asker,
    make_meeting,
    make_meeting_expert,
    make_meeting_round,
    make_peer_round,
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
        "events.audiences.audiences_of",
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


# ── what they hold is given on ───────────────────────────────────────────────────────────────────
def close_as_staff(client, person):
    """Close an account on its page, as staff do."""
    client.force_login(make_superuser())
    address = f"/admin/cities/user/{person.pk}/change/"
    sent = fields_of(client.get(address).content.decode(), "user_form")
    del sent["is_active"]
    assert client.post(address, sent).status_code == 302


def test_a_place_of_an_account_that_is_closed_goes_to_who_waits_who_is_told_once(
    lab, session, client, drain
):
    lab.capacity = 2
    lab.save()
    closed, stays = comes(lab, "A"), comes(lab, "B")
    waits = comes(lab, "C")
    for person in (closed, stays):
        services.sign_up(session, person)
    drain()

    close_as_staff(client, closed)
    assert states(session.sign_ups) == ["cancelled", "confirmed"]
    give_on_places()
    drain()

    assert states(lab.registrations) == ["cancelled", "confirmed", "confirmed"]
    assert states(session.sign_ups) == ["cancelled", "confirmed"]
    told = Mail.objects.filter(about__startswith="events.")
    assert told.filter(recipient=waits, subject__contains="have a place").count() == 1
    assert told.filter(recipient=stays, subject__contains=session.title).count() == 1


def test_who_was_there_before_the_account_was_closed_stays_among_those_who_were(client):
    over = make_lab(starts_on=date(2021, 2, 1), ends_on=date(2021, 2, 1))
    there = over.registrations.create(user=make_user(), status="confirmed")

    close_as_staff(client, there.user)
    give_on_places()

    there.refresh_from_db()
    assert there.status == "confirmed"


def test_talks_of_an_expert_whose_account_is_closed_are_called_off_and_their_cities_served(
    client, drain
):
    round = make_meeting_round(2, published=True)
    first, second = round.slots.all()
    gone, stays = make_meeting_expert(round, first), make_meeting_expert(round, second)
    asker = make_asker(round, gone, stays)
    officer = make_officer(asker.city)
    talk = make_meeting(asker, gone, first)

    close_as_staff(client, gone.user)
    assert round.meetings.live().get().expert == stays
    give_on_places()
    drain()

    talk.refresh_from_db()
    assert talk.why == "The expert does not come any more."
    assert [(one.expert, one.slot) for one in round.meetings.live()] == [(stays, second)]
    off = Mail.objects.filter(recipient=officer, key__endswith=":off")
    assert [talk.why in mail.text for mail in off] == [True]
    assert Mail.objects.filter(recipient=officer, key__endswith=":on").count() == 1


def test_what_was_closed_elsewhere_is_given_on_within_the_hour(lab):
    lab.capacity = 1
    lab.save()
    first, second = (services.register(lab, make_user()) for _each in range(2))
    close(first.user)

    give_on_places()

    second.refresh_from_db()
    assert second.status == "confirmed"
    assert app.conf.beat_schedule["give-on-places"]["task"] == "events.give_on_places"


def test_a_group_goes_on_without_a_guide_whose_account_is_closed_and_is_told(client, drain):
    round = make_peer_round(3)
    for entry in round.entries.all():
        peers.move(round, entry, 1)
    guide, city = round.guides.create(user=make_user(name="Ida Aas")), round.entries.first().city
    group, officer = round.groups.get(), make_officer(city)
    group.guide, group.guide_is_pinned = guide, True
    group.save()
    peers.publish(round, despite=True)
    drain()
    assert [("Ida Aas" in mail.text) for mail in officer.mails.all()] == [True]

    close_as_staff(client, guide.user)
    give_on_places()
    drain()

    group.refresh_from_db()
    assert group.guide is None
    told = [("Ida Aas" in mail.text) for mail in officer.mails.order_by("pk")]
    assert told == [True, False]
    assert not peer_problems.gather(round).problem.guides
    guide.user.is_active = True
    guide.user.save()
    assert [one.key for one in peer_problems.gather(round).problem.guides] == [str(guide.pk)]
