"""Who cannot judge whose entries: the one rule, asked from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

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
    shared = _members().filter(city__in=own).values("consortium")
    return City.objects.filter(
        Q(pk__in=own)
        | Q(pk__in=_members().filter(consortium__in=shared).values("city"))
        | Q(pk__in=user.conflicts.order_by().values("city"))
    )


def people_in_conflict(city: City | None) -> QuerySet[User]:
    """Return the people who may not judge this city's entries; nobody where there is no city."""
    if city is None:
        return User.objects.none()
    joined = _members().filter(city=city).values("consortium")
    near = _members().filter(consortium__in=joined).values("city")
    acting = CityMembership.objects.running().filter(Q(city=city) | Q(city__in=near))
    return User.objects.filter(
        Q(pk__in=acting.order_by().values("user")) | Q(conflicts__city=city)
    ).distinct()


def _members() -> QuerySet[ConsortiumMember]:
    return ConsortiumMember.objects.running().order_by()


def entries_to_review(user: User) -> QuerySet[Any, Any]:
    """Return the keys of the entries this person was asked to review a revision of.

    Without those they gave back, and those of cities they have a conflict of interest with.
    """
    return (
        user.reviews.exclude(state="declined")
        .exclude(revision__entry__city__in=cities_in_conflict(user))
        .order_by()
        .values("revision__entry")
    )
