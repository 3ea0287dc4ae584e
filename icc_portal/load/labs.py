"""A trial lab: days full of sessions in tracks and rooms, with blocks and speakers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from cities.models import City, Theme
from events.models import (
    AgendaItem,
    Audience,
    Event,
    EventDay,
    EventFormat,
    EventKind,
    EventStatus,
    Registration,
    Room,
    Session,
    SessionFeedback,
    SessionKind,
    Talk,
    Track,
)
from icc_portal.load.places import trial_cities
from icc_portal.load.words import Language, invented_name, languages

SLUG = "lab-on-trial"
TRACKS = ["Open data", "Clean air", "Energy", "Mobility", "Skills"]
# Ten sessions one after the other in each of six rooms, all day long.
ROOMS, HOURS = 6, 10
PER_DAY = ROOMS * HOURS
FIRST_HOUR = 8
KINDS = {"plenary": "Plenary", "workshop": "Workshop", "peer-review": "Peer review"}
BLOCKS = [("Welcome", 5), ("Pitches", 20), ("Discussion", 20)]


@transaction.atomic
def write_lab(sessions: int) -> Event:
    """Write a lab of so many sessions that begins in a month; the one that was there goes first.

    A day is full before the next begins, so of a longer lab the first day looks the same.
    """
    remove_lab()
    chance = Random(SLUG)  # noqa: S311 - nothing secret, and the same on purpose
    event = _event(days=max(1, -(-sessions // PER_DAY)))
    rows = _sessions(event, sessions, chance)
    AgendaItem.objects.bulk_create(
        AgendaItem(session=one, position=place, title=title, minutes=minutes, demonstration=True)
        for one in rows
        for place, (title, minutes) in enumerate(BLOCKS)
    )
    _talks(rows, trial_cities(), chance)
    return event


def remove_lab() -> None:
    """Take the trial lab away."""
    SessionFeedback.objects.filter(session__day__event__slug=SLUG).delete()
    Registration.objects.filter(event__slug=SLUG).delete()
    Event.objects.filter(slug=SLUG, demonstration=True).delete()


def _event(days: int) -> Event:
    kind, _made = EventKind.objects.get_or_create(
        slug="city-lab", defaults={"name": "City Lab", "name_plural": "City Labs"}
    )
    starts_on = timezone.localdate() + timedelta(days=30)
    return Event.objects.create(
        slug=SLUG,
        title="Trial lab with a large agenda",
        kind=kind,
        status=EventStatus.PUBLISHED,
        summary="An invented lab, to try the portal with.",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        time_zone="Europe/Lisbon",
        format=EventFormat.HYBRID,
        place="Congress centre",
        country="PT",
        demonstration=True,
    )


def _sessions(event: Event, wanted: int, chance: Random) -> list[Session]:
    tracks = Track.objects.bulk_create(
        Track(event=event, name=name, position=place) for place, name in enumerate(TRACKS)
    )
    rooms = Room.objects.bulk_create(
        Room(event=event, name=f"Room {number}", capacity=20 * number, position=number)
        for number in range(1, ROOMS + 1)
    )
    kinds = [
        SessionKind.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in KINDS.items()
    ]
    themes: list[Theme | None] = [*Theme.objects.order_by("pk")[:6]] or [None]
    spoken = [one for one in languages() if one.code in {"en", "fr", "es"}]
    days = EventDay.objects.bulk_create(
        EventDay(event=event, date=event.starts_on + timedelta(days=number))
        for number in range((event.ends_on - event.starts_on).days + 1)
    )
    rows = []
    for number in range(wanted):
        day, place = days[number // PER_DAY], number % PER_DAY
        said = chance.choice([spoken[0], *spoken])
        rows.append(
            Session(
                day=day,
                slug=f"session-{number + 1:04}",
                title=_title(said, chance),
                kind=kinds[place % len(kinds)],
                summary=chance.choice(said.sentences).format(
                    name=invented_name(chance),
                    city=invented_name(chance),
                    thing=chance.choice(said.things),
                    number=chance.randint(3, 400),
                ),
                starts_at=_start(day.date, place // ROOMS),
                ends_at=_start(day.date, place // ROOMS) + timedelta(minutes=45),
                position=place,
                parallel=f"hour-{place // ROOMS}",
                track=tracks[place % ROOMS % len(tracks)],
                theme=chance.choice(themes),
                audience=chance.choice(Audience.values),
                room=rooms[place % ROOMS],
                language=said.code,
                is_cancelled=number % 50 == 49,
                demonstration=True,
            )
        )
    return Session.objects.bulk_create(rows, batch_size=500)


def _title(said: Language, chance: Random) -> str:
    return f"{chance.choice(said.things)} {chance.choice(said.purposes)}".capitalize()


def _start(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(FIRST_HOUR + hour), UTC)


def _talks(rows: list[Session], cities: list[City], chance: Random) -> None:
    Talk.objects.bulk_create(
        (
            Talk(
                session=one,
                position=place,
                title=f"What we learned, part {place + 1}",
                speaker_name=f"{invented_name(chance)} {invented_name(chance)}",
                city=chance.choice(cities),
                demonstration=True,
            )
            for one in rows
            for place in range(2)
        ),
        batch_size=1_000,
    )
