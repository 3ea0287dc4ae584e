"""Which audiences people belong to at an event: by the roles of their cities, and as experts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from cities.models import CityMembership, ExpertAssignment, Participation, User
from events.models import Audience, Event, Session


def audiences_of(event: Event, people: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return for each person the audiences they belong to; four queries however many they are.

    Everybody is of the public. Who acts for a city has the roles of that city and of its
    consortia in the event's edition; an event without an edition asks for those in any. Experts of
    the edition belong with its cities, whom they accompany.
    """
    wanted = list(people)
    found: dict[int, set[str]] = {person: {Audience.PUBLIC} for person in wanted}
    members = CityMembership.objects.running().filter(user__in=wanted)
    cities: dict[int, set[int]] = defaultdict(set)
    for person, city in members.values_list("user", "city"):
        cities[city].add(person)
    for city, has_roadmap, mentors in _roles(event, cities):
        roles = {Audience.CITIES}
        roles |= {Audience.CORE} if has_roadmap else set()
        roles |= {Audience.MENTORS} if mentors else set()
        for person in cities[city]:
            found[person] |= roles
    experts = ExpertAssignment.objects.running().filter(_in_edition(event), user__in=wanted)
    for person in experts.values_list("user", flat=True):
        found[person] |= {Audience.CITIES, Audience.MENTORS, Audience.EXPERTS}
    return {person: frozenset(roles) for person, roles in found.items()}


def those_meant(session: Session, people: Iterable[User]) -> set[int]:
    """Return the keys of those a session is for: its audience, staff, who speaks or moderates.

    The same for one who asks as for all who wait; six queries at most.
    """
    wanted = [person for person in people if person.is_active]
    if session.audience == Audience.PUBLIC:
        return {person.pk for person in wanted}
    found = {person.pk for person in wanted if person.is_staff}
    if left := {person.pk for person in wanted} - found:
        roles = audiences_of(session.day.event, left)
        found |= {person for person in left if session.audience in roles[person]}
    if left := left - found:
        found |= set(session.talks.filter(speaker__in=left).values_list("speaker", flat=True))
        found |= set(session.moderators.filter(pk__in=left).values_list("pk", flat=True))
    return found


def _roles(event: Event, cities: Iterable[int]) -> set[tuple[int, bool, bool]]:
    """Return the roles of cities, their own and those of their consortia."""
    wanted = list(cities)
    roles = Participation.objects.filter(_in_edition(event)).order_by()
    told = ("role__has_roadmap", "role__mentors_others")
    own = roles.filter(city__in=wanted).values_list("city", *told)
    shared = roles.filter(consortium__members__city__in=wanted)
    in_consortia: Any = shared.values_list("consortium__members__city", *told)
    return {row for row in [*own, *in_consortia] if row[0] in set(wanted)}


def _in_edition(event: Event) -> Q:
    return Q(edition=event.edition_id) if event.edition_id else Q()
