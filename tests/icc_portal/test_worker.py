"""Effects on their whole way: a commit, the queue, a worker process, a mark."""

import os
import signal
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.db import transaction
from django.utils import timezone

from cities import effects
from cities.models import Effect, EffectState, Mail, MailState, User
from tests.conftest import running_worker

pytestmark = pytest.mark.worker
LONGEST_S = 60
BURST = 120


def write_mail(person, number=1):
    """Write one mail as a change would: the row and its effect in one transaction."""
    with transaction.atomic():
        mail = Mail.objects.create(
            key=f"test:{number}",
            kind="event-called-off",
            recipient=person,
            address=person.email,
            subject="About your city",
            text="Something happened.\n",
            message_id=f"<{number}@portal.example>",
        )
        effects.hand_over("cities.send_mail", key=mail.key, queue="mail", mail=mail.pk)
    return mail


def wait_until(fact):
    until = time.monotonic() + LONGEST_S
    while not fact():
        assert time.monotonic() < until, list(Effect.objects.values("state", "last_error")[:5])
        time.sleep(0.05)


def done():
    return Effect.objects.filter(state=EffectState.DONE).count()


def sent_message_ids(folder):
    """The Message-ID of every mail that went out, however often."""
    mails = [
        message_from_bytes(text)
        for file in folder.iterdir()
        for text in file.read_bytes().split(b"-" * 79 + b"\n")
        if text.strip()
    ]
    return Counter(mail["Message-ID"] for mail in mails)


def test_mail_written_with_a_change_is_sent_by_the_worker_after_the_commit(worker):
    mail = write_mail(User.objects.create_user("officer@city.example", name="An officer"))

    wait_until(done)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_a_killed_worker_loses_no_effect_and_sends_no_mail_twice(
    transactional_db, settings, tmp_path
):
    settings.DISPATCH_EFFECTS = True
    person = User.objects.create_user("officer@city.example", name="An officer")
    mail_folder = {"EMAIL_URL": f"filemail:///{tmp_path}"}
    with running_worker(**mail_folder) as worker:
        for number in range(BURST):
            write_mail(person, number)
            if number == BURST // 2:
                wait_until(done)
                os.killpg(worker.pid, signal.SIGKILL)
    assert 0 < done() < BURST

    # What the clock would find once leases and grace have passed.
    past = timezone.now() - timedelta(minutes=5)
    Effect.objects.filter(state=EffectState.RUNNING).update(lease_until=past)
    Effect.objects.update(queued_at=past)
    with running_worker(**mail_folder):
        effects.sweep()
        wait_until(lambda: done() == BURST)

    ids = sent_message_ids(tmp_path)
    assert set(ids.values()) == {1}
    # A mail that was at the server when the worker died is for a person to judge, not sent again.
    unclear = Mail.objects.exclude(state=MailState.SENT)
    assert set(unclear.values_list("state", flat=True)) <= {MailState.INFLIGHT}
    assert unclear.count() <= 2
    assert len(ids) + unclear.count() >= BURST
