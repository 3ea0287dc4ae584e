"""Celery's queue in a folder: kombu's filesystem transport, with its races closed.

The stock transport writes a message where readers already look for it, so that a reader can take
half of it, and the worker dies of the broken JSON. Its exchange files have the same gap. Here
every file appears whole, under its final name, or not at all.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads


def write_whole(target: Path, content: str) -> None:
    """Put `content` at `target` in one step: readers see the old file or the new one."""
    # A leading dot hides the unfinished file: readers look for names that start with a digit.
    unfinished = target.with_name(f".{uuid.uuid4()}")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(target)


class Channel(filesystem.Channel):
    """A channel whose messages and exchange tables are written and taken in one step."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Add a message; its name sorts by time, so the oldest is taken first."""
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message of `queue`; raise Empty when there is none."""
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.startswith(".") or name.partition(".")[2] != f"{queue}.msg":
                continue
            # Renaming inside one folder is a single step, so one reader wins. The stock code moves
            # to the system's temporary folder: on another disk that is a copy, which two can make.
            taken = folder / f".taken-{name}"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue
            message = loads(taken.read_text(encoding="utf-8"))
            taken.unlink()
            return message
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Note that `exchange` feeds `queue`."""
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._changing(exchange) as table:
            if binding not in table:
                table.insert(0, binding)

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        """Drop a queue's messages, and the note that `exchange` feeds it."""
        self._purge(queue)
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._changing(exchange) as table:
            if binding in table:
                table.remove(binding)

    @contextmanager
    def _changing(self, exchange: str) -> Iterator[list[exchange_queue_t]]:
        """Hand out the table of an exchange to be changed, by one process at a time."""
        file = self._exchange_file(exchange)
        file.parent.mkdir(parents=True, exist_ok=True)
        with (file.parent / ".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            before = list(table)
            yield table
            if table != before:
                write_whole(file, dumps(table))


class Transport(filesystem.Transport):
    """The filesystem transport on the channel above."""

    Channel = Channel
