"""Who cannot judge whose entries: the one rule, asked from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from cities.models import Actor, City, CityMembership, ConsortiumMember, User

if TYPE_CHECKING:
    from django.db.models import QuerySet


def cities_in_conflict(user: Actor) -> QuerySet[City]:
    """Return the cities whose entries this person may not judge.

    Those they act for, the other cities of those cities' consortia, and those they declared a
    conflict of interest with.
    """
    if not user.is_authenticated:
        return City.objects.none()
    own = City.objects.acted_for_by(user).order_by().values("pk")
    shared = _members_now().filter(city__in=own).values("consortium")
    return City.objects.filter(
        Q(pk__in=own)
        | Q(pk__in=_members_now().filter(consortium__in=shared).values("city"))
        | Q(pk__in=user.conflicts.order_by().values("city"))
    )


def people_in_conflict(city: City | None) -> QuerySet[User]:
    """Return the people who may not judge this city's entries; nobody where there is no city."""
    if city is None:
        return User.objects.none()
    joined = _members_now().filter(city=city).values("consortium")
    near = _members_now().filter(consortium__in=joined).values("city")
    acting = CityMembership.objects.running().filter(Q(city=city) | Q(city__in=near))
    return User.objects.filter(
        Q(pk__in=acting.order_by().values("user")) | Q(conflicts__city=city)
    ).distinct()


def _members_now() -> QuerySet[ConsortiumMember]:
    today = timezone.localdate()
    return ConsortiumMember.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gte=today)
    ).order_by()
