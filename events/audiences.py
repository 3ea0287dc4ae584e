"""Which audiences people belong to at an event: by the roles of their cities, and as experts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from cities.models import CityMembership, ExpertAssignment, Participation
from events.models import Audience, Event


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
