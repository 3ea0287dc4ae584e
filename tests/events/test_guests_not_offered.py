"""What a guest is not offered any more, and is told: sessions cancelled, invitations withdrawn."""

import pytest

from cities import mails
from cities.models import Mail
from events.models import Event, Guest, Session
from events.services import guests
from tests import factories as make
from tests.events.test_guests import link_of
from tests.factories.labs import make_lab, make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make.make_staff()


@pytest.fixture
def sessions():
    lab = make_lab()
    found = make_sitting(lab, 9, 60), make_sitting(lab, 11, 60)
    for session, title in zip(found, ("Small talk", "Big talk"), strict=True):
        session.title = title
        session.save()
    return found


@pytest.fixture
def guest(sessions, staff):
    event = sessions[0].day.event
    found = Guest.objects.create(event=event, name="Greta Guest", email="greta@example.org")
    for session in sessions:
        found.places.create(session=session)
    guests.invite(found, by=staff)
    found.refresh_from_db()
    return found


def test_a_session_that_is_cancelled_is_neither_offered_nor_in_the_way(guest, sessions, client):
    off, kept = sessions
    Session.objects.filter(pk=off.pk).update(is_cancelled=True)
    page = client.get(link_of(guest))
    assert "Small talk" in page.content.decode()
    assert f'name="s" value="{off.pk}"' not in page.content.decode()
    ticked = [row["place"].session_id for row in page.context["rows"] if row["is_ticked"]]
    assert ticked == [kept.pk]

    client.post(link_of(guest), {"accept": "1", "s": ticked})

    guest.refresh_from_db()
    assert guest.state == "accepted"


def test_a_place_in_a_session_that_was_cancelled_meanwhile_is_not_given_back_unasked(
    guest, sessions
):
    guests.accept(guest, [one.pk for one in sessions])
    Session.objects.filter(pk=sessions[0].pk).update(is_cancelled=True)

    guests.accept(guest, [sessions[1].pk])

    assert guest.places.get(session=sessions[0]).is_taken


def test_a_guest_who_was_to_come_is_told_once_that_the_invitation_is_withdrawn(
    guest, sessions, staff, drain
):
    guests.accept(guest, [sessions[1].pk])
    for _twice in range(2):
        guests.withdraw(Guest.objects.get())
    drain()
    told = Mail.objects.get(subject__contains="withdrawn")
    assert (told.address, told.kind) == (guest.email, "event-guest")
    assert "/events/guest/" not in mails.text_as_sent(told)
    guests.invite(guest, by=staff)
    guests.accept(Guest.objects.get(), [sessions[1].pk])
    guests.withdraw(Guest.objects.get())
    assert Mail.objects.filter(subject__contains="withdrawn").count() == 2


@pytest.mark.parametrize("how", ["never answered", "declined", "called off"])
def test_nobody_else_is_told_that_an_invitation_is_withdrawn(guest, sessions, how):
    if how == "declined":
        guests.decline(guest)
    if how == "called off":
        guests.accept(guest, [sessions[1].pk])
        Event.objects.update(status="cancelled")

    guests.withdraw(Guest.objects.get())

    assert not Mail.objects.filter(subject__contains="withdrawn").exists()


def test_a_guest_passes_nobody_who_waits_for_a_place_that_became_free(guest, sessions):
    full, _other = sessions
    full.capacity, full.audience = 1, "public"
    full.save()
    waits = full.sign_ups.create(user=make.make_user(), status="waiting")

    with pytest.raises(guests.GuestRefused, match="are taken"):
        guests.accept(guest, [full.pk])

    assert not guest.places.filter(is_taken=True).exists()
    waits.cancelled_at, waits.status = waits.queued_at, "cancelled"
    waits.save()
    guests.accept(guest, [full.pk])
    assert guest.places.get(is_taken=True).session == full
