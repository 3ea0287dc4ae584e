"""The folder of the index: its lock, its state, and whether its files are whole.

    DATA_DIR/index/
        lock            held by the one process that changes the index
        state.json      which folder is in use, up to which change it has followed, its files
        <generation>/   the files of the index itself

A rebuild makes a new generation beside the one in use; `state.json` is replaced in one step.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from django.conf import settings

STATE_FILE = "state.json"


@dataclass(frozen=True)
class State:
    """What is known of the index on this disk."""

    schema: int
    generation: str
    position: int
    """The last IndexChange that was followed; 0 for none."""
    position_at: str = ""
    """When that change was written: another database has another row under the same number."""
    gaps: dict[str, float] = field(default_factory=dict)
    """Numbers left out below `position`, and since when: they may belong to a slower writer."""
    files: dict[str, list[int]] = field(default_factory=dict)
    """Size and checksum of each file of the generation."""


def folder() -> Path:
    """Return where the index lives, whether it exists or not."""
    return Path(settings.DATA_DIR) / "index"


def read_state() -> State | None:
    """Return the state; None when there is none that can be read."""
    try:
        return State(**json.loads((folder() / STATE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_state(state: State) -> None:
    """Replace the state in one step: readers see the old one or the new one."""
    unfinished = folder() / f".{uuid4().hex}"
    unfinished.write_text(json.dumps(asdict(state)), encoding="utf-8")
    unfinished.replace(folder() / STATE_FILE)


def drop_state() -> None:
    """Forget the index: it must not be asked any more."""
    (folder() / STATE_FILE).unlink(missing_ok=True)


@contextmanager
def locked(*, wait: bool = False) -> Iterator[bool]:
    """Hold the right to change the index; yields whether it was free. Ends with the process."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def new_generation() -> Path:
    """Make and return an empty folder for a new index."""
    made = folder() / uuid4().hex
    made.mkdir(parents=True)
    return made


def drop_other_generations(kept: str) -> None:
    """Delete what rebuilds left behind."""
    for other in folder().iterdir():
        if other.is_dir() and other.name != kept:
            shutil.rmtree(other, ignore_errors=True)


def measure(generation: Path) -> dict[str, list[int]]:
    """Return size and checksum of each file that, once written, never changes."""
    return {
        path.name: _measured(path)
        for path in sorted(generation.iterdir())
        if path.suffix not in {".lock", ".json"}
    }


def is_whole(state: State) -> bool:
    """Say whether the files on disk are those that were written.

    Cheap when asked again: a file is read anew only when it was touched.
    """
    generation = folder() / state.generation
    try:
        return (generation / "meta.json").exists() and all(
            _measured(generation / name) == was for name, was in state.files.items()
        )
    except OSError:
        return False


def _measured(path: Path) -> list[int]:
    now = path.stat()
    return _checksum(str(path), now.st_ino, now.st_size, now.st_mtime_ns)


@lru_cache(maxsize=2_000)
def _checksum(path: str, inode: int, size: int, touched_ns: int) -> list[int]:
    """Return size and checksum; the other arguments tell one state of the file from the next."""
    content = Path(path).read_bytes()
    return [len(content), zlib.crc32(content)]
