"""When a source is asked: by somebody who sets a connector up, and by the clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from cities import effects
from initiatives import notifications
from initiatives.connectors import picks, taking
from initiatives.connectors.fetching import Visit
from initiatives.connectors.reading import Scalar
from initiatives.connectors.troubles import SourceTrouble, Trouble
from initiatives.models import Connector, ConnectorStatus, Schedule

Found = TypeVar("Found")
MOST_AT_ONCE = 200
# A source that fails is tried again after a day, however seldom it is asked otherwise.
AGAIN_AFTER = timedelta(days=1)
# How long a busy source is left alone.
SHORTEST_REST, USUAL_REST, LONGEST_REST = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
# How long a source may refuse a credential before we stop asking.
DENIED_FOR = timedelta(days=7)


# ── by somebody who sets it up ──────────────────────────────────────────────────────────────────
def ask_soon(connector: Connector) -> None:
    """Have the worker ask the source: for a preview, or for a trial of the value chosen."""
    now = timezone.now()
    with transaction.atomic():
        connector.asked_at, connector.trial = now, ""
        connector.save(update_fields=["asked_at", "trial"])
        effects.hand_over(
            "initiatives.ask_source",
            key=f"connector-asked:{connector.pk}:{now:%Y%m%d%H%M%S%f}",
            queue="outside",
            connector=connector.pk,
        )


def answer(pk: int) -> None:
    """Ask the source for a preview or a trial, and keep what came of it. In the worker."""
    connector = _find(pk)
    if connector is None or connector.asked_at is None:
        return
    found: Any = None
    if connector.pick:
        found, trouble = _visit(connector, lambda visit: visit.value())
    else:
        found, trouble = _visit(connector, lambda visit: visit.choices())
    with transaction.atomic():
        now = _unchanged(connector)
        asked = (connector.asked_at, connector.pick)
        # Whoever chose another value, or asked again meanwhile, has an answer of their own.
        if now is None or (now.asked_at, now.pick) != asked:
            return
        now.asked_at = None
        _note_trouble(now, trouble, timezone.now())
        if isinstance(found, Scalar):
            now.trial = picks.said(found)
        elif found is not None:
            now.choices = found
        now.save()


def start(connector: Connector) -> None:
    """Let a connector fetch from now on, the first time at once."""
    connector.status = ConnectorStatus.ACTIVE
    connector.next_due_at = timezone.now()
    connector.denied_since = None
    connector.version += 1
    connector.save()
    with transaction.atomic():
        _hand_over(connector, timezone.now())


def pause(connector: Connector) -> None:
    """Let a connector rest."""
    connector.status = ConnectorStatus.PAUSED
    connector.version += 1
    connector.save()


def plan_anew(connector: Connector) -> None:
    """Ask a source in its new rhythm, counted from when it was asked last."""
    # One that fails is asked again soon, and a busy one not sooner than it wants.
    if connector.status == ConnectorStatus.ACTIVE and connector.failing_since is None:
        now = timezone.now()
        next_due = next_turn(connector.schedule, connector.last_tried_at or now)
        connector.next_due_at = max(now, next_due)
        connector.save(update_fields=["next_due_at"])


# ── by the clock ────────────────────────────────────────────────────────────────────────────────
def next_turn(schedule: str, after: datetime) -> datetime:
    """Return when a source is asked again: every month of the calendar has its turn."""
    if schedule != Schedule.MONTHLY:
        return after + timedelta(days=7 if schedule == Schedule.WEEKLY else 1)
    here = timezone.localtime(after)
    year, month = divmod(here.year * 12 + here.month, 12)
    day = min(here.day, monthrange(year, month + 1)[1])
    return here.replace(year=year, month=month + 1, day=day)


def hand_over_due() -> int:
    """Hand every connector whose time has come to the worker, once; return how many."""
    now = timezone.now()
    with transaction.atomic():
        due = (
            Connector.objects.select_for_update(skip_locked=True)
            .filter(status=ConnectorStatus.ACTIVE, next_due_at__lte=now)
            .order_by("next_due_at", "pk")[:MOST_AT_ONCE]
        )
        rows = list(due)
        for connector in rows:
            _hand_over(connector, now)
    return len(rows)


def _hand_over(connector: Connector, now: datetime) -> None:
    effects.hand_over(
        "initiatives.fetch_value",
        key=f"connector:{connector.pk}:{connector.next_due_at:%Y%m%d%H%M%S%f}",
        queue="outside",
        connector=connector.pk,
    )
    connector.next_due_at = next_turn(connector.schedule, now)
    connector.save(update_fields=["next_due_at"])


def fetch(pk: int) -> None:
    """Fetch the value of a connector and take it over, hold it, or note what went wrong."""
    connector = _find(pk)
    if connector is None or connector.status != ConnectorStatus.ACTIVE:
        return
    found, trouble = _visit(connector, lambda visit: visit.value())
    now = timezone.now()
    with transaction.atomic():
        current = _unchanged(connector)
        if current is None or current.status != ConnectorStatus.ACTIVE:
            return
        _note_trouble(current, trouble, now)
        if isinstance(found, Scalar):
            taking.note(current, found, now)
        if trouble is not None:
            _plan_again(current, trouble, now)
        current.save()


def _find(pk: int) -> Connector | None:
    found = Connector.objects.select_related("kpi__initiative__roadmap__participation", "city")
    return found.filter(pk=pk).first()


def _unchanged(connector: Connector) -> Connector | None:
    """Lock the row and return it, unless somebody changed it while the source was asked."""
    locked = Connector.objects.select_for_update(of=("self",)).select_related(
        "kpi__initiative__roadmap__participation", "city"
    )
    return locked.filter(pk=connector.pk, version=connector.version).first()


def _visit(
    connector: Connector, ask: Callable[[Visit], Found]
) -> tuple[Found | None, SourceTrouble | None]:
    try:
        return ask(Visit(connector)), None
    except SourceTrouble as trouble:
        return None, trouble


def _note_trouble(connector: Connector, trouble: SourceTrouble | None, now: datetime) -> None:
    connector.last_tried_at = now
    if trouble is None:
        connector.failing_since = connector.denied_since = None
        connector.trouble = connector.trouble_detail = ""
        return
    connector.failing_since = connector.failing_since or now
    connector.trouble, connector.trouble_detail = trouble.code, trouble.detail


def _plan_again(connector: Connector, trouble: SourceTrouble, now: datetime) -> None:
    """Say when a source that failed is asked again; tell once that we are not let in."""
    if trouble.code == Trouble.BUSY:
        connector.next_due_at = now + _rest(trouble.retry_after, now)
        return
    connector.next_due_at = now + AGAIN_AFTER
    if trouble.code not in {Trouble.DENIED, Trouble.NO_KEY}:
        return
    if connector.denied_since is None:
        connector.denied_since = now
        notifications.tell_denied(connector)
    elif now - connector.denied_since >= DENIED_FOR:
        connector.status = ConnectorStatus.PAUSED


def _rest(asked: str, now: datetime) -> timedelta:
    """Return how long to leave a source alone that asked for it in seconds or with a date."""
    rest = USUAL_REST
    if asked.isascii() and asked.isdecimal():
        rest = timedelta(seconds=min(int(asked[:9]), 10**8))
    elif asked:
        try:
            until = parsedate_to_datetime(asked)
            rest = until - now if until.tzinfo else USUAL_REST
        except ValueError:
            rest = USUAL_REST
    return max(SHORTEST_REST, min(rest, LONGEST_REST))
