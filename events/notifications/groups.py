"""Who is told of peer-review groups, by mail."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from django.urls import reverse

from cities import mails
from cities.models import City, User
from events.models import PeerGroup, PeerRound, RoundGuide, known_zone
from events.notifications.involved import team_of


def tell_groups(round: PeerRound) -> None:
    """Mail everybody in a group of a published round: once, and again when the group changes.

    Who had a place when members were told last, and has none any more, is told so. Takes the round
    as its transaction holds it, and keeps in it what was told.
    """
    if not round.event.may_be_told:
        return
    told, now = round.told, _Told(turn=round.told.get("turn", 0) + 1)
    groups = round.groups.select_related("session__day__event", "guide__city", "guide__user")
    for group in groups.prefetch_related("seats__entry__city"):
        seats, guide = list(group.seats.all()), group.guide
        cities = [seat.entry.city_id for seat in seats]
        says, key = _says(group, cities), str(group.pk)
        as_once = _says(group, cities, group.session.starts_at)
        before, turn = told.get("groups", {}).get(key, ["", 0])
        if guide:
            now.guides[key] = [group.number, *_who(guide)]
        # A mentor's row may have become somebody else's.
        guided = told.get("guides", {}).get(key, now.guides.get(key))
        has_changed = before not in (says, as_once) or guided != now.guides.get(key)
        now.groups[key] = [says, turn + has_changed]
        now.cities += [*cities, *([guide.city_id] if guide and guide.city_id else [])]
        now.people += [guide.user_id] if guide and guide.user_id else []
        people = team_of(*cities, *([guide.city_id] if guide and guide.city_id else []))
        people += [guide.user] if guide and guide.user else []
        for person in dict.fromkeys(people):
            mails.write(
                "peer-group",
                # A group that is again what it once was has changed all the same: turns count.
                key=f"peer-group:{group.pk}:{now.groups[key][1]}",
                to=person,
                template="emails/events_peer_group.txt",
                link=group.get_absolute_url(),
                about=f"events.peergroup:{group.pk}",
                group=group,
                seats=seats,
                session=group.session,
                event=group.session.day.event,
                zone=known_zone(group.session.day.event.time_zone) or UTC,
            )
    _tell_lost(round, now)
    _tell_guides(round, now)
    round.told = asdict(now)
    round.save(update_fields=["told"])


@dataclass
class _Told:
    """What members of a round are told; see PeerRound.told."""

    turn: int
    groups: dict[str, list[str | int]] = field(default_factory=dict)
    cities: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    guides: dict[str, list[int | str]] = field(default_factory=dict)


def _tell_lost(round: PeerRound, now: _Told) -> None:
    """Mail the teams of cities, and the experts, that had a place and have none any more."""
    cities = City.objects.filter(pk__in=set(round.told.get("cities", [])) - set(now.cities))
    people = User.objects.filter(pk__in=set(round.told.get("people", [])) - set(now.people))
    lost: list[tuple[str, User, City | None]] = [
        (f"city:{city.pk}", person, city)
        for city in cities.order_by("pk")
        for person in team_of(city.pk)
    ]
    lost += [("person", person, None) for person in people.order_by("pk")]
    for who, person, city in lost:
        mails.write(
            "peer-group",
            key=f"peer-round:{round.pk}:lost:{now.turn}:{who}",
            to=person,
            template="emails/events_peer_group_lost.txt",
            link=reverse("events:my-meetings", kwargs={"slug": round.event.slug}),
            about=f"events.peerround:{round.pk}",
            city=city,
            event=round.event,
        )


def _tell_guides(round: PeerRound, now: _Told) -> None:
    """Mail mentors and experts who sit with one group less, and still with another."""
    for key, (number, kind, who) in round.told.get("guides", {}).items():
        has_others = who in (now.cities if kind == "city" else now.people)
        if now.guides.get(key, [])[1:] == [kind, who] or not has_others:
            # Who has none left is told of that.
            continue
        people = team_of(who) if kind == "city" else list(User.objects.filter(pk=who))
        for person in people:
            mails.write(
                "peer-group",
                key=f"peer-round:{round.pk}:guide:{now.turn}:{key}",
                to=person,
                template="emails/events_peer_group_guided_no_more.txt",
                link=reverse("events:my-meetings", kwargs={"slug": round.event.slug}),
                about=f"events.peerround:{round.pk}",
                city=City.objects.filter(pk=who).first() if kind == "city" else None,
                number=number,
                event=round.event,
            )


def _who(guide: RoundGuide) -> tuple[str, int]:
    """Return which city or person a mentor or expert is."""
    if guide.city_id:
        return "city", guide.city_id
    return "person", guide.user_id or 0


def _says(group: PeerGroup, cities: list[int], *starts_at: datetime | None) -> str:
    """Return what a mail about a group says, short: what says the same is not told again.

    Hours and rooms of sessions are told with the agenda. Once the beginning stood here as well,
    and still does in what was kept then.
    """
    told = [group.session_id, *starts_at, group.guide_id, group.label, group.link]
    return sha256(repr([*told, cities]).encode()).hexdigest()[:16]
