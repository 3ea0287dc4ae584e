"""What a web worker takes of the memory with a large index open."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from icc_portal.processes import WEB_COMMAND
from tests.bench.conftest import LIST, SIZES, portal_environment, public_pages

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
MOST_MB = 300
ASKED = ["/", "/cities/", f"{LIST}?q=smrat+parkign+wintre"]


def test_a_web_worker_stays_small_with_the_index_open(measured, record):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = portal_environment(PORT=str(port), WEB_CONCURRENCY="1")
    web = subprocess.Popen(WEB_COMMAND, env=environment, start_new_session=True)
    try:
        for path in [*ASKED, *(path for pages in public_pages().values() for path in pages)]:
            assert status(port, path) == 200, path
        workers = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
        used = max(megabytes(int(worker)) for worker in workers)
    finally:
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(timeout=30)

    record(f"web worker's memory, {SIZES[-1]:,} entries", float(used), f"below {MOST_MB}", "MB")
    assert used < MOST_MB


def status(port, path):
    """Ask for a page, waiting for the server to start."""
    until = time.monotonic() + 60
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request("GET", path, headers={"Host": "localhost"})
            return line.getresponse().status
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the web server does not answer"
            time.sleep(0.2)
        finally:
            line.close()


def megabytes(pid):
    """All memory of a process, shared parts included."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("The process is gone.")
