"""How many jobs a worker does in a second: as effects, beside what Celery itself does."""

import time
from statistics import median

import pytest
from django.db import transaction
from django.utils import timezone

from cities import effects
from cities.models import Effect, EffectState, Heartbeat
from icc_portal.processes import WORKER_COMMAND
from marketplace.models import ReviewerProfile, Revision, RevisionState
from marketplace.workflow import Action, perform
from tests.bench import jobs
from tests.conftest import running_worker
from tests.factories import make_city, make_entry, make_officer, make_reviewer

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
AT_ONCE = 300
ROUNDS = 4
REVIEWS = 100


@pytest.fixture
def worker(settings, monkeypatch):
    """A worker that knows the jobs of this bench."""
    settings.DISPATCH_EFFECTS = True
    monkeypatch.setattr(
        "tests.conftest.WORKER_COMMAND", [*WORKER_COMMAND, "--include=tests.bench.jobs"]
    )
    with running_worker():
        yield


def test_effects_are_done_at_least_half_as_fast_as_plain_tasks(worker, record):
    rates = {"plain": [], "effect": []}
    for turn in range(ROUNDS):
        numbers = range(turn * AT_ONCE, (turn + 1) * AT_ONCE)
        rates["plain"].append(rate("plain", send_plain, numbers))
        rates["effect"].append(rate("effect", hand_over, numbers))

    plain, effect = median(rates["plain"]), median(rates["effect"])
    record("Celery's own, a small transaction", plain, "", "a second")
    record("the same as an effect", effect, "", "a second")
    record("effects beside Celery's own", effect / plain, "at least 0.5")
    assert not Effect.objects.exclude(state=EffectState.DONE).exists()
    assert effect / plain >= 0.5


def test_whole_reviews_flow_through_the_worker(worker, record):
    """Checks, the choice of a reviewer and the mail to them: three effects each."""
    for _each in range(5):
        # Each may take all of them.
        ReviewerProfile.objects.create(user=make_reviewer(), capacity=REVIEWS)
    city = make_city()
    officer = make_officer(city)
    drafts = [make_entry(city, state="draft").revisions.get() for _each in range(REVIEWS)]
    began = time.monotonic()
    for draft in drafts:
        perform(Action.SUBMIT, draft, actor=officer)
    wait_until(lambda: not Effect.objects.exclude(state=EffectState.DONE).exists())
    seconds = time.monotonic() - began

    record("submissions checked, assigned and mailed", REVIEWS / seconds, "", "a second")
    assert Revision.objects.filter(state=RevisionState.IN_REVIEW).count() == REVIEWS


def send_plain(numbers):
    """Send plain tasks."""
    for number in numbers:
        jobs.plain.delay(number)


def hand_over(numbers):
    """Write effects and send them after the commit."""
    with transaction.atomic():
        for number in numbers:
            effects.hand_over("bench.effect", key=f"bench:{number}", number=number)


def rate(what, send, numbers):
    """Send jobs; return how many were done in a second once the first one was done."""
    began = timezone.now()
    send(numbers)
    done = Heartbeat.objects.filter(name__startswith=what, beaten_at__gt=began)
    wait_until(lambda: done.count() == len(numbers))
    times = list(done.order_by("beaten_at").values_list("beaten_at", flat=True))
    return (len(times) - 1) / (times[-1] - times[0]).total_seconds()


def wait_until(true, seconds=120):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "the worker is too slow"
        time.sleep(0.1)
