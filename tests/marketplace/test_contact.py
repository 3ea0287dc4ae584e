"""Anybody may ask the owner of an entry; nothing is lost, nothing leaks, nobody is flooded."""

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.effects import run_pending
from cities.models import Mail, User
from marketplace.models import ContactRequest
from marketplace.periodic import delete_old_contacts
from tests.factories import (
    make_city,
    make_contact_request,
    make_entry,
    make_mentor,
    make_officer,
    make_reviewer,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clear():
    """Let no test count the turns of another."""
    cache.clear()


@pytest.fixture
def entry():
    """A public entry whose city has an officer."""
    entry = make_entry(make_city(name="Rouen"), title="Tree register")
    make_officer(entry.city, email="officer@example.org")
    return entry


def address_of(entry):
    return f"/marketplace/{entry.slug}/contact/"


def send(entry, client=None, **fields):
    client = client or Client()
    page = client.get(address_of(entry)).content.decode()
    data = {
        "key": re.search(r'name="key" value="([^"]+)"', page)[1],
        "name": "Ada O'Example",
        "address": "ada@example.net",
        "words": "How many trees are in it?\nAnd who counts them?",
        "agreed": "on",
        **fields,
    }
    return client.post(address_of(entry), data)


def test_a_question_is_kept_first_and_mailed_to_the_citys_people_second(entry):
    answer = send(entry)
    assert answer.status_code == 302
    assert "Your message is on its way" in Client().get(answer["Location"]).content.decode()
    asked = ContactRequest.objects.get()
    assert (asked.city, asked.sender, asked.answered_at) == (entry.city, None, None)
    assert "24 months" in asked.agreed_text

    # Whoever stands in the team to read along only is not mailed.
    run_pending()
    [mail] = outbox.outbox
    assert mail.to == ["officer@example.org"]
    assert mail.subject == "A question about “Tree register”"
    assert "How many trees are in it?\nAnd who counts them?" in mail.body
    assert "Address to answer: ada@example.net" in mail.body
    assert mail.reply_to == []
    assert "ada@example.net" not in mail.message().as_string().split("\n\n")[0]
    assert Mail.objects.get().about == f"marketplace.entry:{entry.pk}"


def test_no_address_is_shown_on_the_form_nor_on_the_entry(entry):
    pages = [address_of(entry), entry.get_absolute_url(), f"{address_of(entry)}sent/"]
    assert not any("officer@" in Client().get(page).content.decode() for page in pages)


def test_the_public_gets_a_cookie_with_the_form_and_nowhere_before(entry):
    visitor = Client()
    page = visitor.get(entry.get_absolute_url())
    assert address_of(entry) in page.content.decode()
    assert visitor.cookies == {}
    visitor.get(address_of(entry))
    assert list(visitor.cookies) == ["csrf"]


def test_a_form_without_its_token_is_refused(entry):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address_of(entry), {"name": "A"}).status_code == 403
    assert not ContactRequest.objects.exists()


