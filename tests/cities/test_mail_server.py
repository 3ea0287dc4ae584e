"""Real answers of a mail server: yes, not now, no such person, and silence."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from cities import mails
from cities.effects import run_pending
from cities.models import Effect, EffectState, Mail, MailState, RefusedAddress
from tests.factories import make_address, make_city, make_officer, make_staff, make_user

pytestmark = pytest.mark.django_db
TEMPLATE = "emails/events_registration_waiting.txt"
GONE = "550 5.1.1 Nobody of this name here"


class Server:
    """Takes mail unless a test says otherwise; keeps what it took."""

    def __init__(self):
        self.rcpt = self.data = ""
        self.silent_s = 0.0
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        """Answer as the test says; without its word, take the address."""
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Answer as the test says, or be silent; keep what is taken."""
        await asyncio.sleep(self.silent_s)
        if self.data:
            return self.data
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def server(settings):
    """A mail server of our own, to which the portal sends."""
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 1
    yield handler
    controller.stop()


def write(person, key="event"):
    mail = mails.write("test", key=key, to=person, template=TEMPLATE, link="/desk/")
    run_pending()
    mail.refresh_from_db()
    return mail


def try_again_now(mail):
    Effect.objects.filter(state=EffectState.WAITING).update(due_at=timezone.now())
    run_pending()
    mail.refresh_from_db()


def test_a_mail_arrives_once_as_text_with_its_headers(server, settings):
    mail = write(make_user(name="Ζωή Łukasz"))
    assert mail.state == MailState.SENT
    [envelope] = server.taken
    words = envelope.content.decode()
    assert f"Message-ID: {mail.message_id}" in words
    assert "Auto-Submitted: auto-generated" in words
    assert "Content-Type: text/plain" in words
    headers = words.split("\r\n\r\n")[0].replace("\r\n ", "")
    assert f"List-Unsubscribe: <{settings.BASE_URL}/mail/off/" in headers
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers


@pytest.mark.parametrize(("when", "said"), [
    ("rcpt", "450 4.2.0 Greylisted, come back"), ("data", "451 4.3.0 Try again later"),
])  # fmt: skip
def test_a_server_that_says_not_now_is_asked_later_and_longer_each_time(server, when, said):
    setattr(server, when, said)
    mail = write(make_user())
    assert (mail.state, mail.attempts) == (MailState.WAITING, 1)
    assert said[4:] in mail.last_error
    waits = Effect.objects.get(state=EffectState.WAITING).due_at - timezone.now()
    assert timedelta(seconds=50) < waits <= timedelta(minutes=1)
    try_again_now(mail)
    waits = Effect.objects.get(state=EffectState.WAITING).due_at - timezone.now()
    assert timedelta(minutes=4) < waits <= timedelta(minutes=5)

    setattr(server, when, "")
    try_again_now(mail)
    assert mail.state == MailState.SENT
    assert len(server.taken) == 1
    assert not RefusedAddress.objects.exists()


def test_a_server_that_never_takes_a_mail_has_refused_it_in_the_end(server):
    server.rcpt = "450 4.2.0 Greylisted, come back"
    mail = write(make_user())
    for _attempt in range(10):
        try_again_now(mail)
    assert mail.state == MailState.FAILED
    assert not RefusedAddress.objects.exists()
    assert not Effect.objects.filter(state=EffectState.WAITING).exists()


def test_an_address_that_is_refused_for_good_gets_nothing_more_until_staff_say_so(server, client):
    server.rcpt = GONE
    person = make_user(email="gone@example.org")
    assert write(person).state == MailState.FAILED
    server.rcpt = ""
    later = write(person, key="later")
    assert later.state == MailState.FAILED
    assert "refused for good" in later.last_error
    assert server.taken == []

    client.force_login(make_staff())
    assert "address that takes no mail" in client.get("/admin/").content.decode()
    page = client.get("/admin/cities/refusedaddress/").content.decode()
    assert "gone@example.org" in page
    assert person.name in page
    assert "Nobody of this name here" in page
    row = RefusedAddress.objects.get()
    client.post(
        "/admin/cities/refusedaddress/", {"action": "try_again", "_selected_action": [row.pk]}
    )
    assert mails.send_again(later)
    try_again_now(later)
    assert later.state == MailState.SENT


def test_the_officer_and_the_city_team_see_that_mail_is_refused(server, client):
    server.rcpt = GONE
    city = make_city()
    officer, colleague = make_officer(city), make_officer(city)
    write(officer)
    for person, pages in {
        officer: ["/desk/mail/", "/desk/mail/settings/", f"/desk/city/{city.slug}/"],
        colleague: [f"/desk/city/{city.slug}/"],
    }.items():
        client.force_login(person)
        for page in pages:
            assert "Nobody of this name here" in client.get(page).content.decode(), page
    client.force_login(colleague)
    assert "Nobody of this name" not in client.get("/desk/mail/").content.decode()


def test_a_refused_address_without_an_account_gets_nothing_more(server):
    row = make_address("reader@example.org")
    run_pending()
    server.rcpt = GONE
    for key in ("one", "two"):
        mails.write_to_address("test", key=key, address=row, template=TEMPLATE)
        run_pending()
    assert set(Mail.objects.filter(kind="test").values_list("state", flat=True)) == {"failed"}
    assert RefusedAddress.objects.get().address == "reader@example.org"


@pytest.mark.parametrize(("when", "said"), [
    ("data", "554 5.6.0 These words look like an advertisement"),
    ("rcpt", "550 5.7.1 We take nothing from your network"),
    ("rcpt", "552 5.2.2 Mailbox full"),
])  # fmt: skip
def test_a_refusal_that_does_not_mean_the_address_leaves_it_alone(server, when, said):
    setattr(server, when, said)
    person = make_user()
    mail = write(person)
    assert mail.state == MailState.FAILED
    assert said[4:] in mail.last_error
    assert not RefusedAddress.objects.exists()
    setattr(server, when, "")
    assert write(person, key="next").state == MailState.SENT


def test_a_server_that_falls_silent_leaves_the_mail_to_a_person(server):
    server.silent_s = 1.5
    mail = write(make_user())
    assert mail.state == MailState.UNCERTAIN
    try_again_now(mail)
    assert mail.state == MailState.UNCERTAIN


def test_a_server_that_is_away_is_asked_again_and_its_mail_is_not_lost(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail = write(make_user())
    assert mail.state == MailState.WAITING
    assert Effect.objects.get().state == EffectState.WAITING
