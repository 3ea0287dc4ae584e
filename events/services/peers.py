"""Rounds of groups: who takes part, plans put to use, changes by hand, and publishing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.models import CityMembership, ExpertAssignment, Participation, User
from events.allocation import peers as plain
from events.models import (
    Event,
    PeerGroup,
    PeerRound,
    PeerSeat,
    RoundCity,
    RoundGuide,
    RoundState,
)
from events.services import agenda_versions
from events.services.announced import why_hidden
from events.services.calendar_versions import move_to_session
from events.services.group_turns import renew
from events.services.meeting_hours import withdrawn_cities
from events.services.peer_problems import Gathered, gather

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
    renew(round)


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
    renew(round)
    _proposed(round)


@transaction.atomic
def publish(round: PeerRound, *, despite: bool = False) -> None:
    """Show every group to its members, and mail whoever has a new or a changed one.

    Cities that come no more have no seat from now on, and turns suit the hours of today. Raises
    GroupsRefused for an event that is not announced, without groups, while a search runs, and
    while rules are broken unless staff say that they know (`despite`).
    """
    event = Event.objects.select_for_update().get(pk=round.event_id)
    round = locked(round)
    if refusal := why_hidden(round.event):
        raise GroupsRefused(refusal)
    if round.state == RoundState.SOLVING:
        raise GroupsRefused(_("Groups are being worked out; wait, or cancel that."))
    if not round.groups.exists():
        raise GroupsRefused(_("There are no groups yet."))
    leave_out(round, withdrawn_cities(event))
    if not despite and conflicts_of(gather(round, keeps=True)):
        raise GroupsRefused(_("Rules are broken: look at them, and say that you know."))
    round.state = RoundState.PUBLISHED
    round.published_at = round.published_at or timezone.now()
    round.save(update_fields=["state", "published_at"])
    if not event.versions.exists():
        # Members know these hours: when sessions move from now on, that is told.
        agenda_versions.keep_version(event)
    tell(round)


@transaction.atomic
def city_left(event: Event, city: int) -> None:
    """Let the groups ahead go on without a city whose people all gave their places back.

    Who sits in a published one is told. Its row stays: staff may seat it once somebody comes.
    """
    theirs = Q(groups__seats__entry__city=city) | Q(groups__guide__city=city)
    rounds = PeerRound.objects.filter(theirs, event=event).order_by("pk").distinct()
    for key in rounds.values_list("pk", flat=True):
        round = locked(PeerRound(pk=key))
        if leave_out(round, {city}) and round.is_published:
            tell(round)


def leave_out(round: PeerRound, cities: Collection[int]) -> bool:
    """Take cities out of the groups of a round that lie ahead, and work its turns out anew; return
    whether any of them was in one."""
    ahead = round.groups.exclude(session__ends_at__lte=timezone.now())
    seats = PeerSeat.objects.filter(group__in=ahead, entry__city__in=cities)
    left = list(seats.values_list("group", flat=True))
    gone, _rows = seats.delete()
    round.groups.filter(pk__in=left, seats=None).delete()
    guided = ahead.filter(guide__city__in=cities)
    gone += PeerGroup.objects.filter(pk__in=list(guided.values_list("pk", flat=True))).update(
        guide=None, guide_is_pinned=False
    )
    renew(round)
    return bool(gone)


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
