"""The queue in a folder: every message whole, to one reader, in order."""

import multiprocessing
import time
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

WRITERS, READERS, EACH = 3, 3, 300
# Long enough that a half-written message would be broken JSON.
PADDING = "ü" * 40_000


def connect(folder):
    TRANSPORT_ALIASES["filesystem"] = "icc_portal.filesystem:Transport"
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "exchanges"),
    }
    return Connection("filesystem://localhost//", transport_options=options)


def write(folder, writer):
    with connect(folder) as line, line.SimpleQueue("work") as queue:
        for number in range(EACH):
            queue.put({"writer": writer, "number": number, "padding": PADDING})


def read(folder, finished, taken):
    with connect(folder) as line, line.SimpleQueue("work") as queue:
        while True:
            over = finished.is_set()
            try:
                message = queue.get_nowait()
            except Empty:
                if over:
                    return
                time.sleep(0.001)
                continue
            message.ack()
            taken.put((message.payload["writer"], message.payload["number"]))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "messages").mkdir()
    return tmp_path


def test_writers_and_readers_at_once_lose_double_and_break_no_message(folder):
    context = multiprocessing.get_context("spawn")
    finished, taken = context.Event(), context.Queue()
    writers = [context.Process(target=write, args=(folder, number)) for number in range(WRITERS)]
    readers = [context.Process(target=read, args=(folder, finished, taken)) for _ in range(READERS)]
    for process in [*writers, *readers]:
        process.start()
    for process in writers:
        process.join()
    finished.set()
    seen = [taken.get(timeout=60) for _ in range(WRITERS * EACH)]
    for process in readers:
        process.join(timeout=60)

    assert [process.exitcode for process in [*writers, *readers]] == [0] * (WRITERS + READERS)
    assert sorted(seen) == [(writer, n) for writer in range(WRITERS) for n in range(EACH)]
    assert list((folder / "messages").iterdir()) == []


def test_messages_come_out_in_the_order_they_went_in(folder):
    with connect(folder) as line, line.SimpleQueue("work") as queue:
        for number in range(20):
            queue.put(number)
        came_out = [queue.get_nowait().payload for _ in range(20)]

    assert came_out == list(range(20))


def test_queues_that_are_bound_at_once_all_hear_the_exchange(folder):
    context = multiprocessing.get_context("spawn")
    binders = [context.Process(target=bind, args=(folder, f"queue{n}")) for n in range(6)]
    for process in binders:
        process.start()
    for process in binders:
        process.join()

    with connect(folder) as line:
        table = line.default_channel.get_table("news")
    assert sorted(binding.queue for binding in table) == [f"queue{n}" for n in range(6)]


def bind(folder, queue):
    with connect(folder) as line:
        line.default_channel._queue_bind("news", "", "", queue)
