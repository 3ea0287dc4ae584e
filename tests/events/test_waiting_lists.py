"""Waiting lists of sessions: whatever sets a place free, whoever waits longest is the next."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.utils import timezone

from events import permissions, services
from events.models import Registration, Session, SignUp
from events.services import moving, plan_drafts
from tests import factories as make
from tests.events.test_event_admin import edit, errors_on, session_page
from tests.events.test_signups import comes_to, lab_session, standing
from tests.factories.labs import DAY, make_lab

pytestmark = pytest.mark.django_db


def at(hour, day=1):
    return datetime(2090, 6, day, hour, tzinfo=UTC)


def morning(capacity=1, **fields):
    return lab_session(capacity, **{"starts_at": at(9), "ends_at": at(10), **fields})


def cancelled_and_left():
    """A session with one place: cancelled, given back, and somebody waits."""
    session = morning(audience="public")
    leaver, waiter = comes_to(session), comes_to(session)
    place = services.sign_up(session, leaver)
    services.sign_up(session, waiter)
    Session.objects.filter(pk=session.pk).update(is_cancelled=True)
    services.leave(place)
    session.refresh_from_db()
    return session, waiter


def on_its_own_page(client, session):
    kept = {"day_date": DAY, "capacity": 1, "audience": "public"}
    page = f"/admin/events/session/{session.pk}/change/"
    answer = client.post(page, session_page(session, **kept))
    assert answer.status_code == 302, errors_on(answer)


def on_the_page_of_its_event(client, session):
    event = session.day.event
    sent = edit(event, session, capacity=1, audience="public")
    answer = client.post(f"/admin/events/event/{event.pk}/change/", sent)
    assert answer.status_code == 302, errors_on(answer)


def in_a_draft(_client, session):
    draft = plan_drafts.begin(session.day.event, by=make.make_staff())
    Session.objects.filter(day__event=draft.copy).update(is_cancelled=False)
    plan_drafts.publish(draft, by=make.make_staff())


@pytest.mark.parametrize("restored", [on_its_own_page, on_the_page_of_its_event, in_a_draft])
def test_a_session_that_takes_place_after_all_gives_its_place_to_who_waits(client, drain, restored):
    session, waiter = cancelled_and_left()
    client.force_login(make.make_superuser())

    restored(client, session)

    session.refresh_from_db()
    assert not session.is_cancelled
    assert standing(session)[-1] == (waiter.name, "confirmed")
    drain()
    assert [waiter.email] in [message.to for message in mail.outbox]


def test_a_newcomer_does_not_pass_who_waits_before_a_place_that_stands_free():
    session, waiter = cancelled_and_left()
    Session.objects.filter(pk=session.pk).update(is_cancelled=False)
    newcomer = comes_to(session)

    services.sign_up(session, newcomer)

    assert standing(session)[1:] == [(waiter.name, "confirmed"), (newcomer.name, "waiting")]


def test_an_audience_that_widens_in_the_admin_lets_those_in_who_wait(client):
    session = morning(audience="public")
    people = [comes_to(session) for _each in range(2)]
    places = [services.sign_up(session, person) for person in people]
    Session.objects.filter(pk=session.pk).update(audience="core")
    services.leave(places[0])
    assert standing(session)[1] == (people[1].name, "waiting")
    client.force_login(make.make_superuser())

    on_its_own_page(client, session)

    assert standing(session)[1] == (people[1].name, "confirmed")


def test_who_moderates_speaks_or_is_staff_is_not_passed_by_the_audience():
    session = morning(capacity=1, audience="core")
    core = make.make_participation()
    session.day.event.edition = core.edition
    session.day.event.save()
    first, last = make.make_officer(core.city), make.make_officer(core.city)
    moderator, speaker, staff = make.make_user(), make.make_user(), make.make_staff()
    session.moderators.add(moderator)
    session.talks.create(title="Talk", speaker=speaker)
    queue = [first, moderator, speaker, staff, last]
    for person in queue:
        Registration.objects.create(event=session.day.event, user=person, status="confirmed")
        services.sign_up(session, person)

    for number in range(4):
        assert [status for _name, status in standing(session)] == (
            ["cancelled"] * number + ["confirmed"] + ["waiting"] * (4 - number)
        )
        services.leave(SignUp.objects.get(user=queue[number]))


@pytest.mark.parametrize("hours", [True, False])
def test_a_session_that_is_over_takes_nobody_and_gives_no_place(drain, hours):
    clocks = {} if hours else {"starts_at": None, "ends_at": None}
    session = morning(audience="public", **clocks)
    session.day.event.ends_on = DAY + timedelta(days=2)
    session.day.event.save()
    leaver, _waiter, late = (comes_to(session) for _each in range(3))
    place = services.sign_up(session, leaver)
    services.sign_up(session, _waiter)

    with time_machine.travel(at(10, 1 if hours else 2) + timedelta(minutes=2), tick=False):
        services.leave(place)
        with pytest.raises(services.SignUpRefused, match="takes no sign-ups"):
            services.sign_up(session, late)

    assert [status for _name, status in standing(session)] == ["cancelled", "waiting"]
    drain()
    assert mail.outbox == []


def test_a_session_that_was_over_and_is_held_again_later_gives_its_places():
    session = morning(audience="public")
    leaver, waiter = comes_to(session), comes_to(session)
    place = services.sign_up(session, leaver)
    services.sign_up(session, waiter)
    with time_machine.travel(at(11), tick=False):
        services.leave(place)

        moving.move(session, day=DAY, starts_at=at(15), minutes=60, room=None)

    assert standing(session)[1] == (waiter.name, "confirmed")


@pytest.mark.django_db(transaction=True)
def test_whoever_gives_their_place_at_the_event_back_meanwhile_keeps_none_in_it(monkeypatch):
    """Signing up asks whether somebody comes; until it is done, their answer stands."""
    event = make_lab(registration_opens_at=timezone.now() - timedelta(days=1))
    session = make.make_session(event, capacity=1, starts_at=at(9), ends_at=at(10))
    person = comes_to(session)
    asked, given_back = threading.Event(), threading.Event()
    is_admitted = permissions.is_admitted

    def slowly(user, event):
        found = is_admitted(user, event)
        asked.set()
        given_back.wait(1)
        return found

    def give_back():
        try:
            asked.wait(5)
            services.cancel(Registration.objects.get(user=person))
        finally:
            given_back.set()
            connections.close_all()

    monkeypatch.setattr(permissions, "is_admitted", slowly)
    other = threading.Thread(target=give_back)
    other.start()
    services.sign_up(session, person)
    other.join()

    assert str(Registration.objects.get(user=person).status) == "cancelled"
    assert standing(session) == [(person.name, "cancelled")]
