"""Who has a part in an event, whether or not they registered for it."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet

from cities.models import City, CityMembership, User
from events.models import (
    Event,
    Guest,
    GuestState,
    Meeting,
    PeerGroup,
    PeerSeat,
    RoundState,
    Session,
    Talk,
)


def team_of(*cities: int) -> list[User]:
    """Return the people who act for cities, each once."""
    members = CityMembership.objects.running().filter(city__in=cities)
    return list(User.objects.filter(pk__in=members.values("user")).order_by("pk"))


def involved_in(event: Event) -> QuerySet[User]:
    """Ask who talks, sits or guides in rounds that were published, speaks or moderates; the teams
    of cities among them."""
    published = {"round__event": event, "round__published_at__isnull": False}
    talks = Meeting.objects.live().filter(**published)
    groups = PeerGroup.objects.filter(session__is_cancelled=False, **published)
    seats = PeerSeat.objects.filter(group__in=groups)
    cities = City.objects.filter(
        Q(pk__in=talks.values("asker__city"))
        | Q(pk__in=seats.values("entry__city"))
        | Q(pk__in=groups.filter(guide__isnull=False).values("guide__city"))
    )
    sessions = Session.objects.filter(day__event=event, is_cancelled=False)
    moderators = Session.moderators.through.objects.filter(session__in=sessions)
    teams = CityMembership.objects.running().filter(city__in=cities)
    return User.objects.filter(
        Q(pk__in=talks.values("expert__user"))
        | Q(pk__in=groups.values("guide__user"))
        | Q(pk__in=Talk.objects.filter(session__in=sessions).values("speaker"))
        | Q(pk__in=moderators.values("user"))
        | Q(pk__in=teams.values("user"))
    ).order_by("pk")


def in_groups(event: Event) -> list[tuple[int, int]]:
    """Return who sits in a published group, or guides one, in which session: keys of both."""
    groups = PeerGroup.objects.filter(round__event=event, round__state=RoundState.PUBLISHED)
    pairs = list(groups.filter(guide__user__isnull=False).values_list("session", "guide__user"))
    there = [
        *PeerSeat.objects.filter(group__in=groups).values_list("group__session", "entry__city"),
        *groups.filter(guide__city__isnull=False).values_list("session", "guide__city"),
    ]
    teams: dict[int, list[int]] = defaultdict(list)
    members = CityMembership.objects.running().filter(city__in={city for _session, city in there})
    for city, person in members.values_list("city", "user"):
        teams[city].append(person)
    return pairs + [(session, person) for session, city in there for person in teams[city]]


def concerns_anybody(event: Event) -> bool:
    """Say whether there is anybody to tell what becomes of an event."""
    guests = Guest.objects.filter(event=event, state=GuestState.ACCEPTED)
    return event.registrations.open().exists() or guests.exists() or involved_in(event).exists()
