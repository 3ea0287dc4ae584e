"""People choose how each kind of mail comes; nothing is lost and nothing comes twice."""

from datetime import UTC, date, datetime
from itertools import count
from threading import Thread

import pytest
from django.core import mail as outbox
from django.db import connection

from cities import effects, mails
from cities.effects import run_pending
from cities.mails.preferences import switch_off_url
from cities.models import Delivery, Effect, Mail, MailState
from cities.periodic import gather_digests
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TEMPLATE = "emails/events_registration_waiting.txt"
DIGEST, OFF = Delivery.DIGEST, Delivery.OFF
numbers = count(1)
MORNING = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


def write(person, kind="test", **fields):
    return mails.write(kind, key=f"event {next(numbers)}", to=person, template=TEMPLATE, **fields)


def person_who_wants(delivery, **fields):
    person = make_user(**fields)
    mails.set_preference(person, mails.KINDS["test"], delivery)
    return person


def test_off_leaves_the_message_in_the_inbox_and_sends_nothing(client):
    person = person_who_wants(OFF)
    mail = write(person)
    run_pending()

    assert outbox.outbox == []
    assert not Effect.objects.exists()
    client.force_login(person)
    page = client.get("/desk/mail/").content.decode()
    assert mail.subject in page
    assert "In the portal only" in page


def test_the_daily_mail_holds_every_message_with_its_link_and_leaves_once_a_day(settings):
    person = person_who_wants(DIGEST, time_zone="Europe/Paris")
    first, second = write(person, link="/events/a/"), write(person)
    run_pending()
    assert outbox.outbox == []

    # Half past seven in Paris; asked again and again.
    for _time in range(3):
        mails.hand_over_due(MORNING)
        run_pending()

    [sent] = outbox.outbox
    assert sent.subject == "2 messages on 2 March 2026"
    assert f"{settings.BASE_URL}/events/a/" in sent.body
    assert f"{settings.BASE_URL}/desk/mail/{second.pk}/" in sent.body
    digest = Mail.objects.get(is_digest=True)
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {mail.digest for mail in Mail.objects.filter(pk__in=[first.pk, second.pk])} == {digest}

    # What comes later on the same day is in the next one, and each message in one alone.
    third = write(person)
    mails.hand_over_due(MORNING.replace(hour=20))
    run_pending()
    assert len(outbox.outbox) == 1
    mails.hand_over_due(MORNING.replace(day=3))
    run_pending()
    assert len(outbox.outbox) == 2
    third.refresh_from_db()
    assert third.digest.key == "digest:2026-03-03"
    assert list(digest.gathered.order_by("pk")) == [first, second]


@pytest.mark.parametrize(
    ("zone", "due"),
    [("Europe/Lisbon", 0), ("Europe/Paris", 1), ("America/Bogota", 0), ("not a zone", 0)],
)
def test_the_daily_mail_waits_for_the_hour_where_the_person_is(zone, due):
    write(person_who_wants(DIGEST, time_zone=zone))
    assert mails.hand_over_due(MORNING) == due


def test_nobody_gets_an_empty_daily_mail():
    person = person_who_wants(DIGEST)
    assert mails.write_digest(person, date(2026, 3, 2)) is None
    write(make_user())
    assert mails.hand_over_due(MORNING) == 0
    assert not Mail.objects.filter(is_digest=True).exists()


