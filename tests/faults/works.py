"""Effects that only these tests know: one that takes its worker with it, and a small one."""

import os

from django.utils import timezone

from cities import effects
from cities.models import Heartbeat


@effects.does("fault.poison")
def poison(*, number):
    """Die as a process does that the kernel kills for its memory."""
    os._exit(137)


@effects.does("fault.small")
def small(*, number):
    """Write one row."""
    now = timezone.now()
    Heartbeat.objects.create(name=f"small {number} {now:%H%M%S%f}", beaten_at=now)
