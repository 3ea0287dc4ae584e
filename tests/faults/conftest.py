"""What the tests that break parts share: servers to break."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.portal import Portal
from tests.faults.servers import PostgreSQL, Redis, Sink


@pytest.fixture
def folder():
    """A folder that PostgreSQL's own user may enter."""
    made = Path(tempfile.mkdtemp(prefix="icc-portal-faults-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def redis(folder):
    """A Redis of this test's own."""
    server = Redis(folder)
    yield server
    server.stop()


@pytest.fixture
def postgresql(folder):
    """A PostgreSQL of this test's own."""
    (folder / "postgresql").mkdir()
    server = PostgreSQL(folder / "postgresql")
    yield server
    server.stop()


@pytest.fixture
def sink():
    """A mail server that counts."""
    server = Sink()
    yield server
    server.stop()


@pytest.fixture
def portal(folder, redis, postgresql, sink):
    """A portal on those servers, with nothing started yet."""
    made = Portal(folder / "data", database=postgresql.url, broker=redis.url, mail=sink.url)
    yield made
    made.stop()
