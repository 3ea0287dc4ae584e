"""Rounds of groups and of one-to-one talks, with the invented people who sit in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cities.models import City, Theme
from cities.programme import Loading, Record, person
from events.models import (
    Event,
    Meeting,
    MeetingAsker,
    MeetingExpert,
    MeetingRound,
    MeetingSlot,
    PeerGroup,
    PeerRound,
    PeerSeat,
    RoundCity,
    RoundGuide,
    RoundState,
    Session,
)
from events.services import group_turns


def load_rounds(loading: Loading, record: Record, event: Event, is_new: bool) -> None:
    """Load the rounds of a meeting, once, and where there are invented people alone."""
    groups, talks = record.children("peer_rounds"), record.children("meeting_rounds")
    if not (loading.accounts and is_new):
        return
    for item in groups:
        _load_groups(loading, item, event)
    for item in talks:
        _load_talks(loading, item, event)


def _session(record: Record, event: Event, slug: str) -> Session:
    found = Session.objects.filter(day__event=event, slug=slug).first()
    if found is None:
        raise record.wrong("session", f"“{slug}” is no session of this meeting.")
    return found


def _standing(loading: Loading, record: Record, *, has_plan: bool) -> dict[str, Any]:
    """Return the state of a round, and since when it is published if it is."""
    published = loading.ago(record, "published_days_ago")
    if published is not None:
        return {"state": RoundState.PUBLISHED, "published_at": published}
    return {"state": RoundState.PROPOSED if has_plan else RoundState.DRAFT}


def _load_groups(loading: Loading, record: Record, event: Event) -> None:
    groups = record.children("groups")
    round = loading.create(
        PeerRound,
        record,
        event=event,
        title=record.text("title"),
        **_standing(loading, record, has_plan=bool(groups)),
        **loading.marks(record),
    )
    round.sessions.set([_session(record, event, slug) for slug in record.items("sessions")])
    entries, guides = {}, {}
    for item in record.children("cities"):
        city = loading.find(City, item, "city")
        entries[city.slug] = loading.create(
            RoundCity,
            item,
            many={"themes": loading.find_all(Theme, item, "themes")},
            round=round,
            city=city,
            languages=item.text("languages", "en"),
            challenge=item.text("challenge"),
        )
        item.close()
    for item in record.children("guides"):
        who = item.get("city") or item.need("person")
        guides[who] = loading.create(
            RoundGuide,
            item,
            many={"themes": loading.find_all(Theme, item, "themes")},
            round=round,
            city=loading.find_or_none(City, item, "city"),
            user=None if item.get("city") else person(loading, item, "person"),
            languages=item.text("languages", "en"),
        )
        item.close()
    for item in groups:
        group = loading.create(
            PeerGroup,
            item,
            round=round,
            number=item.whole("number"),
            session=_session(item, event, item.need("session")),
            label=item.text("label"),
            guide=guides.get(item.text("guide")),
        )
        for slug in item.items("cities"):
            if slug not in entries:
                raise item.wrong("cities", f"“{slug}” is not among the cities of the round.")
            loading.create(PeerSeat, item, group=group, entry=entries[slug])
        item.close()
    group_turns.set_turns(round)
    record.close()


def _load_talks(loading: Loading, record: Record, event: Event) -> None:
    talks = record.children("talks")
    round = loading.create(
        MeetingRound,
        record,
        event=event,
        title=record.text("title"),
        most_per_city=record.whole("most_per_city") or 3,
        **_standing(loading, record, has_plan=bool(talks)),
        **loading.marks(record),
    )
    slots = _load_slots(loading, record, round, _session(record, event, record.need("session")))
    experts: dict[str, MeetingExpert] = {}
    for item in record.children("experts"):
        expert = loading.create(
            MeetingExpert,
            item,
            round=round,
            user=person(loading, item, "person"),
            kind=item.text("kind"),
            about=item.text("about"),
        )
        experts[item.need("person")] = expert
        for number in item.items("slots"):
            expert.offers.create(slot=slots[number - 1], room=item.text("room"))
        item.close()
    askers: dict[str, MeetingAsker] = {}
    for item in record.children("cities"):
        city = loading.find(City, item, "city")
        asker = loading.create(MeetingAsker, item, round=round, city=city)
        askers[city.slug] = asker
        for rank, wish in enumerate(item.children("wishes"), start=1):
            asker.wishes.create(
                expert=experts[wish.need("person")],
                rank=rank,
                question=wish.text("question"),
                asked_at=loading.now - timedelta(days=3) + timedelta(hours=len(askers)),
            )
            wish.close()
        item.close()
    for item in talks:
        loading.create(
            Meeting,
            item,
            round=round,
            asker=askers[item.need("city")],
            expert=experts[item.need("person")],
            slot=slots[(item.whole("slot") or 1) - 1],
        )
        item.close()
    record.close()


def _load_slots(
    loading: Loading, record: Record, round: MeetingRound, session: Session
) -> list[MeetingSlot]:
    minutes, pause = record.whole("minutes") or 20, record.whole("pause") or 0
    if session.starts_at is None or session.ends_at is None:
        raise record.wrong("session", "has no hours, so it cannot be parted into slots.")
    slots, starts = [], session.starts_at
    while starts + timedelta(minutes=minutes) <= session.ends_at:
        ends = starts + timedelta(minutes=minutes)
        slots.append(
            loading.create(MeetingSlot, record, round=round, starts_at=starts, ends_at=ends)
        )
        starts = ends + timedelta(minutes=pause)
    return slots
