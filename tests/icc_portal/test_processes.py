"""The command that starts everything: nothing is left behind, nothing is half started."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import CommandError

from icc_portal.clock import OneClock
from icc_portal.preparation import check_folder, check_port
from icc_portal.processes import Part, Troupe
from tests.conftest import worker_environment

pytestmark = pytest.mark.worker
LONGEST_START_S = 90
# What surrounds a test makes no difference to the portal that these start.
is_embedded = pytest.mark.skipif(
    not settings.EMBEDDED, reason="starts the embedded portal, which embedded tests have done"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(params=["by hand", "by make"])
def starter(request, tmp_path):
    """The two ways in: the command itself, and make, which starts it as the Makefile does."""
    command = [sys.executable, "manage.py", "up"]
    if request.param == "by hand":
        return command
    rules = tmp_path / "rules.mk"
    rules.write_text(f"run:\n\t@exec {' '.join(command)}\n")
    return ["make", f"--file={rules}", "run"]


@pytest.fixture
def tables(tmp_path):
    """Tables that are there already, where a copy can be had; another test makes its own."""
    if template := os.environ.get("TEST_TEMPLATE"):
        shutil.copy(template, tmp_path / "portal.sqlite3")


@pytest.fixture
def portal(tmp_path, starter):
    """The whole embedded portal, started as a person starts it."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            starter,
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
        )
    process.port, process.log = port, tmp_path / "log"
    yield process
    process.kill()
    process.wait()


def wait_for(fact, seconds):
    """Wait until `fact()` is true, and give what it gave."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := fact():
            return answer
        time.sleep(0.2)
    return fact()


def answers(port):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health/live")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def descendants(pid):
    """All processes under this one, from the oldest to the youngest."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *descendants(int(child))]
    return found


def still_there(processes):
    """Those that run: one that ended and waits to be noticed does not count."""
    left = []
    for pid in processes:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            left.append(pid)
    return left


@is_embedded
def test_nothing_is_left_when_the_command_is_killed_outright(tables, portal):
    assert wait_for(lambda: answers(portal.port), LONGEST_START_S), portal.log.read_text()
    assert wait_for(lambda: len(descendants(portal.pid)) >= 6, 20)
    parts = descendants(portal.pid)

    portal.kill()
    portal.wait()

    assert wait_for(lambda: not still_there(parts), 20), still_there(parts)


@is_embedded
@pytest.mark.parametrize("starter", ["by hand"], indirect=True)
def test_a_dead_worker_is_replaced_and_an_interrupt_ends_all_in_order(portal):
    assert wait_for(lambda: "Ctrl-C" in portal.log.read_text(), LONGEST_START_S)
    worker = next(pid for pid in descendants(portal.pid) if b"worker" in command_of(pid))

    os.kill(worker, signal.SIGKILL)
    assert wait_for(lambda: "worker ended with status -9" in portal.log.read_text(), 10)
    assert wait_for(lambda: workers_of(portal.pid) - {worker}, 20)
    parts = descendants(portal.pid)
    portal.send_signal(signal.SIGINT)

    assert portal.wait(timeout=30) == 0
    assert not still_there(parts)


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def workers_of(pid):
    return {child for child in descendants(pid) if b"worker" in command_of(child)}


def test_when_the_web_server_ends_so_does_the_rest_with_an_error(monkeypatch):
    # The test process keeps its own way of being interrupted.
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    said = []
    web = Part("web", [sys.executable, "-c", "raise SystemExit(3)"], restarts=False)
    other = Part("worker", [sys.executable, "-c", "import time; time.sleep(60)"])

    status = Troupe([web, other], say=said.append).run(when_started=lambda: None)

    assert status == 1
    assert said == ["web ended with status 3; stopping the others."]
    assert not other.running


def test_a_taken_port_is_said_before_anything_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} .* PORT={port + 1}"):
            check_port("127.0.0.1", port)


def test_a_data_folder_that_is_a_file_is_said_with_what_to_do(tmp_path):
    (tmp_path / "data").write_text("")

    with pytest.raises(CommandError, match="Set DATA_DIR"):
        check_folder(tmp_path / "data")


@pytest.mark.django_db(transaction=True)
def test_of_two_clocks_one_ticks_and_the_other_takes_over(celery_clock):
    first, second = celery_clock(), celery_clock()
    program = (
        "import django; django.setup(); from celery import current_app; "
        "from icc_portal.clock import OneClock; "
        "print(OneClock(app=current_app, lazy=True)._hold())"
    )

    assert first._hold()
    assert first._hold()
    assert ask_elsewhere(program) == "False"
    first.let_go()
    assert ask_elsewhere(program) == "True"
    # A server notices a little later that the other process is gone.
    assert wait_for(second._hold, 20)


def ask_elsewhere(program):
    outcome = subprocess.run(
        [sys.executable, "-c", program],
        env=worker_environment(),
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout.strip()


@pytest.fixture
def celery_clock():
    """Clocks whose locks are given back at the end."""
    made = []

    def make():
        made.append(OneClock(app=current_app, lazy=True))
        return made[-1]

    yield make
    for clock in made:
        clock.let_go()
