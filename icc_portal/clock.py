"""The clock: Celery's beat, of which only one ticks however many are started."""

import fcntl
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.conf import settings
from django.db import DatabaseError, connection

from icc_portal.processes import die_with_parent

# Any number will do, as long as no other program on the same database picks it.
ADVISORY_KEY = 7_152_019
LOOK_AGAIN_S = 5.0
# What finds work that the queue lost; and who does that work where the queue does not even take it.
SWEEP = "cities.sweep_effects"
HELPER = [sys.executable, "-m", "django", "run_pending", "--seconds=30"]


class OneClock(Scheduler):
    """Starts periodic tasks while it holds the lock; without it, waits for the other to go.

    The timetable is kept in memory: its periods are short, and a file would be one more thing to
    break when the machine stops suddenly.
    """

    _file: IO[str] | None = None
    _held = False
    _helper: subprocess.Popen[bytes] | None = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start what is due and say how many seconds to sleep."""
        # For health checks: a clock that waits for its turn is alive too.
        (settings.DATA_DIR / "clock.alive").touch()
        if not self._hold():
            return LOOK_AGAIN_S
        return super().tick(*args, **kwargs)

    def let_go(self) -> None:
        """Give the lock back, so that another clock may tick at once."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._held:
            self._held = False
            # Said in words, since a connection that goes back to the pool keeps its locks.
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_KEY])
            connection.close()

    def apply_async(
        self,
        entry: ScheduleEntry,
        producer: Any = None,
        advance: bool = True,
        **options: Any,
    ) -> Any:
        """Start one task; while the queue is away, have its work done without it."""
        try:
            return super().apply_async(entry, producer=producer, advance=advance, **options)
        except SchedulingError:
            if entry.task == SWEEP:
                self._work_without_queue()
            raise

    def _ensure_connected(self) -> Any:
        """Do not wait for a queue that is away: each task finds out for itself."""
        return self.connection

    def _work_without_queue(self) -> None:
        """Start the one process that does what waits, unless it is still at it."""
        if self._helper is None or self._helper.poll() is not None:
            self._helper = subprocess.Popen(  # noqa: S603 - our own command
                HELPER, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent
            )

    def close(self) -> None:
        """Stop: the other clock need not wait for this process to end."""
        super().close()
        self.let_go()

    def _hold(self) -> bool:
        """Whether this clock is the one: a file's lock when embedded, PostgreSQL's otherwise."""
        if connection.vendor != "postgresql":
            return self._hold_file()
        try:
            with connection.cursor() as cursor:
                # Asked at every tick, since a lost connection has lost the lock as well.
                cursor.execute(
                    "SELECT CASE WHEN %s THEN true ELSE pg_try_advisory_lock(%s) END",
                    [self._held, ADVISORY_KEY],
                )
                self._held = cursor.fetchone()[0]
        except DatabaseError:
            self._held = False
            connection.close()
        return self._held

    def _hold_file(self) -> bool:
        if self._file is None:
            settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
            # Kept open: the lock lasts as long as the file object does.
            self._file = (settings.DATA_DIR / "clock.lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