def test_a_daily_mail_that_failed_half_way_holds_everything_when_it_is_tried_again(monkeypatch):
    person = person_who_wants(DIGEST)
    mail = write(person)
    with monkeypatch.context() as broken:
        broken.setattr(effects, "hand_over", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mails.write_digest(person, date(2026, 3, 2))
    mail.refresh_from_db()
    assert mail.state == MailState.HELD
    assert not Mail.objects.filter(is_digest=True).exists()

    digest = mails.write_digest(person, date(2026, 3, 2))
    assert list(digest.gathered.all()) == [mail]


def test_stopping_the_daily_mail_stops_what_is_gathered_in_it_and_nothing_else():
    person = person_who_wants(DIGEST)
    mails.register("other", label="Other", about="")
    try:
        mails.register("test", label="Test", about="")
        mails.switch_off(person, "digest")
        assert dict(person.mail_preferences.values_list("kind", "delivery")) == {"test": "off"}
    finally:
        del mails.KINDS["other"]
        mails.register("test", label="Test", about="", concerns=mails.nobody)


def test_what_waits_for_the_daily_mail_is_not_in_it_once_its_kind_is_switched_off():
    person = person_who_wants(DIGEST)
    mail = write(person)
    mails.switch_off(person, "test")
    mail.refresh_from_db()
    assert mail.state == MailState.KEPT
    assert mails.write_digest(person, date(2026, 3, 2)) is None


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_write_the_same_daily_mail_at_once_one_does():
    person = person_who_wants(DIGEST)
    held = [write(person).pk for _mail in range(5)]
    written = []

    def work():
        try:
            written.append(mails.write_digest(person, date(2026, 3, 2)))
        finally:
            connection.close()

    threads = [Thread(target=work) for _worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [digest] = [one for one in written if one is not None]
    assert len(written) == 6
    assert sorted(digest.gathered.values_list("pk", flat=True)) == held
    assert Effect.objects.filter(kind="cities.send_mail").count() == 1


def test_what_can_neither_wait_nor_be_switched_off_comes_at_once():
    kind = mails.register(
        "must", label="Must", about="", may_be_off=False, may_wait=False, concerns=mails.nobody
    )
    person = make_user()
    for delivery in (DIGEST, OFF):
        with pytest.raises(ValueError, match="cannot be delivered so"):
            mails.set_preference(person, kind, delivery)
        person.mail_preferences.update_or_create(kind="must", defaults={"delivery": delivery})
        assert write(person, "must").state == MailState.WAITING
    run_pending()
    assert all("List-Unsubscribe" not in sent.extra_headers for sent in outbox.outbox)


@pytest.mark.parametrize("kind", ["marketplace_decided", "marketplace_transfer"])
def test_decisions_wait_for_the_daily_mail_of_who_wants_that_and_are_never_off(client, kind):
    person = make_user()
    client.force_login(person)
    assert write(person, kind).state == MailState.WAITING
    client.post("/desk/mail/settings/", {kind: "digest"})
    held = write(person, kind)
    assert held.state == MailState.HELD
    assert held in mails.write_digest(person, date(2026, 3, 2)).gathered.all()
    refused = client.post("/desk/mail/settings/", {kind: "off"}).content.decode()
    assert "data-error-summary" in refused
    assert "It always comes" in refused
    assert person.mail_preferences.get().delivery == DIGEST


def test_what_waits_leaves_by_itself_once_its_kind_shall_come_at_once():
    person = person_who_wants(DIGEST)
    mail = write(person)
    mails.set_preference(person, mails.KINDS["test"], Delivery.IMMEDIATE)
    run_pending()
    assert [sent.subject for sent in outbox.outbox] == [mail.subject]
    assert mails.write_digest(person, date(2026, 3, 2)) is None


def test_who_stops_the_daily_mail_gets_what_cannot_be_missed_at_once(client):
    person = make_user()
    decided = mails.KINDS["marketplace_decided"]
    mails.set_preference(person, decided, DIGEST)
    mails.set_preference(person, mails.KINDS["marketplace_contact"], DIGEST)
    mail = write(person, decided.code)
    address = switch_off_url(person.pk, "digest")
    assert str(decided.label) in client.get(address).content.decode()
    assert str(decided.label) in client.post(address).content.decode()
    chosen = dict(person.mail_preferences.values_list("kind", "delivery"))
    assert chosen == {decided.code: "immediate", "marketplace_contact": "off"}
    run_pending()
    assert [sent.subject for sent in outbox.outbox] == [mail.subject]


def test_every_kind_may_wait_but_what_changes_within_a_day_or_holds_a_link_of_its_own():
    kinds = [kind for kind in mails.KINDS.values() if kind.concerns is not mails.nobody]
    assert {kind.code for kind in kinds if DIGEST not in kind.choices} == {
        *("entry_still_true", "initiatives_check_in"),
        *("registration-confirmed", "session-place", "event-called-off", "event-dates"),
        "event-elsewhere",
        *("peer-group", "one-to-one", "agenda-changed", "event-guest"),
    }
    assert {kind.code for kind in kinds if DIGEST in kind.choices and OFF not in kind.choices} == {
        *("marketplace_decided", "marketplace_transfer", "cities_handover", "cities_team"),
        *("registration-waiting", "collaboration"),
    }


def test_a_kind_that_no_app_registered_fails_here_and_leaves_at_once_in_service(settings):
    with pytest.raises(mails.UnknownKind, match="nothing like it"):
        write(make_user(), "nothing like it")
    settings.STRICT_MAIL_KINDS = False
    assert write(make_user(), "nothing like it").state == MailState.WAITING


def test_the_clock_writes_the_daily_mails(monkeypatch):
    write(person_who_wants(DIGEST, time_zone="UTC"))
    monkeypatch.setattr("cities.mails.digests.HOUR", 0)
    gather_digests()
    run_pending()
    assert len(outbox.outbox) == 1
