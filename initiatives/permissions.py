"""Who may do what with a roadmap and its initiatives. They answer; callers raise."""

from __future__ import annotations

from django.db.models import Q

from cities.models import Actor, City, CityMembership, ConsortiumMember
from initiatives.models import Roadmap


def may_read_inside(user: Actor, roadmap: Roadmap) -> bool:
    """Say whether somebody may read drafts, risks, budget lines and support needed.

    The teams of the city or of the consortium's cities, the experts assigned to them, and staff.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_staff or Roadmap.objects.known_inside_to(user).filter(pk=roadmap.pk).exists()


def may_edit(user: Actor, roadmap: Roadmap) -> bool:
    """Say whether somebody may write the roadmap, its initiatives, milestones and KPIs."""
    return _has_role(user, roadmap, "may_edit")


def may_submit(user: Actor, roadmap: Roadmap) -> bool:
    """Say whether somebody may show the roadmap and its initiatives to the public."""
    return _has_role(user, roadmap, "may_submit")


def may_read_desk(user: Actor, city: City) -> bool:
    """Say whether somebody may see what a city works on: its team, its experts, staff."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_staff:
        return True
    team = CityMembership.objects.running().filter(user=user, city=city)
    return team.exists() or user.expert_assignments.running().filter(city=city).exists()


def _has_role(user: Actor, roadmap: Roadmap, right: str) -> bool:
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    participation = roadmap.participation
    members = ConsortiumMember.objects.running().filter(consortium=participation.consortium_id)
    in_consortium = Q(city__in=members.order_by().values("city"))
    of = in_consortium if participation.consortium_id else Q(city=participation.city_id)
    running = CityMembership.objects.running().filter(of, user=user)
    return bool(running.filter(**{f"role__{right}": True}).exists())
