"""Who works for a city: its team, and the experts and mentors assigned to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Lower

from cities.models import City, RefusedAddress


@dataclass(frozen=True)
class Colleague:
    """A person in a role for a city."""

    is_expert: bool
    place: int
    """The place of the role among others."""
    user: int
    name: str
    position: str
    demonstration: bool
    role: str
    may_edit: bool
    may_manage: bool
    is_refused: bool
    """Mail does not reach this person."""


OF_PERSON = (
    *("role__position", "user", "user__name", "user__position", "user__demonstration"),
    "role__name",
)


def of_city(city: City) -> tuple[list[Colleague], list[Colleague]]:
    """Return a city's running team and its running experts, by their roles: one query."""
    refused = RefusedAddress.objects.filter(address=Lower(OuterRef("user__email")))
    no = Value(value=False)
    team = city.memberships.running().values_list(
        no, *OF_PERSON, "role__may_edit", "role__may_manage_team", Exists(refused.order_by())
    )
    experts = city.expert_assignments.running().values_list(
        Value(value=True), *OF_PERSON, no, no, no
    )
    both = team.order_by().union(experts.order_by(), all=True)
    found = [Colleague(*row) for row in both]
    found.sort(key=lambda one: (one.place, one.name))
    return (
        [one for one in found if not one.is_expert],
        [one for one in found if one.is_expert],
    )


def refused(city: City, team: Iterable[Colleague]) -> list[RefusedAddress]:
    """Return to which of a team's addresses no mail goes, and why."""
    if not any(one.is_refused for one in team):
        return []
    return list(RefusedAddress.objects.of_team(city))
