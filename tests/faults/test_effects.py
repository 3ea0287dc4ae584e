"""Mail, poison and deliveries by the dozen: each happens once, and nothing else waits for them."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

import pytest

pytestmark = pytest.mark.fault
MAILS = 200
LONGEST_S = 100


def test_a_mailer_killed_while_it_sends_sends_nothing_twice(portal, sink, record):
    sink.delay_s = 2
    portal.start_clock()
    portal.start_outside()
    portal.start_worker("--concurrency=10")
    portal.wait_for_children("worker")
    portal.ask("mail_everybody", MAILS)
    chance, kills = random.Random(5), 0
    until = time.monotonic() + LONGEST_S
    while len(sink.ids) < MAILS * 0.9 and time.monotonic() < until:
        time.sleep(2)
        if children := portal.children("worker"):
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)
                kills += 1
    # A mail whose worker died just before it was sent goes out once the lease has ended.
    portal.ask("wait", 150)
    unclear = portal.ask("let_ten_minutes_pass")
    found = portal.ask("count")

    doubled = sum(number - 1 for number in Counter(sink.ids).values())
    record("F5", mails=MAILS, kills=kills, doubled_mails=doubled, uncertain=unclear)
    assert doubled == 0
    assert kills > 0
    assert unclear <= kills
    assert found["mails"].get("uncertain", 0) == unclear
    assert found["mails"].get("sent", 0) + unclear == MAILS


def test_what_is_delivered_five_times_at_once_happens_once(portal, sink, record):
    # What follows from a work is not sent by its worker either: the clerk delivers all of it.
    portal.environment["DISPATCH_EFFECTS"] = "0"
    portal.start_worker("--concurrency=6")
    portal.start_outside()
    portal.wait_for_children("worker")
    many, once = portal.ask("deliver_often_and_once", 20, 5)
    found = portal.ask("count")

    doubled = sum(number - 1 for number in Counter(sink.ids).values())
    figures = {name: found[name] for name in ("doubled_steps", "doubled_reviews")}
    kinds = len(many["kinds"])
    record("F6", deliveries=many["deliveries"], kinds=kinds, doubled_mails=doubled, **figures)
    # A kind of work that nobody hands over in `one_of_each` is not known to bear it.
    assert many["never"] == once["never"] == []
    assert many["end"] == once["end"]
    assert doubled == found["doubled_steps"] == found["doubled_reviews"] == 0


def test_a_poisonous_effect_is_given_up_and_holds_nobody_up(portal, record):
    portal.start_clock()
    portal.start_outside()
    portal.start_worker()
    portal.wait_for_children("worker")
    portal.ask("hand_over", "fault.small", 99)
    portal.ask("wait", 60)
    calm = percentile(portal.ask("latencies")["seconds"])
    began = time.monotonic()
    portal.ask("hand_over", "fault.poison", 1)
    portal.ask("hand_over", "fault.small", 99)
    portal.ask("wait", 150)
    seconds = time.monotonic() - began
    found = portal.ask("latencies")

    assert len(found["seconds"]) == 198, found
    beside = percentile(found["seconds"][99:])
    record("F7", done=len(found["seconds"]) - 99, poison=found["poison"], seconds=seconds,
           p95_calm=calm, p95_beside_poison=beside)  # fmt: skip
    assert found["poison"] == [{"state": "dead", "attempts": 5}]
    assert seconds <= 120
    assert beside <= max(2 * calm, 1.0)


def percentile(seconds):
    return sorted(seconds)[int(len(seconds) * 0.95)]
