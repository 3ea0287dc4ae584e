"""What /health/ready answers, and to what."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.utils import timezone
from kombu import Connection

from cities.models import Effect, EffectState, Heartbeat
from icc_portal import health
from tests.clamd import Clamd

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue_folder(settings):
    (settings.DATA_DIR / "queue").mkdir(parents=True, exist_ok=True)


@pytest.fixture
def beating():
    for name in ("clock", "worker"):
        Heartbeat.objects.create(name=name, beaten_at=timezone.now())


def waiting(number, *, since):
    for index in range(number):
        Effect.objects.create(
            key=f"test:{since}:{index}", kind="test", due_at=timezone.now() - timedelta(0, since)
        )


def test_a_working_portal_is_ready(client, beating):
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


def test_one_slow_effect_in_forty_is_bearable_and_one_in_ten_is_not(client, beating):
    waiting(1, since=300)
    waiting(39, since=5)
    assert client.get("/health/ready").json()["waiting"]["ok"] is True

    waiting(4, since=200)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["waiting"]["p95_s"] >= 200


def test_a_worker_that_fell_silent_makes_it_unready(client, beating):
    Heartbeat.objects.filter(name="worker").update(beaten_at=timezone.now() - timedelta(seconds=90))

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["worker"]["silent_s"] >= 90


def test_a_queue_that_is_away_degrades_and_excuses_the_silence(client, settings, monkeypatch):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    unreachable = SimpleNamespace(
        connection_for_write=lambda: Connection(settings.CELERY_BROKER_URL)
    )
    monkeypatch.setattr(health, "current_app", unreachable)
    Heartbeat.objects.create(name="worker", beaten_at=timezone.now() - timedelta(hours=1))

    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["broker"]["ok"] is False


def test_work_that_was_given_up_is_counted(client, beating):
    Effect.objects.create(key="test", kind="test", state=EffectState.DEAD)

    found = client.get("/health/ready").json()

    assert (found["status"], found["given_up"]) == ("degraded", 1)


def test_a_scanner_that_is_away_degrades_and_one_that_nobody_wants_does_not(
    client, beating, settings
):
    assert client.get("/health/ready").json()["scanner"] == {"ok": True, "wanted": False}
    with Clamd() as clamd:
        settings.CLAMD_URL = clamd.url
        assert client.get("/health/ready").json()["status"] == "ready"

    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["scanner"] == {"ok": False, "problem": "ConnectionRefusedError"}


def test_without_its_database_the_portal_is_unready_but_alive(client, monkeypatch):
    def broken():
        raise DatabaseError("the password is hunter2")

    monkeypatch.setattr(health, "_database", broken)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False, "problem": "DatabaseError"}
    assert "hunter2" not in answer.content.decode()
    assert client.get("/health/live").status_code == 200


def test_a_missing_migration_makes_it_unready(client, beating, monkeypatch):
    monkeypatch.setattr(health, "_missing_migrations", lambda: 2)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == {"ok": False, "missing": 2}
