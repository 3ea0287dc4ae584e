"""Events with their figures, cities and days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Model

from cities.models import City, Edition, Organisation
from cities.programme import Loading, Record, person
from events.models import (
    CityAttendance,
    Event,
    EventDay,
    EventFigure,
    EventKind,
    EventStatus,
    Registration,
    RegistrationStatus,
)
from events.programme.agenda import load_sessions
from events.programme.announced import load_guests, load_versions
from events.programme.rounds import load_rounds

GROUPS = "events/action-groups.yaml"
SATURDAY = 5


def load_meetings(loading: Loading) -> None:
    """Load every file of meetings: those that took place, and invented ones where asked for."""
    names = [name for name in loading.files.names("events") if name != GROUPS]
    for name in [*names, "demonstration/events.yaml"]:
        for record in loading.files.records(name, key="event"):
            _load_meeting(loading, record)


def _load_meeting(loading: Loading, record: Record) -> None:
    about = record.child("event")
    if about is None:
        raise record.wrong("event", "is missing; it holds the title and the dates.")
    about.label = about.text("slug")
    if not loading.wanted(about):
        return
    known = (about.label,) in loading.index(Event, ("slug",))
    if "starts_in_days" in about.data and known:
        # An invented meeting keeps the days it got when it was loaded first.
        loading.unchanged[Event] += 1
        return
    event, is_new = _load_event(loading, about)
    _load_figures(loading, about, event)
    _load_cities(loading, about, event)
    record.inherited = about.mark()
    for item in record.children("days"):
        item.label = f"{about.label} › {item.get('date') or item.get('day')}"
        _load_day(loading, item, event)
    _load_registrations(loading, about, event, is_new)
    load_rounds(loading, record, event, is_new)
    load_versions(loading, record, event, is_new)
    load_guests(loading, record, event, is_new)
    record.close()
    about.close()


def _load_event(loading: Loading, record: Record) -> tuple[Event, bool]:
    starts_on, ends_on = _span(loading, record)
    zone_name = record.text("time_zone", "Europe/Brussels")
    try:
        zone = ZoneInfo(zone_name)
    except (KeyError, ValueError):
        raise record.wrong(
            "time_zone", f"“{zone_name}” is no time zone; see the IANA list."
        ) from None
    return loading.put(
        Event,
        record,
        {"slug": record.need("slug")},
        many={"organisers": loading.find_all(Organisation, record, "organisers")},
        title=record.text("title"),
        kind=loading.find(EventKind, record, "kind"),
        edition=loading.find_or_none(Edition, record, "edition"),
        status=EventStatus.PUBLISHED,
        summary=record.text("summary"),
        description=record.text("description"),
        starts_on=starts_on,
        ends_on=ends_on,
        dates_note=record.text("dates_note"),
        time_zone=zone_name,
        format=record.text("format", "online"),
        place=record.text("place"),
        city=loading.find_or_none(City, record, "city"),
        country=record.text("country"),
        link=record.text("link"),
        capacity=record.whole("capacity"),
        registration_opens_at=loading.ago(record, "registration_opens_days_ago"),
        registration_closes_at=_end_of_day_ahead(
            loading, record, "registration_closes_in_days", zone
        ),
        **loading.marks(record),
    )


def _span(loading: Loading, record: Record) -> tuple[date | None, date | None]:
    ahead = record.whole("starts_in_days")
    if ahead is None:
        return record.day("starts_on"), record.day("ends_on")
    starts_on = loading.today + timedelta(days=ahead)
    further = timedelta(days=(record.whole("days_long") or 1) - 1)
    # Nobody meets at a weekend: the meeting begins on the next day from which all are weekdays.
    while starts_on.weekday() + further.days >= SATURDAY:
        starts_on += timedelta(days=1)
    return starts_on, starts_on + further


def _end_of_day_ahead(
    loading: Loading, record: Record, name: str, zone: ZoneInfo
) -> datetime | None:
    days = record.whole(name)
    if days is None:
        return None
    return datetime.combine(loading.today + timedelta(days=days), time(23, 59), zone)


def _load_figures(loading: Loading, record: Record, event: Event) -> None:
    for position, item in enumerate(record.children("figures")):
        loading.put(
            EventFigure,
            item,
            {"event": event, "label": item.need("label")},
            value=item.text("value"),
            position=position,
            **loading.marks(item),
        )
        item.close()


def _load_cities(loading: Loading, record: Record, event: Event) -> None:
    for item in record.children("cities"):
        key: dict[str, Model] = {"event": event, "city": loading.find(City, item, "city")}
        loading.put(CityAttendance, item, key, note=item.text("note"), **loading.marks(item))
        item.close()


def _load_day(loading: Loading, record: Record, event: Event) -> None:
    number = record.whole("day")
    day = record.day("date") if number is None else event.starts_on + timedelta(days=number - 1)
    if day is None or not event.starts_on <= day <= event.ends_on:
        raise record.wrong("date", f"{day} is not between {event.starts_on} and {event.ends_on}.")
    row, _new = loading.put(
        EventDay,
        record,
        {"event": event, "date": day},
        title=record.text("title"),
        summary=record.text("summary"),
    )
    load_sessions(loading, record, row, ZoneInfo(event.time_zone))
    record.close()


def _load_registrations(loading: Loading, record: Record, event: Event, is_new: bool) -> None:
    items = record.children("registrations")
    if not (loading.accounts and is_new):
        return
    for position, item in enumerate(items):
        waits = event.capacity is not None and position >= event.capacity
        loading.create(
            Registration,
            item,
            event=event,
            user=person(loading, item, "person"),
            city=loading.find_or_none(City, item, "city"),
            status=RegistrationStatus.WAITING if waits else RegistrationStatus.CONFIRMED,
            queued_at=loading.now - timedelta(days=9) + timedelta(hours=position),
        )
        item.close()
