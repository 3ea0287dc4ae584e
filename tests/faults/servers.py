"""Servers of these tests' own, on free ports of this machine, that may be killed and frozen."""

import asyncio
import logging
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from aiosmtpd.controller import Controller

BEHIND_ROOT = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def wait_for_port(port, seconds=30):
    until = time.monotonic() + seconds
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert time.monotonic() < until, f"nothing answers on port {port}"
        time.sleep(0.05)


class Redis:
    """A Redis that keeps nothing on disk: what it held when it is killed is gone."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        program = shutil.which("redis-server")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [program, *options, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        wait_for_port(self.port)

    def kill_and_restart(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.thaw()
        self.process.kill()
        self.process.wait()


class PostgreSQL:
    """A PostgreSQL that can be torn down in the middle of everything, as by a power cut."""

    def __init__(self, folder):
        # It refuses to run as root, and pytest's folders are closed to others.
        self.home = Path(folder)
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.behind = BEHIND_ROOT if os.getuid() == 0 else []
        self.port = free_port()
        self.url = f"postgres://portal:@127.0.0.1:{self.port}/portal"
        if self.behind:
            shutil.chown(self.home, "postgres")
        self.run(
            "initdb", "--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        self.start()
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal", "portal")

    def run(self, program, *options):
        # Every program takes the folder from the environment.
        subprocess.run(
            [*self.behind, self.programs / program, *options],
            env={**os.environ, "PGDATA": str(self.home / "data")},
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self):
        settings = f"-p {self.port} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=150"
        self.run("pg_ctl", "start", "-w", "-s", "-o", settings, "-l", str(self.home / "log"))

    def kill_and_restart(self):
        self.run("pg_ctl", "stop", "-m", "immediate", "-s")
        self.start()

    def stop(self):
        self.run("pg_ctl", "stop", "-m", "immediate", "-s")
        shutil.rmtree(self.home, ignore_errors=True)


class Sink:
    """A mail server that counts; `delay_s` is how long it thinks over each mail."""

    def __init__(self, delay_s=0.0):
        self.ids, self.delay_s = [], delay_s
        # Ten lines for each mail, all kept for a report, would slow down what is measured.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()
        self.url = f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        for line in envelope.content.decode().splitlines():
            if line.lower().startswith("message-id:"):
                self.ids.append(line.split(":", 1)[1].strip())
        return "250 OK"

    def stop(self):
        self.controller.stop()


class Drip:
    """A web server that sends a byte a second and never ends; `asked` counts who came."""

    def __init__(self):
        self.asked, self.now, self.most = 0, 0, 0
        self.lock = threading.Lock()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                line, _address = self.listening.accept()
                threading.Thread(target=self._drip, args=(line,), daemon=True).start()

    def _drip(self, line):
        with self.lock:
            self.asked += 1
            self.now += 1
            self.most = max(self.most, self.now)
        with line, suppress(OSError):
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while True:
                line.sendall(b" ")
                time.sleep(1)
        with self.lock:
            self.now -= 1

    def stop(self):
        self.listening.close()
