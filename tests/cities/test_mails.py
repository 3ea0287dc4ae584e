"""A mail goes out once, or waits for a person."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from cities import mails
from cities.effects import run_pending
from cities.models import Effect, EffectState, Mail, MailState
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(settings, tmp_path):
    """The name of a template with a subject and a text."""
    (tmp_path / "letter.txt").write_text(
        "About {{ thing }}\n\nDear {{ person }},\nsee {{ link }}\n"
    )
    templates = [{**settings.TEMPLATES[0]}]
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    return "letter.txt"


@pytest.fixture
def failing(monkeypatch):
    """Let the mail server answer each mail with an error."""

    def install(error):
        def send_messages(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    return install


def write(letter, person, key="event 1", thing="a street\nBcc: all@example.org"):
    return mails.write("test", key=key, to=person, template=letter, link="/desk/", thing=thing)


def test_a_mail_is_written_once_and_sent_once(letter, mailoutbox, settings):
    person = make_user(name="Ada O'Example")
    assert write(letter, person).pk == write(letter, person).pk
    assert run_pending() == 1
    assert mails.send(Mail.objects.get().pk) is False
    [message] = mailoutbox
    assert message.to == [person.email]
    assert message.body == f"Dear Ada O'Example,\nsee {settings.BASE_URL}/desk/\n"
    assert message.extra_headers["Message-ID"] == Mail.objects.get().message_id
    assert Mail.objects.get().state == MailState.SENT


def test_a_line_break_in_a_title_becomes_no_header(letter, mailoutbox):
    write(letter, make_user())
    run_pending()
    [message] = mailoutbox
    assert message.subject == "About a street Bcc: all@example.org"
    assert "Bcc" not in message.message()


def test_nobody_who_left_gets_mail(letter):
    assert write(letter, make_user(is_active=False)) is None
    assert not Mail.objects.exists()


def test_a_refused_recipient_is_noted_and_not_tried_again(letter, failing):
    failing(SMTPRecipientsRefused({}))
    write(letter, make_user())
    run_pending()
    assert Mail.objects.get().state == MailState.FAILED
    assert Effect.objects.get().state == EffectState.DONE


def test_a_server_that_says_no_for_now_is_asked_again_later(letter, failing):
    failing(SMTPResponseException(451, b"Try later"))
    write(letter, make_user())
    run_pending()
    assert Mail.objects.get().state == MailState.WAITING
    assert Effect.objects.get().state == EffectState.WAITING


def test_a_mail_that_could_not_even_be_begun_is_sent_once_that_is_mended(
    letter, settings, tmp_path, mailoutbox
):
    no_folder = tmp_path / "not a folder"
    no_folder.touch()
    ours = settings.EMAIL_BACKEND
    settings.EMAIL_FILE_PATH = str(no_folder)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    write(letter, make_user())
    run_pending()
    assert Mail.objects.get().state == MailState.WAITING

    settings.EMAIL_BACKEND = ours
    Effect.objects.update(due_at=timezone.now())
    run_pending()
    assert Mail.objects.get().state == MailState.SENT
    assert len(mailoutbox) == 1


def test_a_mail_cut_off_while_being_sent_waits_for_a_person(letter, failing, mailoutbox):
    failing(SMTPServerDisconnected("gone"))
    write(letter, make_user())
    run_pending()
    mail = Mail.objects.get()
    assert mail.state == MailState.UNCERTAIN
    assert mails.send_again(mail) is True
    assert Effect.objects.filter(state=EffectState.WAITING).count() == 1


def test_a_mail_whose_worker_died_becomes_uncertain_after_ten_minutes(letter):
    mail = write(letter, make_user())
    Mail.objects.update(state=MailState.INFLIGHT, taken_at=timezone.now() - timedelta(minutes=9))
    assert mails.sweep_stuck() == 0
    Mail.objects.update(taken_at=timezone.now() - timedelta(minutes=11))
    assert mails.sweep_stuck() == 1
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
