"""Whom the marketplace writes to: who answers for a city, and the programme's staff."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from cities.models import City, CityMembership, User
from marketplace.models import Entry, Revision
from marketplace.models.conflicts import people_in_conflict_over


def about(entry: Entry) -> str:
    """Name an entry as what a mail is about; staff find the mails by it."""
    return f"marketplace.entry:{entry.pk}"


def city_people(revision: Revision) -> list[User]:
    """Return who may submit for the city, and the author unless they left its team."""
    entry = revision.entry
    if entry.city_id is None:
        return [revision.author] if revision.author else []
    running = CityMembership.objects.running().filter(city=entry.city_id).order_by()
    asked = Q(pk__in=running.filter(role__may_submit=True).values("user"))
    if revision.author_id:
        asked |= Q(pk=revision.author_id) & Q(pk__in=running.values("user"))
    return list(User.objects.filter(asked, is_active=True))


def people_of(city: City) -> list[User]:
    """Return who may submit in a city's name: they answer for it."""
    running = CityMembership.objects.running().filter(city=city, role__may_submit=True).order_by()
    return list(User.objects.filter(pk__in=running.values("user"), is_active=True))


def submitters(cities: list[int]) -> list[User]:
    """Return who may submit for one of these cities."""
    running = CityMembership.objects.running().filter(city__in=cities, role__may_submit=True)
    people = running.order_by().values("user")
    return list(User.objects.filter(pk__in=people, is_active=True))


def programme_staff() -> list[User]:
    """Return the programme's staff."""
    return list(staff())


def staff() -> QuerySet[User]:
    """Keep the programme's staff."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("pk")


def staff_without_conflict(revision: Revision) -> QuerySet[User]:
    """Keep the staff who have no conflict of interest over a revision."""
    conflicted = people_in_conflict_over(revision).order_by().values("pk")
    return staff().exclude(pk__in=conflicted)
