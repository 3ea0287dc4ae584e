"""The sessions of a day as a list draws them: those of one hour side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cities.templatetags.drawing import fill
from events.agenda import Span, spans_of
from events.filters import language_name
from events.models import Audience, Event, PartOfDay
from events.schedule import Row

MOST_WORDS = 30


@dataclass(frozen=True)
class Told:
    """What is said once for all sessions, and how the others are told."""

    event: Event
    zone: tzinfo
    reader: ZoneInfo | None
    with_summaries: bool
    audience: str = ""
    """What most sessions share is told once for all of them; as is the language."""
    language: str = ""
    starred: set[int] | None = None
    """Which sessions the reader starred; None for visitors, who tick boxes instead."""
    places: Mapping[int, str] = field(default_factory=dict)
    """Words about the place the reader has in a session, by its key."""
    chosen: Collection[int] = ()
    """Which boxes stand ticked."""


@dataclass(frozen=True)
class DrawnSlot:
    """Sessions of one hour, or of one part of the day where no hours are known."""

    time: SafeString
    rows: list[SafeString]


def days_with_slots(rows: Iterable[Row], told: Told) -> list[dict[str, Any]]:
    """Return the days of rows, hour by hour."""
    return [
        {"date": day, "slots": slots_of(of_day, told)}
        for day, of_day in groupby(rows, lambda row: row.date)
    ]


def slots_of(rows: Iterable[Row], told: Told) -> list[DrawnSlot]:
    """Return the sessions of a day, in order, hour by hour."""
    return [
        DrawnSlot(_time(same[0], told), [_row(row, told) for row in same])
        for _key, group in groupby(rows, lambda row: (row.starts_at, row.ends_at, _part(row)))
        if (same := list(group))
    ]


def _part(row: Row) -> str:
    return "" if row.starts_at else row.part_of_day


def _time(row: Row, told: Told) -> SafeString:
    if not (row.starts_at and row.ends_at):
        part = str(PartOfDay(row.part_of_day).label)
        return fill("events/_agenda_time.html", part=part)
    zone = told.zone if isinstance(told.zone, ZoneInfo) else ZoneInfo("UTC")
    span, own = spans_of(row.starts_at, row.ends_at, zone, told.reader)
    return fill(
        "events/_agenda_time.html",
        starts_iso=span.starts.isoformat(),
        starts=_clock(span.starts),
        ends_iso=span.ends.isoformat(),
        ends=_clock(span.ends),
        zone=span.zone,
        own=_own(span, own) if own else "",
        your_time=_("your time"),
    )


def _own(span: Span, own: Span) -> str:
    """Say the reader's own time, with the weekday where it is another day."""
    day = "" if own.starts.date() == span.starts.date() else f"{date_format(own.starts, 'D')} "
    return f"{day}{_clock(own.starts)}–{_clock(own.ends)} {own.zone}"


def _clock(moment: datetime) -> str:
    return time_format(moment, "TIME_FORMAT")


def _row(row: Row, told: Told) -> SafeString:
    audience = ""
    if told.audience and row.audience != told.audience:
        audience = str(Audience(row.audience).label)
    summary = ""
    if told.with_summaries and row.summary:
        summary = Truncator(row.summary).words(MOST_WORDS)
    return fill(
        "events/_agenda_row.html",
        key=str(row.pk),
        box="yes" if told.starred is None else "",
        star="yes" if told.starred is not None and row.pk in told.starred else "",
        ticked="yes" if row.pk in told.chosen else "",
        url=row.address(told.event),
        title=row.title,
        summary=summary,
        who="; ".join(row.who),
        place=told.places.get(row.pk, ""),
        cancelled=_("Cancelled") if row.is_cancelled else "",
        kind=row.kind_name,
        track=row.track_name or "",
        theme=row.theme_name or "",
        group=row.group_name or "",
        room=row.room or "",
        audience=audience,
        language=language_name(row.language)
        if told.language and row.language != told.language
        else "",
    )
