"""How many events, cities, people and collaborations there were, each with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cities.models import City, Pairing
from events.models import (
    CityAttendance,
    Event,
    EventStatus,
    NextStep,
    Registration,
    RegistrationStatus,
)


@dataclass(frozen=True)
class Totals:
    """Each city and each person once, at however many events they were."""

    events: int
    cities: int
    people: int
    collaborations: int


def held_events() -> QuerySet[Event]:
    """Return the events that count: announced, and not called off. The same for whoever looks."""
    return Event.objects.filter(status=EventStatus.PUBLISHED)


def by_event() -> QuerySet[Event]:
    """Return events, the latest first, each with what was counted there and what was reported."""
    here = OuterRef("pk")
    rows: dict[str, QuerySet[Any]] = {
        "cities_n": _per_event(CityAttendance.objects.filter(event=here), "event", "city"),
        "people_n": _per_event(
            Registration.objects.filter(event=here, status=RegistrationStatus.CONFIRMED),
            "event",
            "user",
        ),
        "commitments_n": _per_event(
            NextStep.objects.filter(session__day__event=here), "session__day__event", "pk"
        ),
        "collaborations_n": _per_event(
            NextStep.objects.filter(session__day__event=here, pairing__isnull=False),
            "session__day__event",
            "pairing",
        ),
    }
    counted = {
        name: Coalesce(Subquery(one, output_field=IntegerField()), Value(0))
        for name, one in rows.items()
    }
    return (
        held_events()
        .select_related("kind")
        .prefetch_related("figures")
        .annotate(**counted)
        .order_by("-starts_on", "pk")
    )


def _per_event(rows: QuerySet[Any], event: str, what: str) -> QuerySet[Any]:
    """Count different values of one column among the rows of an event."""
    return rows.order_by().values(event).annotate(n=Count(what, distinct=True)).values("n")


def people_at(events: QuerySet[Event]) -> QuerySet[Registration]:
    """Return the places that people have at events; whoever has several counts once."""
    return Registration.objects.filter(
        status=RegistrationStatus.CONFIRMED, event__in=events.order_by().values("pk")
    ).order_by()


def people_and_pairings() -> tuple[tuple[int, int], tuple[int, int]]:
    """Return how many people have places and how many pairings there are: one query.

    Each with how many of them are invented.
    """
    people = Count("user", distinct=True)
    invented = Count("user", distinct=True, filter=Q(user__demonstration=True))
    places = (
        people_at(held_events())
        .annotate(of=Value(1))
        .values("of")
        .annotate(all=people, invented=invented)
        .values_list("of", "all", "invented")
    )
    pairings = (
        Pairing.objects.order_by()
        .annotate(of=Value(2))
        .values("of")
        .annotate(all=Count("pk"), invented=Count("pk", filter=Q(demonstration=True)))
        .values_list("of", "all", "invented")
    )
    found = {of: (number, some) for of, number, some in places.union(pairings, all=True)}
    return found.get(1, (0, 0)), found.get(2, (0, 0))


def totals(rows: list[Any]) -> Totals:
    """Return the sums over events, in three queries."""
    held = held_events().order_by().values("pk")
    steps = NextStep.objects.filter(session__day__event__in=held, pairing__isnull=False)
    return Totals(
        events=len(rows),
        cities=City.objects.filter(attendances__event__in=held).distinct().count(),
        people=people_at(held_events()).values("user").distinct().count(),
        collaborations=steps.order_by().values("pairing").distinct().count(),
    )
