"""The portal as its users start it: one command, a data folder and a database of its own."""

from __future__ import annotations

import email
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
LONGEST_START_S = 240
LONGEST_MAIL_S = 30
# A migrated database to begin with a copy of, as for other tests: a file, or one in PostgreSQL.
TEMPLATE = os.environ.get("TEST_TEMPLATE", "")


@dataclass
class Portal:
    """A running portal: its address, the folder with its data, and the environment it runs in."""

    address: str
    folder: Path
    environment: dict[str, str]

    def log(self) -> str:
        """Return what its processes have said so far."""
        return (self.folder / "up.log").read_text()

    def mails(self) -> list[EmailMessage]:
        """Return the mails that have left so far, the oldest first."""
        files = sorted((self.folder / "mails").glob("*"), key=lambda file: file.stat().st_mtime)
        # The file backend ends each mail with a line of dashes.
        return [
            email.message_from_string(part.strip(), policy=default)
            for file in files
            for part in file.read_text().split("\n" + "-" * 79 + "\n")
            if part.strip()
        ]

    def wait_for_mail(self, *, number: int = 1, **headers: str) -> EmailMessage:
        """Return the newest mail with these words in its headers, once so many have left."""
        until = time.monotonic() + LONGEST_MAIL_S
        while time.monotonic() < until:
            found = [
                mail
                for mail in self.mails()
                if all(words in str(mail[name]) for name, words in headers.items())
            ]
            if len(found) >= number:
                return found[-1]
            time.sleep(0.2)
        pytest.fail(f"{number} mails with {headers} did not leave within {LONGEST_MAIL_S} s.")

    def shell(self, code: str) -> str:
        """Run Python in the portal's own shell, as an operator could; return what it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", code],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()


@contextmanager
def running_portal(folder: Path) -> Iterator[Portal]:
    """Start the portal with its demonstration programme; stop it when the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    with fresh_database(folder) as database:
        environment = {
            **os.environ,
            **database,
            "DATA_DIR": str(folder),
            "PORT": str(port),
            "BASE_URL": address,
            # Another portal's worker takes no work of this one from a broker they share.
            "QUEUE_PREFIX": f"journeys-{uuid4().hex[:12]}:",
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "icc_portal.settings",
            "SECRET_KEY": "only-for-the-journeys-of-the-test-suite-and-nothing-else-at-all",
        }
        with (folder / "up.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                wait_until_ready(address, process, folder)
                yield Portal(address, folder, environment)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)


@contextmanager
def fresh_database(folder: Path) -> Iterator[dict[str, str]]:
    """Make an empty database beside the one DATABASE_URL names, and remove it at the end.

    Gives what the environment has to say instead; nothing for the embedded database, which is a
    file in the portal's own folder. Where a template is named, it is empty but for its tables.
    """
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        if TEMPLATE:
            shutil.copy(TEMPLATE, folder / "portal.sqlite3")
        yield {}
        return
    name = f"journeys_{uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if TEMPLATE:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(TEMPLATE))
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(create)
        try:
            yield {"DATABASE_URL": urlsplit(given)._replace(path=f"/{name}").geturl()}
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def wait_until_ready(address: str, process: subprocess.Popen, folder: Path) -> None:
    """Wait for the first good answer of /health/ready."""
    until = time.monotonic() + LONGEST_START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail("The portal did not start:\n" + (folder / "up.log").read_text()[-4000:])
