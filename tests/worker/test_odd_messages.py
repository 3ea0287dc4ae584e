"""Messages that no release of ours writes: refused with a reason, and the consumer goes on."""

import os
import pickle
import time
from pathlib import Path

import pytest
from celery import current_app
from kombu import Producer

from cities import effects
from cities.models import Effect, EffectState, User
from tests.icc_portal.test_worker import write_mail

pytestmark = pytest.mark.worker
LONGEST_S = 60


class Harm:
    """Leaves a file behind when somebody unpickles it."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (os.mkdir, (self.path,))


def publish(body, content_type, **headers):
    with current_app.connection_for_write() as connection:
        Producer(connection).publish(
            body,
            exchange="",
            routing_key="mail",
            content_type=content_type,
            content_encoding="binary" if isinstance(body, bytes) else "utf-8",
            headers=headers,
        )


def test_the_consumer_goes_on_past_messages_nobody_understands(worker, tmp_path):
    trap: Path = tmp_path / "unpickled"
    named = {"task": "cities.run_effect", "id": "0" * 32}
    publish(pickle.dumps(Harm(trap)), "application/x-python-serialize", **named)
    publish(pickle.dumps(Harm(trap)), "application/json", **named)
    publish('{"hello": ', "application/json", **named)
    publish('"hello"', "application/json")
    publish("[[], {}, {}]", "application/json", task="cities.no_such_task", id="1" * 32)
    current_app.send_task("cities.run_effect", (), queue="mail")
    current_app.send_task("cities.run_effect", ("no number",), queue="mail")
    current_app.send_task("cities.run_effect", (10**12,), queue="mail")
    current_app.send_task("cities.run_effect", (1,), {"more": "than it takes"}, queue="mail")

    mail = write_mail(User.objects.create_user("officer@city.example", name="An officer"))

    until = time.monotonic() + LONGEST_S
    while not Effect.objects.filter(key=mail.key, state=EffectState.DONE).exists():
        assert worker.poll() is None, "the worker ended"
        assert time.monotonic() < until, "the worker does not go on"
        time.sleep(0.1)
        # What was taken along with a message that was refused is found by the clock.
        Effect.objects.filter(state=EffectState.WAITING).update(queued_at=None)
        effects.sweep()
    assert worker.poll() is None
    assert not trap.exists()
