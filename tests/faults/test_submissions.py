"""Submissions over HTTP while workers, queue and database are killed or frozen: nothing is lost."""

import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

pytestmark = pytest.mark.fault
SUBMISSIONS = int(os.environ.get("FAULT_SUBMISSIONS", "1000"))
KILL_EVERY_S = 2
# For all submissions together: on a busy machine they take their time.
LONGEST_S = 600
FROZEN_S = 60
PER_SECOND = 5


def test_workers_killed_every_two_seconds_lose_and_double_nothing(portal, sink, record):
    drafts = portal.ask("prepare", SUBMISSIONS)
    portal.start_web()
    portal.start_clock()
    portal.start_outside()
    with killing(portal) as kills:
        answers = submit_all(portal, drafts)
    portal.start_worker()
    finished = portal.ask("wait", 400)

    assert len(answers) == len(drafts), "some were never sent"
    assert all(answer[0] == 302 for answer in answers.values())
    found, figures = judge(portal, sink, accepted=answers, kills=len(kills))
    record("F1", submissions=len(drafts), **figures, **finished)
    hold_to_none(found, figures, sink)
    assert finished["left"] == 0, finished
    assert finished["seconds"] <= 60


def test_queue_and_database_killed_as_well_lose_and_double_nothing(
    portal, sink, redis, postgresql, record
):
    drafts = portal.ask("prepare", SUBMISSIONS)
    portal.start_web()
    portal.start_clock()
    portal.start_outside()
    pauses = iter([redis, postgresql, redis, postgresql, redis, postgresql, redis])
    with killing(portal) as kills, breaking(pauses) as broken:
        answers = submit_all(portal, drafts, again=True)
    portal.start_worker()
    finished = portal.ask("wait", 400)

    refused = Counter(answer[0] for answer in answers.refused)
    found, figures = judge(portal, sink, accepted=answers, kills=len(kills))
    record(
        "F2", submissions=len(drafts), **figures, broken=len(broken),
        refused=dict(refused), **finished,
    )  # fmt: skip
    hold_to_none(found, figures, sink)
    assert len(answers) == len(drafts), "some were never accepted"
    assert len(broken) == 7
    for status, headers, body in answers.refused:
        # No page that says nothing: a way back, or a number to quote.
        number = headers.get("X-Request-ID", "none")
        assert status == 503, body
        assert "Retry-After" in headers
        assert number in body
    assert finished["left"] == 0, finished
    assert finished["seconds"] <= 60


def test_a_frozen_queue_hardly_slows_those_who_submit(portal, sink, redis, record):
    drafts = portal.ask("prepare", FROZEN_S * PER_SECOND)
    portal.start_web()
    portal.start_clock()
    portal.start_outside()
    portal.start_worker()
    portal.wait_for_children("worker")
    took, statuses = [], Counter()

    def submit(draft):
        began = time.monotonic()
        statuses[portal.submit(draft)[0]] += 1
        took.append(time.monotonic() - began)

    redis.freeze()
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=60) as people:
        for number, draft in enumerate(drafts):
            time.sleep(max(0, began + number / PER_SECOND - time.monotonic()))
            people.submit(submit, draft)
    time.sleep(max(0, began + FROZEN_S - time.monotonic()))
    redis.thaw()
    finished = portal.ask("wait", 400)

    slowest = sorted(took)[int(len(took) * 0.99)]
    in_review = len(portal.ask("count")["in_review"])
    record(
        "F3", submissions=len(drafts), accepted=statuses[302], p99_seconds=slowest,
        in_review=in_review, **finished,
    )  # fmt: skip
    assert statuses == {302: len(drafts)}
    assert in_review == len(drafts)
    assert slowest <= 5
    assert finished["seconds"] <= 30


class Answers(dict):
    """What was answered in the end, by draft; and every refusal on the way."""

    def __init__(self):
        super().__init__()
        self.refused = []


def submit_all(portal, drafts, *, again=False):
    """Submit from eight browsers at once; where asked to, again until the answer is yes."""
    answers = Answers()
    until = time.monotonic() + LONGEST_S

    def submit(draft):
        while time.monotonic() < until:
            answer = None
            # A line that broke has no answer.
            with suppress(OSError):
                answer = portal.submit(draft)
            if answer and answer[0] == 302:
                answers[draft["slug"]] = answer
                return
            if answer:
                answers.refused.append(answer)
            if not again:
                answers[draft["slug"]] = answer or (0, {}, "")
                return
            time.sleep(0.5)

    with ThreadPoolExecutor(max_workers=8) as browsers:
        list(browsers.map(submit, drafts))
    return answers


def judge(portal, sink, *, accepted, kills):
    """Count what was lost or done twice."""
    found = portal.ask("count")
    yes = {slug for slug, answer in accepted.items() if answer[0] == 302}
    figures = {
        "kills": kills,
        "lost": len(yes - set(found["in_review"])),
        "doubled_reviews": found["doubled_reviews"],
        "doubled_steps": found["doubled_steps"],
        "doubled_mails": sum(number - 1 for number in Counter(sink.ids).values()),
        "mails_unclear": found["mails"].get("inflight", 0) + found["mails"].get("uncertain", 0),
    }
    return found, figures


def hold_to_none(found, figures, sink):
    """Of what was lost or done twice there must be none."""
    assert figures["lost"] == figures["doubled_reviews"] == figures["doubled_steps"] == 0, found
    assert figures["doubled_mails"] == 0
    assert found["effects"].get("dead", 0) == 0, found
    assert set(found["message_ids"]) >= set(sink.ids)
    assert len(found["message_ids"]) - len(set(sink.ids)) <= figures["mails_unclear"]


class aside:  # noqa: N801 - used as a function
    """Do something again and again in a thread for as long as the block lasts."""

    def __init__(self, step):
        self.step, self.done, self.over = step, [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.is_set() and self.step(self.over):
            self.done.append(time.monotonic())

    def __enter__(self):
        self.thread.start()
        return self.done

    def __exit__(self, *failure):
        self.over.set()
        self.thread.join()


def killing(portal):
    """Start a worker, kill it and all its processes two seconds after it began to work, again."""

    def step(over):
        portal.start_worker()
        portal.wait_for_children("worker")
        over.wait(KILL_EVERY_S)
        portal.kill("worker")
        return True

    return aside(step)


def breaking(servers):
    """Kill and restart one server after the other, a few seconds apart."""

    def step(over):
        server = next(servers, None)
        over.wait(4)
        if server is None:
            return False
        server.kill_and_restart()
        return True

    return aside(step)