def test_the_same_form_sent_again_is_one_question(entry):
    visitor = Client()
    page = visitor.get(address_of(entry)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    for _time in range(8):
        assert send(entry, visitor, key=key).status_code == 302
    assert ContactRequest.objects.count() == 1
    assert Mail.objects.count() == 1


def test_who_goes_back_and_writes_something_else_is_heard_too(entry):
    visitor = Client()
    page = visitor.get(address_of(entry)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    for words in ("Does it run in the rain?", "And in the snow?", "And in the snow?"):
        assert send(entry, visitor, key=key, words=words).status_code == 302
    kept = ContactRequest.objects.order_by("pk").values_list("words", flat=True)
    assert list(kept) == ["Does it run in the rain?", "And in the snow?"]


@pytest.mark.parametrize("field", ["name", "address", "words", "agreed"])
def test_what_is_missing_is_named_and_the_rest_stays(entry, field):
    answer = send(entry, **{field: ""})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "data-error-summary" in page
    kept = {"name": "Ada O&#x27;Example", "address": "ada@example.net", "words": "How many trees"}
    assert all(words in page for name, words in kept.items() if name != field)
    assert not ContactRequest.objects.exists()


@pytest.mark.parametrize("fields", [
    {"name": "Ada\r\nBcc: all@example.org"},
    {"name": "Ada\u2028Bcc: all@example.org"},
    {"name": "Ada\x00"},
    {"address": "ada@example.net\r\nBcc: all@example.org"},
    {"address": "a@b"},
    {"address": f"{'a' * 250}@example.org"},
])  # fmt: skip
def test_nothing_that_could_become_a_header_is_taken(entry, fields):
    assert send(entry, **fields).status_code == 200
    assert not ContactRequest.objects.exists()


def test_a_title_with_a_line_break_makes_no_header():
    entry = make_entry(title="Trees\nBcc: all@example.org")
    make_officer(entry.city)
    send(entry, words="Subject: no\r\nBcc: all@example.org")
    run_pending()
    head = outbox.outbox[0].message().as_string().split("\n\n")[0]
    assert "\nBcc:" not in head


def test_a_program_that_fills_in_everything_is_thanked_and_not_heard(entry):
    answer = send(entry, subject="Buy this")
    assert answer.status_code == 302
    assert not ContactRequest.objects.exists()


def test_the_sixth_question_of_a_mailbox_or_a_network_waits_and_keeps_its_words(entry):
    for number in range(5):
        near = Client(REMOTE_ADDR=f"10.0.{number}.1")
        assert send(entry, near, address=f"ada+{number}@example.net").status_code == 302
    answer = send(entry, Client(REMOTE_ADDR="10.1.0.1"), address="ADA@example.net")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "How many trees are in it?" in answer.content.decode()
    assert ContactRequest.objects.count() == 5

    for number in range(4):
        near = Client(REMOTE_ADDR=f"10.1.0.{number}")
        assert send(entry, near, address=f"other{number}@example.net").status_code == 302
    last = send(entry, Client(REMOTE_ADDR="10.1.0.99"), address="new@example.net")
    assert last.status_code == 429
    assert send(entry, Client(REMOTE_ADDR="10.2.0.1"), address="new@example.net").status_code == 302


def test_an_entry_that_is_not_public_has_no_form():
    draft = make_entry(state="draft")
    gone = make_entry()
    gone.withdrawn_at = timezone.now()
    gone.save()
    assert Client().get(address_of(draft)).status_code == 404
    assert Client().get(address_of(gone)).status_code == 410


def test_where_no_city_has_anybody_staff_are_told():
    staff = make_staff()
    send(make_entry())
    assert Mail.objects.get().recipient == staff


def test_who_signed_in_finds_their_name_and_reads_what_they_wrote(entry):
    visitor, person = Client(), make_user(name="Ines V", email="ines@example.org")
    visitor.force_login(person)
    page = visitor.get(address_of(entry)).content.decode()
    assert 'value="Ines V"' in page
    send(entry, visitor)
    asked = ContactRequest.objects.get()
    assert asked.sender == person
    assert visitor.get(asked.get_absolute_url()).status_code == 200
    assert "Mark as answered" not in visitor.get(asked.get_absolute_url()).content.decode()
    assert visitor.post(f"{asked.get_absolute_url()}answered/").status_code == 403


def test_the_city_and_staff_read_a_question_and_the_city_marks_it_once(entry, client):
    asked = make_contact_request(entry)
    officer, colleague = make_officer(entry.city), make_officer(entry.city)
    page = asked.get_absolute_url()
    for person in (make_mentor(entry.city), make_reviewer(), make_officer(make_city())):
        client.force_login(person)
        assert client.get(page).status_code == 404
        assert asked.name not in client.get("/desk/questions/?all=1").content.decode()
    client.force_login(make_staff())
    assert asked.address in client.get(page).content.decode()
    assert client.post(f"{page}answered/").status_code == 403

    client.force_login(officer)
    assert asked.name in client.get("/desk/").content.decode()
    assert "Mark as answered" in client.get(page).content.decode()
    client.post(f"{page}answered/")
    client.force_login(colleague)
    told = client.post(f"{page}answered/", follow=True).content.decode()
    assert "Somebody had marked it" in told
    asked.refresh_from_db()
    assert asked.answered_by == officer
    assert asked.name not in client.get("/desk/").content.decode()
    assert asked.name not in client.get("/desk/questions/").content.decode()
    assert asked.name in client.get("/desk/questions/?all=1").content.decode()


def test_a_later_owner_does_not_read_what_was_written_to_another(entry, client):
    asked = make_contact_request(entry)
    entry.city = make_city()
    entry.save()
    client.force_login(make_officer(entry.city))
    assert client.get(asked.get_absolute_url()).status_code == 404


def test_a_question_is_deleted_after_two_years_with_the_mails_that_repeat_it(entry):
    send(entry)
    send(entry, words="Another question, a younger one.", key="")
    assert (ContactRequest.objects.count(), Mail.objects.count()) == (2, 2)
    old = ContactRequest.objects.filter(words__startswith="How many")
    old.update(sent_at=timezone.now() - timedelta(days=730))
    delete_old_contacts()
    assert ContactRequest.objects.count() == 2
    old.update(sent_at=timezone.now() - timedelta(days=732))
    delete_old_contacts()
    assert ContactRequest.objects.get().words.startswith("Another")
    assert "Another" in Mail.objects.get().text


def test_the_list_takes_as_many_queries_for_thirty_as_for_three(client):
    staff = make_staff()
    client.force_login(staff)
    counts = []
    for number in (3, 27):
        for _row in range(number):
            make_contact_request()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/desk/questions/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_staff_read_in_an_entry_which_mails_went_about_it_unless_they_have_a_conflict(
    entry, client
):
    send(entry)
    pages = [
        f"/admin/marketplace/entry/{entry.pk}/change/",
        f"/admin/marketplace/revision/{entry.live_revision_id}/change/",
    ]
    client.force_login(make_staff())
    officer = User.objects.get(email="officer@example.org")
    for page in pages:
        shown = client.get(page).content.decode()
        assert "A question about “Tree register”" in shown
        assert officer.name in shown
        assert "How many trees" not in shown

    client.force_login(make_officer_of_staff(entry.city))
    pages += ["/admin/cities/mail/", f"/admin/cities/mail/?q=marketplace.entry:{entry.pk}"]
    assert not any("A question about" in client.get(page).content.decode() for page in pages)
    mail = Mail.objects.get()
    assert client.get(f"/admin/cities/mail/{mail.pk}/change/").status_code == 302
    client.force_login(make_staff())
    assert "A question about" in client.get(pages[-1]).content.decode()


def make_officer_of_staff(city):
    """Somebody of the programme staff who also acts for the city."""
    person = make_staff()
    role = city.memberships.first().role
    city.memberships.create(user=person, role=role, since=timezone.localdate())
    return person
