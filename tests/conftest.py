"""What every test may use: effects run at once, or by a real worker; figures told at the end."""

import gc
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings as portal_settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from hypothesis import settings as property_settings

from cities import clock, mails
from cities.effects import run_pending
from cities.models import Heartbeat
from cities.periodic import heartbeat
from icc_portal.processes import WORKER_COMMAND
from marketplace.search import index
from tests import emptying

LONGEST_START_S = 40
# Longer than whatever a worker itself waits for, such as for a process of its pool that was killed.
LONGEST_END_S = 60
# A kind of mail that tests write, and nobody finds in the settings.
mails.register("test", label="Test", about="", concerns=mails.nobody)
# How fast an example is depends on what else the machine does; what it shows does not.
property_settings.register_profile("portal", deadline=None)
property_settings.load_profile("portal")
# Python's own are 700, 10 and 10.
RARELY = 100_000, 20, 20
figures = []


@pytest.fixture
def record():
    """A function that keeps a line of figures for the end, in tests that break parts."""
    return lambda name, **numbers: figures.append((name, numbers))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Begin with a copy of the migrated database that TEST_TEMPLATE names, where it does.

    It is a file, or a database of the same PostgreSQL. Without it, each process migrates its own.
    """
    template = os.environ.get("TEST_TEMPLATE")
    if template and connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = template
    elif template:
        create = connection.creation._create_test_db

        def copied(*given, **named):
            name = create(*given, **named)
            shutil.copy(template, name)
            return name

        connection.creation._create_test_db = copied


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let tests that commit leave the database as they found it."""
    with django_db_blocker.unblock(), emptying.put_back_after_each(), django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def nothing_is_counted_yet():
    """What earlier tests did counts towards no limit."""
    cache.clear()


@pytest.fixture(autouse=True)
def one_clock(monkeypatch, request):
    """The database's clock goes along where a test travels, unless it is about two clocks."""
    if "two_clocks" in request.fixturenames:
        return
    asked = clock.now

    def travelled():
        asked()
        return timezone.now()

    monkeypatch.setattr(clock, "now", travelled)


@pytest.fixture
def two_clocks():
    """The database keeps its own clock while the test travels."""


@pytest.fixture
def drain(db):
    """A function that does all waiting effects here and now, and says how many."""
    return run_pending


@pytest.fixture
def own_index(settings, tmp_path):
    """A data folder without an index or files, and a process that has just started."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    index.forget()
    yield
    index.forget()


@pytest.fixture
def worker(transactional_db, settings):
    """A real worker process on the test's database; effects are handed to it."""
    settings.DISPATCH_EFFECTS = True
    with running_worker() as process:
        yield process


@contextmanager
def running_worker(**environment):
    """A worker process that answers, for as long as the block lasts; a group of its own."""
    process = subprocess.Popen(
        WORKER_COMMAND, env={**worker_environment(), **environment}, start_new_session=True
    )
    try:
        Heartbeat.objects.all().delete()
        heartbeat.delay()
        until = time.monotonic() + LONGEST_START_S
        while not Heartbeat.objects.exists():
            assert process.poll() is None, "the worker ended"
            assert time.monotonic() < until, "the worker does not answer"
            time.sleep(0.1)
        yield process
    finally:
        end(process)


def end(process):
    """End a worker in order; one that does not is killed, and says in its log where it stood."""
    process.terminate()
    try:
        process.wait(timeout=LONGEST_END_S)
    except subprocess.TimeoutExpired:
        # Celery's own: it writes down what each of its threads is at.
        process.send_signal(signal.SIGUSR1)
        time.sleep(2)
        raise
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker_environment():
    """The environment of a process that shall work on this test's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "icc_portal.test_settings",
        "DISPATCH_EFFECTS": "1",
        "DATABASE_URL": test_database_url(),
    }


def test_database_url():
    """The address of the database that this test process made for itself."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    person = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}"
    return f"postgres://{person}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def pytest_runtest_call(item):
    """Read content types, which a process keeps, before a test counts its own queries."""
    if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
        ContentType.objects.get_for_models(*apps.get_models())


def pytest_collection_modifyitems(items):
    """Real workers are slow to start: their tests run last."""
    items.sort(key=lambda item: item.get_closest_marker("worker") is not None)
    assert portal_settings.SECRET_KEY.startswith("only-for-tests"), "not the tests' settings"


def pytest_collection_finish(session):
    """Look for garbage rarely among what was imported: it is most of what there is, and stays.

    That takes a seventh less time. Speed is measured as the portal's own processes run.
    """
    if "bench" in session.config.getoption("markexpr").replace("not bench", ""):
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)


def pytest_terminal_summary(terminalreporter):
    """Print what tests that break parts have counted."""
    if figures:
        terminalreporter.write_sep("─", "faults")
    for name, numbers in figures:
        said = ", ".join(
            f"{what.replace('_', ' ')} {number:.1f}" if isinstance(number, float)
            else f"{what.replace('_', ' ')} {number}"
            for what, number in numbers.items()
        )  # fmt: skip
        terminalreporter.write_line(f"{name}: {said}")
