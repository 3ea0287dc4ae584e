"""Opens, rebuilds and follows the search index. All of it can be lost: the database has it all."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from tantivy import Index, Query, Searcher

from marketplace.models import Entry, IndexChange
from marketplace.search import changes, schema, storage
from marketplace.search.storage import State

log = logging.getLogger(__name__)

WRITER_MEMORY = 30_000_000
# A rebuild looks this far back for numbers that slower writers have not committed yet.
LOOK_BACK = 200
BATCH = 500
OPENED_AT_MOST = 4
WAIT_S = 0.05
# Up to so many entries a request that finds no index makes it; more are left to a thread.
REBUILT_AT_ONCE = 1_000


class IndexUnusable(Exception):
    """There is no index to ask just now; the database must answer."""


@dataclass
class Opened:
    """What this process has open, and when it last looked for changes."""

    state: State
    place: str
    index: Index
    searcher: Searcher
    answers: dict[Any, Any] = field(default_factory=dict)
    """What was found in this state of the index; forgotten with it."""
    serial: int = field(default_factory=count(1).__next__)
    """Another number for each state that this process opened."""


_opened: Opened | None = None
_looked_at = 0.0
_guard = threading.RLock()
_rebuilding: threading.Thread | None = None


def searcher() -> Opened:
    """Return what answers questions, after following new changes.

    Raises IndexUnusable while there is no whole index; one is being made by then.
    """
    with _guard:
        opened = _opened
        if opened is None or opened.place != _place() or _is_due():
            follow()
            opened = _open()
        return opened


def follow() -> int:
    """Bring the index up to the database's last change; return how many changes were applied.

    Rebuilds an index that is missing, of another schema, broken, or another database's. Does
    nothing while another process is at it. Raises IndexUnusable when the disk refuses.
    """
    global _looked_at
    with storage.locked() as ours:
        _looked_at = time.monotonic()
        if not ours:
            return 0
        state = storage.read_state()
        if state is None or state.schema != schema.VERSION or not storage.is_whole(state):
            return _rebuild_now_or_later()
        waiting = changes.since(state)
        if waiting is None:
            return _rebuild_now_or_later()
        if not waiting:
            return 0
        try:
            with noticing_damage():
                return _apply(state, waiting)
        except IndexUnusable as failure:
            log.warning("The search index could not be changed: %s", failure)
            return _rebuild_now_or_later()


def rebuild(*, wait: bool = True) -> int:
    """Make the index anew from the database; return how many entries it holds.

    The old one answers until the new one is whole. Raises IndexUnusable when another process
    changes the index and `wait` is false.
    """
    with storage.locked(wait=wait) as ours:
        if not ours:
            raise IndexUnusable("Another process is changing the index.")
        return _rebuild()


def mend() -> None:
    """Forget what is open and make a new index: this one failed under a question."""
    global _opened
    log.warning("The search index is damaged; it is rebuilt.")
    with _guard:
        _opened = None
        try:
            with storage.locked() as ours:
                if ours:
                    _rebuild_now_or_later()
        except (IndexUnusable, OSError) as failure:
            log.warning("The search index cannot be rebuilt: %s", failure)


def is_open() -> bool:
    """Say whether this process has an index open."""
    return _opened is not None


def forget() -> None:
    """Let go of what this process has open, as if it had just started."""
    global _opened, _looked_at
    with _guard:
        _opened, _looked_at = None, 0.0


def differs_from_database() -> bool:
    """Say whether the index holds another number of entries than the public may see."""
    try:
        return searcher().searcher.num_docs != Entry.objects.live().count()
    except IndexUnusable:
        return True


@contextmanager
def noticing_damage() -> Iterator[None]:
    """Turn what the library raises over broken files, panics included, into IndexUnusable."""
    try:
        yield
    except (DatabaseError, IndexUnusable):
        raise
    except Exception as failure:
        raise IndexUnusable(str(failure)) from failure
    except BaseException as failure:
        # A panic inside the library is no Exception, and no reason to end the process.
        if type(failure).__name__ != "PanicException":
            raise
        raise IndexUnusable(str(failure)) from failure


def _place() -> str:
    return str(storage.folder())


def _is_due() -> bool:
    return time.monotonic() - _looked_at >= settings.SEARCH_FOLLOW_EVERY_S


def _open() -> Opened:
    """Open the state's generation, or look again at the one that is open."""
    global _opened
    for _attempt in range(OPENED_AT_MOST):
        state = storage.read_state()
        if state is None or state.schema != schema.VERSION:
            break
        if _opened and _opened.place == _place() and _opened.state == state:
            return _opened
        try:
            with noticing_damage():
                _opened = _reopened(state)
            return _opened
        except IndexUnusable as failure:
            # Another process may be replacing the files between our two looks.
            time.sleep(WAIT_S)
            if storage.read_state() == state:
                log.warning("The search index cannot be opened: %s", failure)
                mend()
    raise IndexUnusable("There is no search index yet.")


