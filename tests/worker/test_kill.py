"""Workers killed outright in a burst of submissions: nothing is lost, nothing happens twice."""

import os
import signal
import socket
import time
from collections import Counter
from itertools import pairwise

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from cities import effects
from cities.models import Effect, EffectState, Mail, MailState
from marketplace.models import Review, ReviewerProfile, ReviewEvent, Revision, RevisionState
from marketplace.workflow import Action, perform
from tests.conftest import running_worker
from tests.factories import make_city, make_entry, make_officer, make_reviewer

SUBMISSIONS = 200
KILL_AFTER = [50, 130]
PROCESSES_OF_A_WORKER = 2
LONGEST_DRAIN_S = 60


class Sink:
    """A mail server that counts."""

    def __init__(self):
        self.ids = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        for line in envelope.content.decode().splitlines():
            if line.lower().startswith("message-id:"):
                self.ids.append(line.split(":", 1)[1].strip())
        return "250 OK"


@pytest.fixture
def sink():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    server.handler.address = f"smtp://127.0.0.1:{port}"
    yield server.handler
    server.stop()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_workers_killed_in_a_burst_lose_nothing_and_do_nothing_twice(sink, settings):
    settings.DISPATCH_EFFECTS = True
    for _each in range(5):
        ReviewerProfile.objects.create(user=make_reviewer(), capacity=SUBMISSIONS)
    cities = [make_city() for _each in range(10)]
    officers = [make_officer(city) for city in cities]
    drafts = [
        make_entry(cities[number % 10], state="draft").revisions.get()
        for number in range(SUBMISSIONS)
    ]
    edges = [0, *KILL_AFTER, SUBMISSIONS]
    kills = 0
    for first, last in pairwise(edges):
        with running_worker(EMAIL_URL=sink.address) as worker:
            for number in range(first, last):
                perform(Action.SUBMIT, drafts[number], actor=officers[number % 10])
            if last < SUBMISSIONS:
                wait_until(lambda: Effect.objects.filter(state=EffectState.RUNNING).exists())
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
                kills += 1
                let_the_leases_end()
            else:
                wait_until(all_is_done, sweep=True)

    assert kills == len(KILL_AFTER)
    assert all_is_done()
    states = Counter(Revision.objects.values_list("state", flat=True))
    assert states == {RevisionState.IN_REVIEW: SUBMISSIONS}
    steps = Counter(ReviewEvent.objects.values_list("action", flat=True))
    assert steps == dict.fromkeys([Action.SUBMIT, Action.PASS_CHECKS, Action.ASSIGN], SUBMISSIONS)
    assert Review.objects.values("revision").distinct().count() == SUBMISSIONS
    assert Review.objects.count() == SUBMISSIONS

    assert Mail.objects.count() == SUBMISSIONS
    assert max(Counter(sink.ids).values()) == 1
    # What a killed worker was just sending waits for a person; all others went.
    in_flight = set(
        Mail.objects.filter(state=MailState.INFLIGHT).values_list("message_id", flat=True)
    )
    assert len(in_flight) <= kills * PROCESSES_OF_A_WORKER
    everyone = set(Mail.objects.values_list("message_id", flat=True))
    assert everyone - in_flight <= set(sink.ids) <= everyone


def let_the_leases_end():
    """Let the time pass after which the sweep takes up what the dead left behind."""
    now = timezone.now()
    Effect.objects.filter(state=EffectState.RUNNING).update(lease_until=now)
    Effect.objects.exclude(state=EffectState.DONE).update(queued_at=None)


def all_is_done():
    # The end of the time that checks may take is half an hour away, and finds nothing to end.
    later = Effect.objects.filter(kind="marketplace.end_checks", due_at__gt=timezone.now())
    left = Effect.objects.exclude(state=EffectState.DONE).exclude(pk__in=later.values("pk"))
    return not left.exists()


def wait_until(true, *, sweep=False):
    until = time.monotonic() + LONGEST_DRAIN_S
    while not true():
        assert time.monotonic() < until, Counter(Effect.objects.values_list("kind", "state"))
        if sweep:
            effects.sweep()
        time.sleep(0.2)
