"""What becomes of a fetched value: taken over, held for a person to look at, or refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from initiatives import corrections, dates, services
from initiatives.connectors import addresses, picks, troubles
from initiatives.connectors.reading import Scalar
from initiatives.models import (
    KPI,
    Connector,
    ConnectorStatus,
    FetchedState,
    FetchedValue,
    Measurement,
    Schedule,
    ValueKind,
)
from initiatives.values import Reported

# A value more than so many times the last one, or less than that part of it, is looked at first.
JUMP = 10
# What people report in other kinds (words, "in progress") says nothing against a fetched value.
COMPARED = (ValueKind.NUMBER, ValueKind.DATE, ValueKind.YES_NO)


class NothingHeld(Exception):
    """Somebody decided already; the words can be shown."""


def period_of(schedule: str, day: date) -> date:
    """Return the first day of the period that a day lies in."""
    if schedule == Schedule.MONTHLY:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if schedule == Schedule.WEEKLY else day


def note(connector: Connector, value: Scalar, now: datetime) -> FetchedValue:
    """Keep what a source said in this period: take it over, or hold it where it looks odd.

    In another unit than the one somebody confirmed every value is held.
    """
    day = timezone.localdate(now)
    last = connector.fetched.filter(state=FetchedState.TAKEN).first()
    period = period_of(connector.schedule, day)
    row = connector.fetched.filter(period=period).first()
    if row is not None and _same(row, value) and not _means_another(connector, row):
        row.fetched_at = now
        row.save(update_fields=["fetched_at"])
        return row
    row = row or FetchedValue(connector=connector, period=period)
    corrects = _own_measurement(row)
    row.kind, row.number, row.date, row.yes = value.kind, value.number, value.date, value.yes
    row.fetched_at, row.decided_by, row.decided_at = now, None, None
    waits = (
        connector.has_other_unit
        or _looks_odd(last, _reported_now(connector), value)
        # A person said something else since than what the source had said.
        or (corrects is not None and corrects != row.measurement)
    )
    # While a value is held, the one of this period that counts stays beside it.
    row.state = FetchedState.HELD if waits else FetchedState.TAKEN
    if row.state == FetchedState.TAKEN:
        row.measurement = _taken_over(row, last, corrects=corrects, actor=None)
    row.save()
    return row


def _means_another(connector: Connector, row: FetchedValue) -> bool:
    """Say whether the same number means something else by now: nobody looked at it in this unit."""
    if row.state == FetchedState.REFUSED:
        return row.decided_by_id is None
    return row.state == FetchedState.TAKEN and connector.has_other_unit


def _reported_now(connector: Connector) -> Measurement | None:
    """Return the KPI's newest value that could have come from a source, in the unit of today."""
    known = connector.kpi.measurements.current().filter(city=connector.city, is_former=False)
    known = known.filter(kind__in=COMPARED).order_by(F("as_of").desc(nulls_last=True), "-pk")
    return known.first()


def _own_measurement(row: FetchedValue) -> Measurement | None:
    """Lock and return what counts for the period of a row; None where that is an earlier one's.

    What was reported in a former unit is corrected by nothing that came in this one.
    """
    if row.measurement is None or row.measurement.fetched.count() > 1:
        return None
    holds = corrections.standing(row.measurement)
    return None if holds.is_former else holds


@transaction.atomic
def decide(connector: Connector, key: int, *, takes: bool, actor: User) -> str:
    """Take a held value over, or not; what was held before it goes with it.

    Returns the value in words.
    """
    locked = Connector.objects.select_for_update().get(pk=connector.pk)
    held = connector.fetched.filter(state=FetchedState.HELD)
    row = held.filter(pk=key).first()
    if row is None:
        raise NothingHeld(_("Somebody has decided about this value already."))
    last = connector.fetched.filter(state=FetchedState.TAKEN).first()
    words, now = value_words(row), timezone.now()
    older = list(held.filter(period__lt=row.period))
    for one in older if takes else [row, *older]:
        _leave_out(one, actor, now)
    if takes:
        row.state, row.decided_by, row.decided_at = FetchedState.TAKEN, actor, now
        row.measurement = _taken_over(row, last, corrects=_own_measurement(row), actor=actor)
        row.save()
        locked.unit = locked.kpi.unit
        locked.save(update_fields=["unit"])
    return words


