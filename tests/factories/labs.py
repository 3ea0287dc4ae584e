"""Rounds of groups and of one-to-one talks at a lab that lies ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cities import uploads
from cities.models import City, User
from events.models import (
    Event,
    EventPhoto,
    Meeting,
    MeetingAsker,
    MeetingExpert,
    MeetingRound,
    MeetingSlot,
    PeerRound,
    Poll,
    PollQuestion,
    RoundState,
    ThematicActionGroup,
)
from events.services import polls
from tests.factories.programme import make_city, make_edition, make_event, make_session, make_user
from tests.uploads import a_picture

# Far enough ahead that no test outlives it.
DAY = date(2090, 6, 1)
COUNTRIES = ["FR", "ES", "IT", "PT", "DE", "FI"]


def make_lab(**fields: Any) -> Any:
    """An event that lies ahead."""
    return make_event(**{"starts_on": DAY, "ends_on": DAY, "time_zone": "UTC", **fields})


def make_sitting(event: Any, hour: int = 10, minutes: int = 90) -> Any:
    """A session of a lab in which groups meet."""
    starts = datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=UTC)
    return make_session(event, starts_at=starts, ends_at=starts + timedelta(minutes=minutes))


def make_peer_round(cities: int | list[City] = 6, *, event: Any = None, **fields: Any) -> PeerRound:
    """A round of so many cities of different countries in one session."""
    event = event or make_lab()
    round = PeerRound.objects.create(event=event, **{"title": "Peer review", **fields})
    round.sessions.add(make_sitting(event))
    if isinstance(cities, int):
        cities = [make_city(country=COUNTRIES[at % len(COUNTRIES)]) for at in range(cities)]
    for city in cities:
        round.entries.create(city=city)
    return round


def make_meeting_round(slots: int = 3, *, published: bool = False, **fields: Any) -> MeetingRound:
    """A round of so many slots of 20 minutes, one after the other."""
    if published:
        fields |= {"state": RoundState.PUBLISHED, "published_at": timezone.now()}
    event = fields.pop("event", None) or make_lab()
    round = MeetingRound.objects.create(event=event, **{"title": "One to one", **fields})
    for at in range(slots):
        starts = datetime(DAY.year, DAY.month, DAY.day, 14, tzinfo=UTC) + timedelta(minutes=30 * at)
        round.slots.create(starts_at=starts, ends_at=starts + timedelta(minutes=20))
    return round


def make_meeting_expert(
    round: MeetingRound, *slots: MeetingSlot, user: User | None = None, **fields: Any
) -> MeetingExpert:
    """An expert who offers some slots online."""
    expert = round.experts.create(user=user or make_user(), **fields)
    for slot in slots:
        expert.offers.create(slot=slot)
    return expert


def make_asker(
    round: MeetingRound, *experts: MeetingExpert, city: City | None = None
) -> MeetingAsker:
    """A city that wishes for experts, the dearest first."""
    asker = round.askers.create(city=city or make_city())
    for rank, expert in enumerate(experts, start=1):
        asker.wishes.create(expert=expert, rank=rank, question="How?")
    return asker


def make_meeting(
    asker: MeetingAsker, expert: MeetingExpert, slot: MeetingSlot, **fields: Any
) -> Meeting:
    """A talk."""
    return Meeting.objects.create(
        round=asker.round, asker=asker, expert=expert, slot=slot, **fields
    )


def make_group(*cities: str, **fields: Any) -> ThematicActionGroup:
    """An action group with cities of these names as its members."""
    known = {"slug": f"group-{ThematicActionGroup.objects.count()}", "name": "A group", **fields}
    group = ThematicActionGroup.objects.create(edition=make_edition(), **known)
    for name in cities:
        group.members.create(city=make_city(name=name))
    return group


def make_poll(session: Any = None, *, live: bool = True, **fields: Any) -> Poll:
    """A poll in a session of a lab that lies ahead; the room is in unless it says otherwise."""
    poll = polls.prepare(session or make_sitting(make_lab()), **{"title": "A poll", **fields})
    if live:
        Poll.objects.filter(pk=poll.pk).update(state="live")
        poll.state = "live"
    return poll


def make_question(poll: Poll, kind: str = "one", *texts: str, **fields: Any) -> PollQuestion:
    """A question at the end of a poll with these choices, or two; of a quiz the first is right."""
    position = polls.next_position(poll)
    known = {"text": f"Question {position}", "position": position, **fields}
    is_open = known.pop("open", False)
    question = poll.questions.create(kind=kind, **known)
    if kind == "scale":
        texts = ("1", "2", "3", "4", "5")
    elif kind != "words":
        texts = texts or ("Yes", "No")
    polls.set_options(question, texts, right=0 if kind == "quiz" else None)
    if is_open:
        polls.open_question(question)
        question.refresh_from_db()
    return question


def make_photo(event: Event, upload: Any = None, **fields: Any) -> EventPhoto:
    """A photograph of an event, with its file where files lie."""
    kept = uploads.read(upload or a_picture())
    fields = {"shows": "A green square.", **fields}
    return EventPhoto.objects.create(
        event=event, file=uploads.keep(kept), **kept.columns(), **fields
    )
