"""A portal in real processes on those servers: web, worker and clock, each killed at will."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from icc_portal.processes import CLOCK_COMMAND, OUTSIDE_COMMAND, WEB_COMMAND, WORKER_COMMAND
from tests.faults.servers import free_port, wait_for_port

BASE = Path(__file__).resolve().parents[2]
TOKEN = "t" * 32
CLERK = [sys.executable, "-m", "tests.faults.clerk"]


class Portal:
    """Its processes, by what they do; `say` asks the clerk, who has a database at hand."""

    def __init__(self, folder, *, database, broker, mail):
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
            "DJANGO_SETTINGS_MODULE": "icc_portal.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(folder),
            "SECRET_KEY": "only-for-tests-" + "x" * 50,
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker,
            "EMAIL_URL": mail,
            "PORT": str(self.port),
            "BASE_URL": f"http://localhost:{self.port}",
            "WEB_CONCURRENCY": "2",
        }
        self.processes = {}
        for command in ("migrate", "collectstatic"):
            self.run([sys.executable, "manage.py", command, "--noinput", "--verbosity=0"])

    def run(self, command, **more):
        """Run something to its end on this portal's settings; return what it printed."""
        done = subprocess.run(
            command, env={**self.environment, **more}, cwd=BASE, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ask(self, question, *arguments, **more):
        """Ask the clerk; return the answer."""
        asked = [str(argument) for argument in arguments]
        return json.loads(self.run([*CLERK, question, *asked], **more).splitlines()[-1])

    def start_web(self):
        self._start("web", WEB_COMMAND)
        wait_for_port(self.port, 60)

    def start_worker(self, *options):
        self._start("worker", [*WORKER_COMMAND, "--include=tests.faults.works", *options])

    def start_clock(self):
        self._start("clock", CLOCK_COMMAND)

    def start_outside(self):
        """Start what asks other servers: a worker of its own, which nobody kills here."""
        self._start("outside", [*OUTSIDE_COMMAND, "--include=tests.faults.works"])

    def _start(self, name, command):
        self.processes[name] = subprocess.Popen(
            command,
            env=self.environment,
            cwd=BASE,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def children(self, name):
        """The processes that one of ours started."""
        process = self.processes[name].pid
        with suppress(OSError):
            listed = Path(f"/proc/{process}/task/{process}/children").read_text()
            return [int(each) for each in listed.split()]
        return []

    def wait_for_children(self, name, seconds=60):
        until = time.monotonic() + seconds
        while not self.children(name):
            assert time.monotonic() < until, f"{name} does not start"
            time.sleep(0.1)

    def kill(self, name):
        """End a process and all it started, outright."""
        process = self.processes.pop(name, None)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self):
        for name in list(self.processes):
            self.kill(name)

    def submit(self, draft, timeout=30):
        """Press "Submit" for a draft, as its officer's browser does; return what is answered."""
        typed = {"act": "submit", "csrfmiddlewaretoken": TOKEN}
        return self.send(
            draft["path"], typed, timeout=timeout, cookie=f"csrf={TOKEN}; {draft['cookie']}"
        )

    def send(self, path, typed=None, *, timeout=30, **headers):
        """Open a page, or send a form there; return status, headers and words."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        told = {"Host": "localhost", **headers}
        if typed is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(
                "GET" if typed is None else "POST",
                path,
                None if typed is None else urlencode(typed),
                told,
            )
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            line.close()
