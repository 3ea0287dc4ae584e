"""What the portal wrote to me: mine alone, by kind, unread until I say so."""

from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities import mails
from cities.models import Delivery, Mail
from tests.factories import make_staff, make_user

pytestmark = pytest.mark.django_db
TEMPLATE = "emails/events_registration_waiting.txt"
numbers = count(1)


@pytest.fixture
def person(client):
    """Somebody who signed in."""
    person = make_user(time_zone="Europe/Paris")
    client.force_login(person)
    return person


def write(to, kind="test", **fields):
    return mails.write(kind, key=f"key {next(numbers)}", to=to, template=TEMPLATE, **fields)


def test_the_inbox_shows_my_messages_with_their_day_zone_and_state(client, person):
    mine, other = write(person), write(make_user())
    Mail.objects.filter(pk=mine.pk).update(subject="To me", state="sent", sent_at=mine.created_at)
    Mail.objects.filter(pk=other.pk).update(subject="To another")
    page = client.get("/desk/mail/").content.decode()
    assert "To me" in page
    assert "To another" not in page
    assert "CE" in page.split("<time")[1].split("</time>")[0]
    assert "Unread" in page
    assert client.get(f"/desk/mail/{other.pk}/").status_code == 404
    assert client.post(f"/desk/mail/{other.pk}/read/").status_code == 404


def test_reading_a_page_marks_nothing_and_a_button_does(client, person):
    mail = write(person, link="/events/")
    page = client.get(f"/desk/mail/{mail.pk}/").content.decode()
    assert mail.text.splitlines()[0] in page
    assert 'href="/events/"' in page
    mail.refresh_from_db()
    assert mail.read_at is None

    asked_by_the_page = client.post(f"/desk/mail/{mail.pk}/read/", headers={"HX-Request": "true"})
    assert asked_by_the_page.status_code == 204
    mail.refresh_from_db()
    first = mail.read_at
    assert first is not None
    assert client.post(f"/desk/mail/{mail.pk}/read/").status_code == 302
    mail.refresh_from_db()
    assert mail.read_at == first
    assert "Mark as read" not in client.get(f"/desk/mail/{mail.pk}/").content.decode()


def test_all_messages_are_marked_at_once_and_nobody_elses(client, person):
    other = write(make_user())
    write(person)
    write(person)
    assert "Mark all 2 messages as read" in client.get("/desk/mail/").content.decode()
    client.post("/desk/mail/read/")
    assert Mail.objects.inbox_of(person).unread().count() == 0
    other.refresh_from_db()
    assert other.read_at is None


def test_messages_are_narrowed_by_kind_and_to_the_unread(client, person):
    read, unread = write(person), write(person, "event-dates")
    Mail.objects.filter(pk=read.pk).update(subject="Of the first kind", read_at=read.created_at)
    Mail.objects.filter(pk=unread.pk).update(subject="Of the second kind")
    assert "Of the first" not in client.get("/desk/mail/?kind=event-dates").content.decode()
    page = client.get("/desk/mail/?unread=1").content.decode()
    assert "Of the second" in page
    assert "Of the first" not in page
    assert "No message here" in client.get("/desk/mail/?kind=nothing").content.decode()


def test_the_inbox_takes_as_many_queries_for_thirty_messages_as_for_three(client, person):
    counts = []
    for number in (3, 27):
        for _mail in range(number):
            write(person)
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/mail/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["0", "99999", "abc"])
def test_a_page_that_does_not_exist_is_the_nearest_one(client, person, page):
    write(person)
    assert client.get(f"/desk/mail/?page={page}").status_code == 200


def test_choices_are_kept_and_a_wrong_one_is_refused(client, person):
    page = client.get("/desk/mail/settings/").content.decode()
    assert "Always by mail, at once" in page
    # What concerns staff alone is not asked of others.
    assert "Reviews that are late" not in page
    client.post("/desk/mail/settings/", {"registration-cancelled": "digest"})
    kept = dict(person.mail_preferences.values_list("kind", "delivery"))
    assert kept == {"registration-cancelled": Delivery.DIGEST}

    client.post("/desk/mail/settings/", {"registration-cancelled": "off", "event-dates": "off"})
    kept = dict(person.mail_preferences.values_list("kind", "delivery"))
    assert kept == {"registration-cancelled": Delivery.OFF}
    answer = client.post("/desk/mail/settings/", {"registration-cancelled": "sometimes"})
    assert "data-error-summary" in answer.content.decode()


def test_staff_find_what_concerns_them(client):
    client.force_login(make_staff())
    page = client.get("/desk/mail/settings/").content.decode()
    assert "Reviews that are late" in page


def test_choices_survive_a_session_that_ended(client):
    answer = client.post("/desk/mail/settings/", {"registration-cancelled": "off"})
    back = answer["Location"].split("next=")[1]
    assert "kept" in back
    assert not Mail.objects.exists()
