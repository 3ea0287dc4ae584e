"""`manage.py up`: the whole portal with one command."""

import http.client
import os
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from icc_portal.demonstration import demonstration_accounts
from icc_portal.preparation import prepare
from icc_portal.processes import (
    CLOCK_COMMAND,
    OUTSIDE_COMMAND,
    WEB_COMMAND,
    WORKER_COMMAND,
    Part,
    Troupe,
    die_with_parent,
)

LONGEST_START_S = 60.0


class Command(BaseCommand):
    """Prepare, start web, workers and clock, say where they are, and wait."""

    help = "Start the portal: web, workers and clock. Ctrl-C stops all of them."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody stops it; end with status 1 when a part failed."""
        if "MAKELEVEL" in os.environ:
            # Started by make, which passes on no signal when it is killed itself.
            die_with_parent()
        prepare(self.say)
        # The parts open their own connections, and this process needs none from here on.
        connections.close_all()
        troupe = Troupe(
            [
                Part("web", WEB_COMMAND, restarts=False),
                Part("worker", WORKER_COMMAND),
                *([Part("outside worker", OUTSIDE_COMMAND)] if settings.ASKS_OTHER_SERVERS else []),
                Part("clock", CLOCK_COMMAND),
            ],
            say=self.say,
        )
        status = troupe.run(when_started=self.announce)
        sys.exit(status)

    def say(self, words: str) -> None:
        """Tell the person at the terminal, at once."""
        self.stdout.write(words)
        self.stdout.flush()

    def announce(self) -> None:
        """Wait until the first page can be had, then say where, and who may sign in."""
        if not answers(LONGEST_START_S):
            self.say("The web server is slow to answer; see the lines above.")
        self.say(f"\n{settings.PORTAL_NAME} is open at {settings.BASE_URL}/")
        if settings.DEMO:
            self.say(accounts_table())
            self.say(f"Mail that was sent can be read at {settings.BASE_URL}/admin/cities/mail/")
        self.say("Ctrl-C stops it.")


def accounts_table() -> str:
    """The invented accounts, one line each, and their common password."""
    password, accounts = demonstration_accounts()
    width = max((len(email) for email, _label in accounts), default=0)
    lines = [f"  {email:<{width}}  {label}" for email, label in accounts]
    return "\n".join([f"Sign in with the password {password} as", *lines])


def answers(seconds: float) -> bool:
    """Whether the web server answers within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line = http.client.HTTPConnection(settings.BIND, settings.PORT, timeout=2)
        try:
            line.request("GET", "/health/live", headers={"Host": "localhost"})
            if line.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    return False
