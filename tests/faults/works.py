"""Effects that only these tests know: one that takes its worker with it, and a small one.

Where a test has a source of its own, its worker may ask that, which is on this machine.
"""

import os

from django.utils import timezone

from cities import effects
from cities.models import Heartbeat
from cities.outbound import Rules, requests

if port := os.environ.get("FAULT_SOURCE_PORT"):
    requests.RULES = Rules(
        resolve=lambda host, port: ["127.0.0.1"],
        allows=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({int(port)}),
    )


@effects.does("fault.poison")
def poison(*, number):
    """Die as a process does that the kernel kills for its memory."""
    os._exit(137)


@effects.does("fault.small")
def small(*, number):
    """Write one row."""
    now = timezone.now()
    Heartbeat.objects.create(name=f"small {number} {now:%H%M%S%f}", beaten_at=now)
