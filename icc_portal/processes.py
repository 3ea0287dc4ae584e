"""Starting the parts of the portal together, and stopping them together.

Each part is a process in a group of its own, so that Ctrl-C reaches this process alone, which
then asks the parts to finish. Should this process be killed outright, the kernel tells the parts.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

GRACE_S = 30.0
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
POLL_S = 0.2
PR_SET_PDEATHSIG = 1

CELERY = ["-m", "celery", "--app=icc_portal", "--quiet"]
# Whoever starts a trial as root knows; a real portal runs as a user of its own.
CALM = ["-W", "ignore:You're running the worker"]
WEB_COMMAND = [sys.executable, "-m", "gunicorn", "--config=python:icc_portal.gunicorn"]
WORKER_COMMAND = [
    *(sys.executable, *CALM, *CELERY, "worker", "--queues=work,mail", "--concurrency=2"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
]
# It mostly waits for other servers, for which threads of one process do; each request has an end.
OUTSIDE_COMMAND = [
    *(sys.executable, *CALM, *CELERY, "worker", "--queues=outside", "--hostname=outside@%h"),
    *("--pool=threads", "--concurrency=4"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
]
CLOCK_COMMAND = [sys.executable, *CELERY, "beat", "--pidfile="]


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send `signal_number` to this process when its parent ends. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number)


@dataclass
class Part:
    """One process: its name, its command, and whether the others go on without it for a while."""

    name: str
    command: list[str]
    restarts: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    next_start: float = field(default=0.0, init=False)
    pause_s: float = field(default=1.0, init=False)

    def start(self) -> None:
        """Start the process, in a group of its own."""
        starter = os.getpid()

        def prepare() -> None:
            die_with_parent()
            if os.getppid() != starter:
                os._exit(1)

        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command, start_new_session=True, preexec_fn=prepare
        )

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def plan_restart(self) -> None:
        """Wait longer after each quick death, so that a broken part does not eat the machine."""
        lived = time.monotonic() - self.started_at
        self.pause_s = 1.0 if lived > STEADY_S else min(self.pause_s * 2, LONGEST_PAUSE_S)
        self.next_start = time.monotonic() + self.pause_s
        self.process = None


class Troupe:
    """The parts together: started, watched, and stopped as one."""

    def __init__(self, parts: list[Part], *, say: Callable[[str], None]) -> None:
        """Take the parts, and where to tell people what happens."""
        self.parts = parts
        self.say = say
        self.asked_to_stop = 0

    def run(self, *, when_started: Callable[[], None]) -> int:
        """Start all, call `when_started`, watch until asked to stop; return the exit status.

        A part that restarts is started again after a pause; when another one ends, all end and
        the status is 1.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_request)
        try:
            for part in self.parts:
                part.start()
            when_started()
            return self._watch()
        finally:
            self._stop()

    def _note_request(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def _watch(self) -> int:
        while not self.asked_to_stop:
            for part in self.parts:
                if part.running:
                    continue
                if part.process is None:
                    if time.monotonic() >= part.next_start:
                        part.start()
                    continue
                code = part.process.returncode
                if not part.restarts:
                    self.say(f"{part.name} ended with status {code}; stopping the others.")
                    return 1
                part.plan_restart()
                self.say(
                    f"{part.name} ended with status {code}; "
                    f"it starts again in {part.pause_s:.0f} s."
                )
            time.sleep(POLL_S)
        return 0

    def _stop(self) -> None:
        """Ask every part to finish, wait for the grace period, then end what is left."""
        patience = self.asked_to_stop
        left = [part for part in self.parts if part.running]
        for part in left:
            self._signal(part, signal.SIGTERM, whole_group=False)
        until = time.monotonic() + GRACE_S
        # A second Ctrl-C means: now.
        while time.monotonic() < until and self.asked_to_stop <= max(patience, 1):
            left = [part for part in left if part.running]
            if not left:
                break
            time.sleep(POLL_S)
        for part in left:
            self.say(f"{part.name} did not finish in time and is ended.")
        for part in self.parts:
            self._signal(part, signal.SIGKILL, whole_group=True)

    @staticmethod
    def _signal(part: Part, number: signal.Signals, *, whole_group: bool) -> None:
        if part.process is None:
            return
        try:
            if whole_group:
                os.killpg(part.process.pid, number)
            else:
                part.process.send_signal(number)
        except ProcessLookupError:
            pass
