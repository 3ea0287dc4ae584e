"""`manage.py run_pending`: do the background work that waits, without any queue."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cities import effects
from icc_portal.queues import HARD_LIMIT_S


class Command(BaseCommand):
    """What a worker does, read from the database. The clock starts it while the queue is away."""

    help = "Do the background work that waits: mail, checks, reviewers. It needs no queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For how long."""
        parser.add_argument(
            "--seconds", type=float, default=0.0, help="go on looking for work for so long"
        )

    def handle(self, *, seconds: float, **_options: Any) -> None:
        """Work, and say how much was done."""
        # One work that never ends must not keep the clock from starting another helper.
        signal.alarm(int(seconds) + HARD_LIMIT_S)
        try:
            done = effects.run_pending(seconds=seconds)
        finally:
            signal.alarm(0)
        self.stdout.write(f"{done} done.")
