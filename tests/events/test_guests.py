"""Guests from outside: invited by mail, they see to what, and say whether they come."""

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities import mails
from cities.models import Mail, MailAddress
from events import services
from events.models import Event, Guest, GuestState, Registration
from events.periodic import forget_guests
from events.services import agenda_versions, attendance, guest_doors, guests
from tests import factories as make
from tests.factories.labs import make_lab, make_sitting

pytestmark = pytest.mark.django_db
GONE = "This invitation has ended"


@pytest.fixture
def lab():
    return make_lab(slug="lab", title="Lab", capacity=3)


@pytest.fixture
def staff():
    return make.make_staff()


@pytest.fixture
def sessions(lab):
    """One with a single place and a link, and one without a number."""
    first, second = make_sitting(lab, 9, 60), make_sitting(lab, 11, 60)
    type(first).objects.filter(pk=first.pk).update(
        title="Small talk", capacity=1, join_link="https://meet.example.org/small", audience="core"
    )
    type(first).objects.filter(pk=second.pk).update(title="Big talk")
    first.refresh_from_db()
    second.refresh_from_db()
    return first, second


@pytest.fixture
def guest(lab, sessions, staff):
    found = Guest.objects.create(event=lab, name="Greta Guest", email="greta@example.org")
    for session in sessions:
        found.places.create(session=session)
    guests.invite(found, by=staff)
    found.refresh_from_db()
    return found


def link_of(guest):
    """The address in the mail as it leaves."""
    mail = Mail.objects.filter(kind="event-guest", address=guest.email).latest("pk")
    return re.search(r"/events/guest/\w+/", mails.text_as_sent(mail))[0]


def test_the_link_is_in_the_sent_mail_alone(guest):
    mail = Mail.objects.get(kind="event-guest")

    assert "Small talk" in mail.text
    assert "/events/guest/" not in mail.text
    token = link_of(guest).split("/")[-2]
    assert token not in str(Guest.objects.values().get())
    assert guests.find(token) == guest


def test_a_guest_sees_the_sessions_accepts_some_and_gets_the_link(guest, sessions, client):
    page = client.get(link_of(guest)).content.decode()
    assert "Small talk" in page
    assert "Big talk" in page
    # Looking changes nothing, and the link to join is for those who come.
    guest.refresh_from_db()
    assert guest.state == "invited"
    assert "meet.example.org" not in page

    page = client.post(link_of(guest), {"accept": "1", "s": [sessions[0].pk]}, follow=True)

    guest.refresh_from_db()
    assert guest.state == GuestState.ACCEPTED
    assert list(guest.places.filter(is_taken=True).values_list("session", flat=True)) == [
        sessions[0].pk
    ]
    assert "https://meet.example.org/small" in page.content.decode()
    assert services.seats_left(guest.event) == 2
    assert services.places_left(sessions[0]) == 0


def test_a_guest_who_declines_gives_places_back_to_who_waits(guest, sessions, lab, client, drain):
    client.post(link_of(guest), {"accept": "1", "s": [sessions[0].pk]})
    session = sessions[0]
    session.audience = "public"
    session.save()
    Event.objects.filter(pk=lab.pk).update(capacity=2)
    person = make.make_user()
    Registration.objects.create(event=lab, user=person, status="confirmed")
    waits = Registration.objects.create(event=lab, user=make.make_user(), status="waiting")
    place = services.sign_up(session, person)
    assert place.status == "waiting"

    client.post(link_of(guest), {"decline": "1"})
    client.post(link_of(guest), {"decline": "1"})

    place.refresh_from_db()
    waits.refresh_from_db()
    assert (place.status, waits.status) == ("confirmed", "confirmed")
    assert Guest.objects.get().state == "declined"


def test_what_cannot_be_accepted_is_said_and_nothing_is_changed(guest, sessions, lab, client):
    link = link_of(guest)
    assert "Tick at least one" in client.post(link, {"accept": "1"}).content.decode()
    assert (
        "Tick at least one" in client.post(link, {"accept": "1", "s": ["x", "99"]}).content.decode()
    )
    Event.objects.filter(pk=lab.pk).update(capacity=0)
    both = {"accept": "1", "s": [one.pk for one in sessions]}
    assert "All places at the event are taken" in client.post(link, both).content.decode()
    Event.objects.filter(pk=lab.pk).update(capacity=9)
    rival = Guest.objects.create(event=lab, name="R", email="r@example.org")
    rival.places.create(session=sessions[0], is_taken=True)
    page = client.post(link, both).content.decode()

    assert "All places in “Small talk” are taken" in page
    assert not guest.places.filter(is_taken=True).exists()
    guest.refresh_from_db()
    assert guest.state == "invited"