def _leave_out(row: FetchedValue, actor: User | None, now: datetime | None) -> None:
    """Refuse a held value; where another one of its period counts, that is what came."""
    row.state, row.decided_by, row.decided_at = FetchedState.REFUSED, actor, now
    counts = row.measurement
    if counts is not None:
        row.state, row.kind = FetchedState.TAKEN, counts.kind
        row.number, row.date, row.yes = counts.number, counts.date, counts.yes
    row.save()


def hold(kpi: KPI) -> list[Connector]:
    """Lock the sources of a KPI and return them; what is being taken over is waited for."""
    return list(kpi.connectors.select_for_update(of=("self",)))


@transaction.atomic
def change_unit(kpi: KPI, before: str, *, is_renamed: bool) -> int:
    """Let the sources of a KPI rest whose unit has changed; return how many do.

    Call it before the numbers are converted: what is being taken over in the old unit at this
    moment is waited for. Where only the name of the unit changed, all go on.
    """
    known = hold(kpi)
    chosen = [] if is_renamed else [one for one in known if one.pick]
    for one in chosen:
        one.status, one.trial = ConnectorStatus.SETUP, ""
        one.version += 1
        one.save(update_fields=["status", "trial", "version"])
        # It was said in the old unit. When it comes again, it waits in the new one.
        for row in one.fetched.filter(state=FetchedState.HELD):
            _leave_out(row, None, None)
    if is_renamed:
        kpi.connectors.filter(unit=before).update(unit=kpi.unit)
    return len(chosen)


def value_words(row: FetchedValue) -> str:
    """Return a fetched value in words."""
    return picks.said(_scalar(row))


def trouble_of(connector: Connector) -> str:
    """Return what went wrong last, in words; "" when nothing did."""
    return troubles.words(connector.trouble, connector.trouble_detail)


def _scalar(row: FetchedValue | Measurement) -> Scalar:
    return Scalar(ValueKind(row.kind), row.number, row.date, row.yes)


def _same(row: FetchedValue, value: Scalar) -> bool:
    return _scalar(row) == value


def _looks_odd(last: FetchedValue | None, now: Measurement | None, value: Scalar) -> bool:
    """Say whether a value is of another kind than the ones before, or jumps tenfold.

    Before it are the last one from this source, and what people report as the KPI's value now.
    """
    for before in (last, now):
        if before is None:
            continue
        if before.kind != value.kind:
            return True
        known = before.number is not None and value.number is not None
        if known and _jumps(before.number, value.number):  # type: ignore[arg-type]
            return True
    return False


def _jumps(before: Decimal, now: Decimal) -> bool:
    small, large = sorted((abs(before), abs(now)))
    if small == 0:
        return large >= JUMP
    return large > JUMP * small or (before < 0) != (now < 0)


def _taken_over(
    row: FetchedValue,
    last: FetchedValue | None,
    *,
    corrects: Measurement | None,
    actor: User | None,
) -> Measurement:
    """Report the value; one that has not changed is not repeated within a month."""
    if corrects is not None and _scalar(corrects) == _scalar(row):
        return corrects
    day = timezone.localdate(row.fetched_at)
    before = last.measurement if last is not None and last != row and corrects is None else None
    if before is not None and last is not None and _same(last, _scalar(row)):
        is_current = before.corrected_by_id is None and not before.is_former
        is_current = is_current and before.as_of is not None
        if is_current and before.as_of.replace(day=1) == day.replace(day=1):  # type: ignore[union-attr]
            return before
    connector = row.connector
    said = picks.said(_scalar(row))
    value = Reported(ValueKind(row.kind), said, number=row.number, date=row.date, yes=row.yes)
    shown = addresses.for_the_public(connector.kind, connector.address)
    told = services.Circumstances(dates.of_day(day), shown[:500], "", connector.city)
    made = services.as_measurement(connector.kpi, value, told, reported_by=actor)
    made.save()
    if corrects is not None:
        corrections.correct(corrects, made)
    return made
