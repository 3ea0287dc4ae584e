"""Who may do what with a roadmap and its initiatives. They answer; callers raise."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from cities.models import Actor, City, CityMembership, ConsortiumMember, User
from initiatives.models import Roadmap


@dataclass(frozen=True)
class Rights:
    """What somebody may do with a roadmap and all that belongs to it."""

    inside: bool = False
    """Read drafts, risks, budget lines and support needed."""
    edit: bool = False
    """Write the roadmap, its initiatives, milestones and KPIs."""
    submit: bool = False
    """Show the roadmap and its initiatives to the public."""


def rights(user: Actor, roadmap: Roadmap) -> Rights:
    """Return what somebody may do: at most two queries.

    The teams of the city, or of the consortium's cities, write what their roles allow; experts
    assigned to these cities and staff read along.
    """
    if not user.is_authenticated or not user.is_active:
        return Rights()
    if user.is_superuser:
        return Rights(inside=True, edit=True, submit=True)
    participation = roadmap.participation
    members = ConsortiumMember.objects.running().filter(consortium=participation.consortium_id)
    in_consortium = Q(city__in=members.order_by().values("city"))
    of = in_consortium if participation.consortium_id else Q(city=participation.city_id)
    running = CityMembership.objects.running().filter(of, user=user).order_by()
    roles = list(running.values_list("role__may_edit", "role__may_submit"))
    return Rights(
        inside=bool(roles) or user.is_staff or _advises(user, of),
        edit=any(may_edit for may_edit, _may_submit in roles),
        submit=any(may_submit for _may_edit, may_submit in roles),
    )


def closed_parts(user: Actor, roadmap: Roadmap) -> set[int]:
    """Return the keys of the cities whose own part of a shared roadmap somebody may not write.

    A part of its own is what a member city needs, how it stands, and what it commits to: its
    officers write that. Everything else the members write together, and so what a city left behind.
    """
    consortium = roadmap.participation.consortium_id
    if consortium is None or (user.is_authenticated and user.is_superuser):
        return set()
    members = ConsortiumMember.objects.running().filter(consortium=consortium).order_by()
    if user.is_authenticated:
        acts = CityMembership.objects.running().filter(user=user, role__may_edit=True).order_by()
        members = members.exclude(city__in=acts.values("city"))
    return set(members.values_list("city", flat=True))


def _advises(user: User, of: Q) -> bool:
    return bool(user.expert_assignments.running().filter(of).exists())


def may_read_inside(user: Actor, roadmap: Roadmap) -> bool:
    """Say whether somebody may read drafts, risks, budget lines and support needed."""
    return rights(user, roadmap).inside


def may_edit(user: Actor, roadmap: Roadmap) -> bool:
    """Say whether somebody may write the roadmap, its initiatives, milestones and KPIs."""
    return rights(user, roadmap).edit


def may_submit(user: Actor, roadmap: Roadmap) -> bool:
    """Say whether somebody may show the roadmap and its initiatives to the public."""
    return rights(user, roadmap).submit


def may_read_desk(user: Actor, city: City) -> bool:
    """Say whether somebody may see what a city works on: its team, its experts, staff."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_staff:
        return True
    team = CityMembership.objects.running().filter(user=user, city=city)
    return team.exists() or user.expert_assignments.running().filter(city=city).exists()