def _reopened(state: State) -> Opened:
    known = _opened
    if known and known.place == _place() and known.state.generation == state.generation:
        known.index.reload()
        return Opened(state, _place(), known.index, known.index.searcher())
    if not storage.is_whole(state):
        raise IndexUnusable("Its files are not as they were written.")
    index = schema.teach(Index.open(str(storage.folder() / state.generation)))
    index.reload()
    return Opened(state, _place(), index, index.searcher())


def _apply(state: State, waiting: list[IndexChange]) -> int:
    """Write the entries of the changes as they are now, then note how far we are."""
    generation = storage.folder() / state.generation
    index = schema.teach(Index.open(str(generation)))
    entry_ids = sorted({change.entry_id for change in waiting})
    writer = index.writer(WRITER_MEMORY, 1)
    for start in range(0, len(entry_ids), BATCH):
        part = entry_ids[start : start + BATCH]
        for entry_id in part:
            # By a query: deleting by term takes our unsigned numbers for signed ones.
            one = Query.term_query(index.schema, "entry", entry_id, "basic")
            writer.delete_documents_by_query(one)
        for entry in schema.live_entries(part):
            writer.add_document(schema.document(entry))
    writer.commit()
    writer.wait_merging_threads()
    last = max(waiting, key=lambda change: change.pk)
    if last.pk < state.position:
        position, position_at = state.position, state.position_at
    else:
        position, position_at = last.pk, last.at.isoformat()
    storage.write_state(
        replace(
            state,
            position=position,
            position_at=position_at,
            gaps=changes.gaps(state, {change.pk for change in waiting}, position),
            files=storage.measure(generation),
        )
    )
    return len(waiting)


def _rebuild_now_or_later() -> int:
    """Rebuild here when it is quick; otherwise in a thread, which waits for our lock."""
    global _rebuilding
    if Entry.objects.live().count() <= REBUILT_AT_ONCE:
        with noticing_damage():
            return _rebuild()
    storage.drop_state()
    if _rebuilding is None or not _rebuilding.is_alive():
        _rebuilding = threading.Thread(target=_rebuild_aside, name="search-index", daemon=True)
        _rebuilding.start()
    return 0


def _rebuild_aside() -> None:
    try:
        with storage.locked(wait=True):
            if storage.read_state() is None:
                _rebuild()
    except Exception:
        log.exception("The search index could not be rebuilt.")
    finally:
        close_old_connections()


def _rebuild() -> int:
    """Make a new generation and put it in use. The caller holds the lock."""
    started = time.monotonic()
    # The position is read before the entries: what changes meanwhile is followed afterwards.
    last = IndexChange.objects.order_by("pk").last()
    position = last.pk if last else 0
    recent = set(
        IndexChange.objects.filter(pk__gt=position - LOOK_BACK).values_list("pk", flat=True)
    )
    generation = storage.new_generation()
    index = schema.teach(Index(schema.build(), path=str(generation)))
    writer = index.writer(WRITER_MEMORY, 1)
    number = 0
    for entry in schema.live_entries():
        writer.add_document(schema.document(entry))
        number += 1
    writer.commit()
    writer.wait_merging_threads()
    now = time.time()
    storage.write_state(
        State(
            schema=schema.VERSION,
            generation=generation.name,
            position=position,
            position_at=last.at.isoformat() if last else "",
            gaps={
                str(missing): now
                for missing in range(max(1, position - LOOK_BACK + 1), position)
                if missing not in recent
            },
            files=storage.measure(generation),
        )
    )
    storage.drop_other_generations(generation.name)
    log.info("Search index rebuilt: %s entries, %.1f s", number, time.monotonic() - started)
    return number
