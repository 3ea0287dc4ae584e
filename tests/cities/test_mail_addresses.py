"""Whoever has no account is written to once they confirmed, and can stop it with one request."""

import hashlib
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cities import mails
from cities.effects import run_pending
from cities.mails.preferences import switch_off_url
from cities.models import Delivery, Mail, MailAddress
from cities.periodic import tidy
from tests.factories import make_address, make_token, make_user

pytestmark = pytest.mark.django_db
TEMPLATE = "emails/events_registration_waiting.txt"


def write(address, key="event 1"):
    return mails.write_to_address(
        "test",
        key=key,
        address=address,
        template=TEMPLATE,
        link="/marketplace/",
        unsubscribe_url="/marketplace/stop/1/",
    )


def test_an_address_is_confirmed_by_a_button_and_by_nothing_else():
    token = make_token()
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(f"/mail/confirm/{token}/").status_code == 200
    assert strict.head(f"/mail/confirm/{token}/").status_code == 200
    assert MailAddress.objects.get().confirmed_at is None

    for _time in range(2):
        page = strict.post(f"/mail/confirm/{token}/", follow=True)
        assert "Your address is confirmed" in page.content.decode()
    row = MailAddress.objects.get()
    confirmed = row.confirmed_at
    assert confirmed is not None
    strict.post(f"/mail/confirm/{token}/")
    row.refresh_from_db()
    assert row.confirmed_at == confirmed
    assert strict.cookies == {}


def test_nothing_is_written_before_an_address_is_confirmed():
    make_token()
    assert write(MailAddress.objects.get()) is None


def test_what_was_agreed_is_kept_and_a_copy_of_the_database_holds_no_usable_link():
    token = make_token(
        text="I want to hear of solutions for heat.", leads_to="/marketplace/?q=heat"
    )
    row, mail = MailAddress.objects.get(), Mail.objects.get()

    assert row.agreed_text == "I want to hear of solutions for heat."
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    columns = [*MailAddress.objects.values_list(), *Mail.objects.values_list()]
    assert not any(token in str(value) for columns_of in columns for value in columns_of)
    run_pending()
    [sent] = outbox.outbox
    assert f"/mail/confirm/{token}/" in sent.body
    assert row.agreed_text in sent.body
    assert "List-Unsubscribe" not in sent.extra_headers
    assert mail.to_address == row


def test_who_is_asked_again_and_again_gets_one_mail_an_hour_and_five_a_day():
    make_token()
    mails.ask_to_confirm("READER@example.org", purpose="news", text="I want the news.")
    assert Mail.objects.count() == 1
    for number in range(8):
        mails.ask_to_confirm("reader@example.org", purpose=f"search:{number}", text="Searches.")
    assert Mail.objects.count() == 5

    MailAddress.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    Mail.objects.update(created_at=timezone.now() - timedelta(hours=25))
    mails.ask_to_confirm("reader@example.org", purpose="news", text="I want the news.")
    assert Mail.objects.count() == 6


def test_whoever_confirmed_a_purpose_is_not_asked_again():
    row = make_address()
    assert mails.ask_to_confirm(row.address, purpose="news", text="Other words.") == row
    row.refresh_from_db()
    assert row.agreed_text == "I want the news."
    assert Mail.objects.count() == 1


def test_a_mail_to_an_address_leaves_once_with_the_headers_of_rfc_8058(settings):
    address = make_address()
    assert write(address) == write(address)
    run_pending()

    sent = outbox.outbox[-1]
    stop = f"<{settings.BASE_URL}/marketplace/stop/1/>"
    assert len(outbox.outbox) == 2
    assert sent.to == ["reader@example.org"]
    assert sent.extra_headers["List-Unsubscribe"] == stop
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["Message-ID"] == Mail.objects.get(kind="test").message_id


def test_a_mail_has_exactly_one_reader():
    mail = write(make_address())
    for wrong in ({"recipient": make_user()}, {"to_address": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mail.objects.filter(pk=mail.pk).update(**wrong)


def test_addresses_nobody_confirmed_are_deleted_after_fourteen_days_with_their_mail():
    make_address("kept@example.org")
    make_token("late@example.org")
    for days, left in ((13, 2), (15, 1)):
        MailAddress.objects.update(asked_at=timezone.now() - timedelta(days=days))
        tidy()
        assert MailAddress.objects.count() == left
        assert Mail.objects.count() == left
    assert MailAddress.objects.get().address == "kept@example.org"


def test_one_request_of_a_mail_program_switches_a_kind_off_and_opening_the_link_does_not():
    person = make_user()
    stop = switch_off_url(person.pk, "test")
    program = Client(enforce_csrf_checks=True)

    page = program.get(stop)
    assert "<form" in page.content.decode()
    assert not person.mail_preferences.exists()
    for _time in range(2):
        answer = program.post(stop, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "have stopped" in answer.content.decode()
    assert person.mail_preferences.get().delivery == Delivery.OFF
    assert program.cookies == {}


def test_a_link_for_another_person_or_kind_cannot_be_made_up():
    stop = switch_off_url(make_user().pk, "test")
    assert Client().post(stop[:-4] + "abc/").status_code == 404
    assert Client().post("/mail/off/test/").status_code == 404
    mails.register("must", label="Must", about="", may_be_off=False, concerns=mails.nobody)
    assert Client().post(switch_off_url(make_user().pk, "must")).status_code == 404
