"""The sessions of an event or of one of its days, as an agenda or an export lists them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.text import slugify

from cities.prepared import Prepared
from events.models import Event, EventDay, Session, Talk

COLUMNS = (
    "pk", "slug", "day__date", "title", "summary", "starts_at", "ends_at", "part_of_day",
    "kind__slug", "kind__name", "track", "track__name", "theme__slug", "theme__short_name",
    "group__slug", "group__name", "room__name", "audience", "language", "is_cancelled", "sequence",
    "changed_at",
)  # fmt: skip
OF_TALKS = (
    "session", "title", "speaker__name", "speaker_name", "organisation__name", "city__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """A day of an event, with how many sessions it has."""

    pk: int
    date: date
    title: str
    summary: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A talk by who gives it: a person's name, and the organisation or city they speak for."""

    talk: str
    person: str
    bodies: tuple[str, ...]

    @property
    def words(self) -> str:
        """Name person, organisation and city, as far as they are known."""
        return ", ".join(filter(None, [self.person, *self.bodies]))


@dataclass(frozen=True, slots=True)
class Row:
    """A session with the names of all that it points to."""

    pk: int
    slug: str
    date: date
    title: str
    summary: str
    starts_at: datetime | None
    ends_at: datetime | None
    part_of_day: str
    kind: str
    kind_name: str
    track: int | None
    track_name: str | None
    theme: str | None
    theme_name: str | None
    group: str | None
    group_name: str | None
    room: str | None
    audience: str
    language: str
    is_cancelled: bool
    sequence: int
    changed_at: datetime
    speakers: tuple[Speaker, ...]

    @property
    def track_code(self) -> str:
        """Return how an address names its track: as `Track.code` does."""
        return slugify(self.track_name or "") or str(self.track or "")

    @property
    def who(self) -> list[str]:
        """Name those who speak, each once."""
        return list(dict.fromkeys(filter(None, (one.words for one in self.speakers))))

    @property
    def bodies(self) -> list[str]:
        """Name the organisations and cities that speak, each once."""
        return list(dict.fromkeys(name for one in self.speakers for name in one.bodies))

    def address(self, event: Event) -> str:
        """Return the address of its page, as `Session.get_absolute_url` does."""
        return f"{event.get_absolute_url()}{self.date.isoformat()}/{self.slug}/"


def days_of(event: Event) -> list[Day]:
    """Return the days of an event; one query."""
    return [Day(*values) for values in _days(event.pk)]


def sessions_of(event: Event, day: int | None = None) -> list[Row]:
    """Return the sessions of an event, or of one day, in order; two queries."""
    if day is None:
        found, talks = _sessions(event.pk), _talks(event.pk)
    else:
        found, talks = _sessions_of_day(day), _talks_of_day(day)
    return rows_of(found, talks)


def rows_of(found: list[tuple[Any, ...]], talks: list[tuple[Any, ...]]) -> list[Row]:
    """Put sessions and talks together, as COLUMNS and OF_TALKS have read them."""
    speakers: dict[Any, list[Speaker]] = defaultdict(list)
    for session, title, member, outsider, organisation, city in talks:
        bodies = tuple(filter(None, (organisation, city)))
        speakers[session].append(Speaker(title, member or outsider, bodies))
    told: list[tuple[Any, ...]] = [(*values, tuple(speakers[values[0]])) for values in found]
    return [Row(*values) for values in told]


def in_columns(sessions: QuerySet[Session]) -> QuerySet[Session, tuple[Any, ...]]:
    """Read sessions as plain values, in order."""
    return sessions.in_order().values_list(*COLUMNS)  # type: ignore[attr-defined,no-any-return]


def talks_in_columns(talks: QuerySet[Talk]) -> QuerySet[Talk, tuple[Any, ...]]:
    """Read talks as plain values, in order."""
    return talks.order_by("item__position", "position", "pk").values_list(*OF_TALKS)


_days = Prepared(
    lambda event: (
        EventDay.objects.filter(event=event)
        .order_by("date")
        .values_list("pk", "date", "title", "summary", Count("sessions"))
    ),
    int,
)
_sessions = Prepared(lambda event: in_columns(Session.objects.filter(day__event=event)), int)
_talks = Prepared(
    lambda event: talks_in_columns(Talk.objects.filter(session__day__event=event)), int
)
_sessions_of_day = Prepared(lambda day: in_columns(Session.objects.filter(day=day)), int)
_talks_of_day = Prepared(lambda day: talks_in_columns(Talk.objects.filter(session__day=day)), int)
