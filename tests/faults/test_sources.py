"""Other people's slow servers: they hold up neither mail nor work, and nobody waits for ever."""

import time

import pytest

from tests.faults.servers import Drip
from tests.faults.test_effects import percentile

pytestmark = pytest.mark.fault
SOURCES, MAILS, SMALL = 50, 50, 50
# Beside nothing else each takes a fraction of a second; a drip takes fifteen.
LONGEST_S = 10


@pytest.fixture
def drip():
    server = Drip()
    yield server
    server.stop()


def test_fifty_sources_that_drip_hold_up_neither_mail_nor_work(portal, sink, drip, record):
    portal.environment["FAULT_SOURCE_PORT"] = str(drip.port)
    portal.start_clock()
    portal.start_worker()
    portal.start_outside()
    portal.wait_for_children("worker")
    portal.ask("hand_over", "fault.small", 1)
    portal.ask("wait", 60)
    assert portal.ask("connect", SOURCES, drip.port) == SOURCES
    until = time.monotonic() + 60
    while drip.now < 4:
        assert time.monotonic() < until, "nobody asks the sources"
        time.sleep(0.2)

    began = time.monotonic()
    portal.ask("mail_everybody", MAILS)
    while len(sink.ids) < MAILS and time.monotonic() < began + 60:
        time.sleep(0.1)
    mailed = time.monotonic() - began
    portal.ask("hand_over", "fault.small", SMALL)
    time.sleep(LONGEST_S)
    small = portal.ask("latencies")["seconds"][1:]
    dripping = drip.now
    waited = portal.ask("wait", 500)

    troubles = portal.ask("troubles")
    record("F23", sources=SOURCES, asked_at_once=drip.most, mails_in_s=mailed,
           p95_small=percentile(small), all_left_after_s=waited["seconds"], **troubles)  # fmt: skip
    assert dripping > 0, "the sources had ended before the mail was looked at"
    assert len(sink.ids) == MAILS
    assert mailed < 2 * LONGEST_S
    assert len(small) == SMALL
    assert percentile(small) < LONGEST_S
    # The source notices a little later that one has left.
    assert drip.most <= 8
    assert troubles == {"slow": SOURCES}