def test_an_invitation_ends(guest, lab, staff, client):
    link = link_of(guest)
    assert client.get("/events/guest/nobody-has-this/").status_code == 404
    Guest.objects.update(answer_until=timezone.now() - timedelta(minutes=2))
    assert GONE in client.get(link).content.decode()
    assert "This invitation has ended" in client.post(link, {"accept": "1"}).content.decode()
    Guest.objects.update(answer_until=None)
    with time_machine.travel(lab.ends_on + timedelta(days=2)):
        assert GONE in client.get(link).content.decode()
    # A new link ends the one before.
    guests.invite(guest, by=staff)
    assert client.get(link).status_code == 404
    assert "Small talk" in client.get(link_of(guest)).content.decode()
    guests.withdraw(guest)
    assert GONE in client.get(link_of(guest)).content.decode()
    Event.objects.update(status="draft")
    with pytest.raises(guests.GuestRefused):
        guests.invite(guest, by=staff)


def test_guests_are_told_of_changes_and_of_an_event_that_is_called_off(
    guest, sessions, lab, staff, client, drain
):
    client.post(link_of(guest), {"accept": "1", "s": [sessions[1].pk]})
    agenda_versions.keep_version(lab)
    for session in sessions:
        session.starts_at += timedelta(hours=4)
        session.ends_at += timedelta(hours=4)
        session.save()
    agenda_versions.announce(lab, by=staff)
    drain()

    (told,) = Mail.objects.filter(kind="agenda-changed")
    assert told.address == "greta@example.org"
    assert "Big talk" in told.text
    assert "Small talk" not in told.text
    lab.refresh_from_db()
    services.change_status(lab, "cancelled")
    drain()
    assert Mail.objects.get(kind="event-called-off").address == "greta@example.org"


def test_addresses_are_forgotten_a_week_after_the_event(guest, sessions, lab, client):
    client.post(link_of(guest), {"accept": "1", "s": [sessions[1].pk]})
    other = Guest.objects.create(event=lab, name="No", email="no@example.org")
    with time_machine.travel(lab.ends_on + timedelta(days=6)):
        forget_guests()
        assert Guest.objects.count() == 2
    with time_machine.travel(lab.ends_on + timedelta(days=9)):
        forget_guests()

    assert list(Guest.objects.values_list("name", "email")) == [("Greta Guest", "")]
    assert not Guest.objects.filter(pk=other.pk).exists()
    assert not MailAddress.objects.filter(address="greta@example.org").exists()
    assert not Mail.objects.filter(address="greta@example.org").exists()


