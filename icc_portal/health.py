"""Whether the portal lives, and whether it can do its work: for load balancers and people."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cities.models import Effect, EffectState, Heartbeat
from cities.uploads import scanning

LONGEST_WAIT_S = 60.0
LONGEST_SILENCE_S = 60.0
LEAST_DISK_SHARE = 0.10
STARTED = time.monotonic()
# Filled once every migration has been seen to be applied; a process needs to look no more.
_applied: list[bool] = []


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nothing of anybody else."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 "ready", 200 "degraded" when only the queue or the scanner is away, or 503 "unready".

    Each with why. Without the scanner for viruses no files are taken, and all else goes on.
    A queue that is away delays work and loses none (the sweep finds it), so pages go on. Then
    the worker's silence has its reason and is not counted either.
    """
    checks = {"database": _answer(_database), "disk": _answer(_disk)}
    if checks["database"]["ok"]:
        checks["migrations"] = _answer(_migrations)
    broker, scanner = _answer(_broker), _answer(_scanner)
    if checks.get("migrations", {}).get("ok"):
        work = {"waiting": _answer(_waiting), "worker": _answer(_worker)}
        given_up = Effect.objects.filter(state=EffectState.DEAD).count()
    else:
        work, given_up = {}, None
    needed = [*checks.values(), *(work.values() if broker["ok"] else ())]
    if not all(check["ok"] for check in needed):
        status = "unready"
    elif broker["ok"] and not given_up and scanner["ok"]:
        status = "ready"
    else:
        status = "degraded"
    return JsonResponse(
        {
            "status": status,
            "given_up": given_up,
            **checks,
            "broker": broker,
            "scanner": scanner,
            **work,
        },
        status=503 if status == "unready" else 200,
    )


def _answer(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run a check; one that fails is not ok, and only its kind is told to the world."""
    try:
        return check()
    except Exception as failure:  # noqa: BLE001 - whatever goes wrong is the answer
        return {"ok": False, "problem": type(failure).__name__}


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        raise
    return {"ok": True}


def _migrations() -> dict[str, Any]:
    missing = _missing_migrations()
    return {"ok": not missing, "missing": missing}


def _missing_migrations() -> int:
    """Count the migrations that this release has and the database does not."""
    if not _applied:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if missing:
            return missing
        _applied.append(True)
    return 0


def _disk() -> dict[str, Any]:
    usage = shutil.disk_usage(settings.DATA_DIR)
    share = usage.free / usage.total
    return {"ok": share > LEAST_DISK_SHARE, "free_percent": round(100 * share)}


def _broker() -> dict[str, Any]:
    if not settings.CELERY_BROKER_URL:
        return {"ok": os.access(settings.DATA_DIR / "queue", os.W_OK)}
    with current_app.connection_for_write() as line:
        line.ensure_connection(max_retries=1, timeout=2)
    return {"ok": True}


def _scanner() -> dict[str, Any]:
    if not scanning.is_wanted():
        return {"ok": True, "wanted": False}
    scanning.ask_whether_it_is_there()
    return {"ok": True}


def _waiting() -> dict[str, Any]:
    """How long all but the slowest twentieth of what is due has waited.

    Other people's servers are slow without the portal being so: what asks them is left out.
    """
    ours = Effect.objects.due().exclude(queue="outside")
    due = ours.order_by("due_at").values_list("due_at", flat=True)
    number = due.count()
    seconds = _age(due[number // 20]) if number else 0.0
    return {"ok": seconds < LONGEST_WAIT_S, "number": number, "p95_s": round(seconds)}


def _worker() -> dict[str, Any]:
    """How long ago the clock asked the worker, and the worker answered."""
    beats = dict(Heartbeat.objects.values_list("name", "beaten_at"))
    if not beats:
        # Nothing has beaten yet: right after the first start that is to be expected.
        return {"ok": time.monotonic() - STARTED < LONGEST_SILENCE_S, "silent_s": None}
    silent = max(_age(beaten_at) for beaten_at in beats.values())
    return {"ok": silent < LONGEST_SILENCE_S, "silent_s": round(silent)}


def _age(moment: datetime) -> float:
    return max((timezone.now() - moment) / timedelta(seconds=1), 0.0)
