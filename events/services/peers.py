"""Rounds of groups: who takes part, plans put to use, changes by hand, and publishing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import CityMembership, ExpertAssignment, Participation, User
from events.allocation import peers as plain
from events.allocation.minutes import Timing, timing_of
from events.models import (
    PeerGroup,
    PeerRound,
    PeerSeat,
    RoundCity,
    RoundGuide,
    RoundState,
    Session,
)
from events.services.announced import why_hidden
from events.services.calendar_versions import count_groups, move_to_session
from events.services.peer_problems import Gathered, gather, lengths_of

TOLD = "events.tell_groups"


class GroupsRefused(Exception):
    """Something cannot be done with groups; the words say why."""


@transaction.atomic
def take_in(round: PeerRound) -> tuple[int, int]:
    """Add the cities that come to the event, and its mentors and experts; return how many of each.

    A city whose role in the edition has a roadmap presents; any other one can guide a group, as can
    the edition's experts. Themes are those of the participation, languages those in which the team
    wants its mails, and English. Who is in the round already stays as they are.
    """
    event = round.event
    cities = set(event.attendances.values_list("city", flat=True))
    cities |= set(
        event.registrations.open().filter(city__isnull=False).values_list("city", flat=True)
    )
    there = {*round.entries.values_list("city", flat=True)}
    guiding = {*round.guides.values_list("city", flat=True)}
    roles = Participation.objects.filter(edition=event.edition, city__in=cities)
    by_city = {one.city_id: one for one in roles.select_related("role").prefetch_related("themes")}
    spoken = _languages_of(cities)
    new = guides = 0
    for city in sorted(cities - there - guiding):
        part = by_city.get(city)
        about = {"city_id": city, "languages": spoken.get(city, "en")}
        row: RoundCity | RoundGuide
        if part is not None and not part.role.has_roadmap:
            row = round.guides.create(**about)
            guides += 1
        else:
            row = round.entries.create(**about)
            new += 1
        row.themes.set(part.themes.all() if part else [])
    experts = User.objects.filter(
        pk__in=ExpertAssignment.objects.running().filter(edition=event.edition).values("user"),
        is_active=True,
    ).exclude(pk__in=round.guides.filter(user__isnull=False).values("user"))
    for person in experts:
        round.guides.create(user=person, languages=_codes({person.language}))
        guides += 1
    return new, guides


def _languages_of(cities: Iterable[int]) -> dict[int, str]:
    spoken: dict[int, set[str]] = {}
    members = CityMembership.objects.running().filter(city__in=cities)
    for city, language in members.values_list("city", "user__language"):
        spoken.setdefault(city, set()).add(language)
    return {city: _codes(codes) for city, codes in spoken.items()}


def _codes(codes: set[str]) -> str:
    return ", ".join(sorted({*(code[:2].lower() for code in codes if code), "en"}))


@transaction.atomic
def put_to_use(round: PeerRound, plan: dict[str, Any]) -> None:
    """Seat the cities as a plan says; breakouts, links and pins of groups that stay are kept."""
    gathered = gather(round, keeps=True)
    # Guides first leave their groups: no two groups of a session may have one, not even for a
    # moment.
    round.groups.update(guide=None)
    numbers = [group["number"] for group in plan["groups"]]
    round.groups.exclude(number__in=numbers).delete()
    for told in plan["groups"]:
        group = gathered.groups.get(told["number"])
        if group is None:
            group = PeerGroup(round=round, number=told["number"])
        move_to_session(group, told["session"])
        group.guide_id = int(told["guide"]) if told["guide"] in gathered.guides else None
        group.save()
        for city in told["cities"]:
            entry = gathered.entries[city]
            PeerSeat.objects.update_or_create(entry=entry, defaults={"group": group})
    seated = [city for told in plan["groups"] for city in told["cities"]]
    PeerSeat.objects.filter(group__round=round).exclude(entry__city__in=seated).delete()
    set_turns(round)
    count_groups(round)


def set_turns(round: PeerRound) -> None:
    """Work out who presents when in every group."""
    gathered = gather(round, keeps=True)
    for group in gathered.groups.values():
        seats = {seat.entry.city_id: seat for seat in group.seats.all()}
        timing = turns_of(round, gathered, group)
        for turn in timing.turns if timing else ():
            seat = seats[turn.city]
            seat.position, seat.begins = turn.position, turn.begins
            seat.pitch, seat.discussion = turn.pitch, turn.discussion
            seat.save(update_fields=["position", "begins", "pitch", "discussion"])


def turns_of(round: PeerRound, gathered: Gathered, group: PeerGroup) -> Timing | None:
    """Return the turns of a group, or None for an empty one."""
    cities = gathered.problem.by_key
    members = [cities[seat.entry.city_id] for seat in group.seats.all()]
    if not members:
        return None
    minutes = minutes_of(group.session)
    # A session whose hours nobody knows is as long as its turns at their longest.
    if minutes is None:
        minutes = len(members) * (round.pitch_most + round.discussion_most)
    return timing_of(members, minutes, f"{round.pk}-{group.number}", lengths_of(round))


def minutes_of(session: Session) -> int | None:
    """Return how long a session lasts, where its hours are known."""
    if session.starts_at is None or session.ends_at is None:
        return None
    return int((session.ends_at - session.starts_at).total_seconds() // 60)


def conflicts_of(gathered: Gathered) -> list[plain.Broken]:
    """Return every hard rule that the groups as they stand break: by hand, everything can be."""
    plan = gathered.problem.before
    return plain.broken_rules(gathered.problem, plan) if plan else []


@transaction.atomic
def move(round: PeerRound, entry: RoundCity, number: int | None) -> None:
    """Seat a city in a group by hand, or in none; a group of a new number is opened."""
    round = locked(round)
    before = PeerGroup.objects.filter(seats__entry=entry).first()
    if number is None:
        PeerSeat.objects.filter(entry=entry).delete()
    else:
        group = round.groups.filter(number=number).first()
        if group is None:
            session = round.sessions.order_by("starts_at", "pk").first()
            if session is None:
                raise GroupsRefused(_("Choose the sessions of the round first."))
            group = round.groups.create(number=number, session=session)
        PeerSeat.objects.update_or_create(entry=entry, defaults={"group": group})
    if before is not None and not before.seats.exists():
        before.delete()
    set_turns(round)
    count_groups(round)
    _proposed(round)


@transaction.atomic
def publish(round: PeerRound, *, despite: bool = False) -> None:
    """Show every group to its members, and mail whoever has a new or a changed one.

    Raises GroupsRefused for an event that is not announced, without groups, while a search runs,
    and while rules are broken unless staff say that they know (`despite`).
    """
    round = locked(round)
    if refusal := why_hidden(round.event):
        raise GroupsRefused(refusal)
    if round.state == RoundState.SOLVING:
        raise GroupsRefused(_("Groups are being worked out; wait, or cancel that."))
    if not round.groups.exists():
        raise GroupsRefused(_("There are no groups yet."))
    if not despite and conflicts_of(gather(round, keeps=True)):
        raise GroupsRefused(_("Rules are broken: look at them, and say that you know."))
    round.state = RoundState.PUBLISHED
    round.published_at = round.published_at or timezone.now()
    round.save(update_fields=["state", "published_at"])
    tell(round)


def tell(round: PeerRound) -> None:
    """Have those mailed whose group is new or changed, or who have none any more."""
    moment = timezone.now().timestamp()
    effects.hand_over(TOLD, key=f"peer-round:{round.pk}:{moment}", round=round.pk)


def _proposed(round: PeerRound) -> None:
    """Note that there are groups, unless members see them already.

    While a search runs that stays so: its end says what there is then.
    """
    if round.state not in (RoundState.PUBLISHED, RoundState.SOLVING):
        has = round.groups.exists()
        round.state = RoundState.PROPOSED if has else RoundState.DRAFT
        round.save(update_fields=["state"])


def locked(round: PeerRound) -> PeerRound:
    """Read a round again and hold it."""
    rounds = PeerRound.objects.select_for_update(of=("self",)).select_related("event")
    return rounds.get(pk=round.pk)