def test_staff_invite_a_guest_in_the_admin(lab, sessions, staff, client):
    client.force_login(staff)
    other = make_sitting(make_lab())
    data = {
        "event": lab.pk, "name": "Greta Guest", "email": "greta@example.org", "organisation": "",
        "language": "en", "message": "Do come.", "answer_until_0": "", "answer_until_1": "",
        "places-TOTAL_FORMS": 1, "places-INITIAL_FORMS": 0, "places-MIN_NUM_FORMS": 0,
        "places-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    add = "/admin/events/guest/add/"
    assert "Name at least one session." in client.post(add, data).content.decode()
    wrong = client.post(add, {**data, "places-0-session": other.pk}).content.decode()
    assert "Not a session of this event" in wrong

    page = client.post(add, {**data, "places-0-session": sessions[0].pk}, follow=True)

    assert "Greta Guest is invited by mail." in page.content.decode()
    assert "Do come." in Mail.objects.get(kind="event-guest").text
    again = client.post(add, {**data, "places-0-session": sessions[0].pk}).content.decode()
    assert "invited to the event already" in again
    guest = Guest.objects.get()
    client.post("/admin/events/guest/", {"action": "withdraw", "_selected_action": [guest.pk]})
    guest.refresh_from_db()
    assert guest.state == "withdrawn"


# ── their calendar and their code for the door ──────────────────────────────────────────────────
def comes(guest, sessions, client, *, on_site=True):
    Event.objects.filter(pk=guest.event_id).update(format="on_site" if on_site else "online")
    client.post(link_of(guest), {"accept": "1", "s": [sessions[1].pk]})
    guest.refresh_from_db()
    return client.get(link_of(guest)).content.decode()


def calendar_in(page):
    found = re.search(r'href="https?://[^/"]+(/events/guest-calendar/\w+\.ics)"', page)
    return found[1] if found else None


def test_a_guest_who_comes_has_a_calendar_of_their_sessions(guest, sessions, client):
    page = client.get(link_of(guest)).content.decode()
    assert calendar_in(page) is None
    address = calendar_in(comes(guest, sessions, client))
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    titles = [str(one["SUMMARY"]) for one in icalendar.Calendar.from_ical(answer.content).events]
    assert titles == ["Big talk (Lab)"]
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    # Of the address the database keeps the digest, and of the invitation's link it tells nothing.
    token = address.split("/")[-1].removesuffix(".ics")
    assert token not in str(Guest.objects.values().get())
    assert client.get(f"/events/guest/{token}/").status_code == 404


def test_the_address_of_a_guests_calendar_is_renewed_and_ended(guest, sessions, client, staff):
    first = calendar_in(comes(guest, sessions, client))
    client.post(link_of(guest), {"calendar": "new"})
    second = calendar_in(client.get(link_of(guest)).content.decode())
    assert first != second
    assert [client.get(one).status_code for one in (first, second)] == [404, 200]
    client.post(link_of(guest), {"calendar": "end"})
    page = client.get(link_of(guest)).content.decode()
    assert "The address of your calendar has ended." in page
    assert client.get(second).status_code == 404
    client.post(link_of(guest), {"calendar": "new"})
    third = calendar_in(client.get(link_of(guest)).content.decode())
    assert client.get(third).status_code == 200
    guests.withdraw(guest)
    assert client.get(third).status_code == 404


@pytest.mark.parametrize("leave", [guests.decline, guests.withdraw])
def test_whoever_comes_no_more_loses_calendar_and_code(guest, sessions, client, staff, leave):
    link = link_of(guest)
    page = comes(guest, sessions, client)
    address, code = calendar_in(page), guest_doors.code_of_guest(guest)
    assert "Your code for the door" in page
    leave(guest)
    page = client.get(link).content.decode()
    assert "Your code for the door" not in page
    assert client.get(address).status_code == 404
    assert guest_doors.guest_of(code) is None
    client.post(link, {"calendar": "new"})
    guest.refresh_from_db()
    assert guest.calendar_digest is None


def test_online_nobody_shows_a_code(guest, sessions, client):
    assert "Your code for the door" not in comes(guest, sessions, client, on_site=False)


def test_the_code_of_a_guest_marks_them_once_on_the_day(guest, sessions, client, lab, staff):
    comes(guest, sessions, client)
    url = f"/events/check-in/{guest_doors.code_of_guest(guest)}/"
    client.force_login(make.make_user())
    assert client.get(url).status_code == 404
    client.force_login(staff)
    assert "No day of the event is today" in client.get(url).content.decode()
    client.post(url)
    assert not guest.presences.exists()
    with time_machine.travel(datetime(2090, 6, 1, 9, tzinfo=UTC)):
        client.force_login(staff)
        assert "Big talk" in client.get(url).content.decode()
        for _twice in range(2):
            client.post(url)
        assert guest.presences.get().by_code
        door = client.get("/events/lab/door/").content.decode()
        assert "Greta Guest" in door
        client.post("/events/lab/door/", {"undo_guest": guest.pk})
        assert guest.presences.get().undone_at is not None
        client.post("/events/lab/door/", {"guest": guest.pk})
        assert guest.presences.filter(undone_at=None).count() == 1
        assert "1 guest from outside came" in client.get("/events/lab/attendance/").content.decode()


def test_a_new_invitation_ends_the_code_and_a_registration_has_another(
    guest, sessions, client, staff, lab
):
    comes(guest, sessions, client)
    code = guest_doors.code_of_guest(guest)
    place = lab.registrations.create(user=make.make_user(), status="confirmed")
    assert guest_doors.guest_of(attendance.code_of(place)) is None
    assert attendance.registration_of(code) is None
    guests.invite(guest, by=staff)
    assert guest_doors.guest_of(code) is None


def test_guests_at_the_door_take_as_many_queries_as_one(guest, sessions, client, lab, staff):
    comes(guest, sessions, client)
    client.force_login(staff)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get("/events/lab/door/")
        return len(queries)

    counted()
    one = counted()
    for number in range(5):
        Guest.objects.create(
            event=lab, name=f"G{number}", email=f"g{number}@example.org", state="accepted",
            answered_at=timezone.now(),
        )  # fmt: skip
    assert counted() == one
